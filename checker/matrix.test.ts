import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gradeSubject, readKnown, type Subject, subjectsOf } from './authoring/matrix.ts';
import { loadCatalog } from './catalog.ts';
import { createRunner } from './run.ts';

/** Every lab against everything whose verdict is known: its starter, solution, variants and mutants. */
const root = join(import.meta.dirname, '..');
const runner = createRunner({ seed: 42, target: { type: 'local' }, root });
const labs = await loadCatalog(root);
afterAll(() => runner.close());

const promises: Record<Subject['type'], (subject: Subject) => string> = {
  starter: () => 'the starter fails the checks that it should, each for its own reason',
  solution: () => 'the solution passes every check, with all the points',
  variant: ({ name }) => `the variant ${name} passes every check`,
  mutant: (subject) =>
    `the mutant ${subject.name} is rejected by ${subject.type === 'mutant' ? subject.mutant.rejectedBy : ''}`,
};

for (const lab of labs) {
  const known = await readKnown(root, lab.slug);

  describe(lab.slug, () => {
    it.each(subjectsOf(known).map((subject) => ({ promise: promises[subject.type](subject), subject })))(
      '$promise',
      async ({ subject }) => {
        expect((await gradeSubject({ root, lab, known, runner }, subject)).problems).toEqual([]);
      },
    );
  });
}
