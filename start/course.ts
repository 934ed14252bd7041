import { join } from 'node:path';
import type { Course } from '../checker/server/api.ts';
import type { Opening } from './opening.ts';

/** Seeds everything random in a graded account, as `npm run check` does. */
const SEED = 42;

/**
 * Loads the course and its warm runner. Imported late: the site answers before grading is ready.
 * @param options.root the checkout
 * @throws CourseError when the course's own files disagree
 */
export async function loadCourse({ root, signal, onOpen }: Opening & { root: string }): Promise<Course> {
  const { createRunner } = await import('../checker/run.ts');
  signal.throwIfAborted();
  const runner = createRunner({ staysReady: true, seed: SEED, target: { type: 'local' }, root });
  onOpen(() => runner.close());
  const [{ loadCatalog }, { openProgress }] = await Promise.all([
    import('../checker/catalog.ts'),
    import('../checker/progress.ts'),
  ]);
  const progress = openProgress(root, (message) => process.stderr.write(`${message}\n`));
  const [labs, kept] = await Promise.all([loadCatalog(root), progress.read()]);
  return {
    labs,
    runner,
    source: join(root, 'labs'),
    latest: (lab) => kept.labs[lab]?.report,
    record: (report) => progress.recordReport(report),
  };
}
