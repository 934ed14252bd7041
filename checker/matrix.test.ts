import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type MatrixRow, runMatrix } from './authoring/matrix.ts';
import type { Mutant } from './authoring/mutant.ts';
import { type Lab, loadCatalog } from './catalog.ts';
import { createRunner } from './run.ts';

/** Every lab against everything whose verdict is known: its starter, solution, variants and mutants. */
const root = join(import.meta.dirname, '..');
const runner = createRunner({ seed: 42, target: { type: 'local' }, root });
const labs = await loadCatalog(root);
afterAll(() => runner.close());

async function rowOf(lab: Lab, wanted: MatrixRow['subject']): Promise<MatrixRow> {
  const only = ({ type, name }: MatrixRow['subject']) => type === wanted.type && name === wanted.name;
  const [row] = await runMatrix({ root, lab, runner, only });
  if (!row) throw new Error(`There is no ${wanted.type} ${wanted.name}.`);
  return row;
}

interface Known {
  mutants: readonly Mutant[];
  /** Why the starter fails each check: its own mistake there, not another's. */
  starterReasons: Readonly<Record<string, RegExp>>;
}

for (const lab of labs) {
  const suites = join(root, 'checker', 'suites', lab.slug);
  const { mutants, starterReasons }: Known = await import(pathToFileURL(join(suites, 'mutants.ts')).href);
  const variants = readdirSync(join(suites, 'variants'));

  describe(lab.slug, () => {
    it('the starter fails the checks that it should, each for its own reason', async () => {
      const { report, problems } = await rowOf(lab, { type: 'starter', name: 'starter' });
      expect(problems).toEqual([]);
      const failed = report.checks.filter(({ status }) => status === 'failed');
      for (const { id, message } of failed) {
        const reason = starterReasons[id.slice(lab.slug.length + 1)];
        expect(message, id).toMatch(reason ?? /a reason for this check in starterReasons/);
      }
      expect(failed).toHaveLength(Object.keys(starterReasons).length);
    });

    it('the solution passes every check, with all the points', async () => {
      const { report, problems } = await rowOf(lab, { type: 'solution', name: 'solution' });
      expect(problems).toEqual([]);
      expect(report.passed).toBe(true);
      expect(report.points).toBeGreaterThanOrEqual(report.maxPoints);
    });

    it('there are at least four variants', () => expect(variants.length).toBeGreaterThanOrEqual(4));

    it.each(variants)('the variant %s passes every check', async (name) => {
      expect((await rowOf(lab, { type: 'variant', name })).problems).toEqual([]);
    });

    it('every check has a mutant that it rejects', () => {
      const caught = new Set(mutants.map(({ rejectedBy }) => `${lab.slug}/${rejectedBy}`));
      const uncaught = lab.checks.filter(({ id, points }) => points > 0 && !caught.has(id));
      expect(uncaught.map(({ id }) => id)).toEqual([]);
    });

    it.each(mutants.map(({ name, rejectedBy }) => [name, rejectedBy]))(
      'the mutant %s is rejected by %s',
      async (name) => {
        const { problems } = await rowOf(lab, { type: 'mutant', name });
        expect(problems).toEqual([]);
      },
    );
  });
}
