import type { ReactNode } from 'react';
import type { Lab } from '../../checker/catalog.ts';
import { HintList } from './Checks/HintList.tsx';
import { capital } from './Checks/words.ts';

/**
 * Hints in the lesson's text, the same that the checker prints.
 * @param check a check's slug; without it, every check that the starter fails
 */
export function Hints({ lab, check }: { lab: Lab; check?: string }): ReactNode {
  const asked = lab.checks.filter(({ slug, starter }) =>
    check === undefined ? starter === 'fails' : slug === check,
  );
  if (asked.length === 0) throw new Error(`<Hints>: lab ${lab.slug} has no check "${check}".`);
  return asked.map(({ id, title, hints }) => (
    <details key={id}>
      <summary>{capital(title)}</summary>
      <HintList hints={hints} />
    </details>
  ));
}
