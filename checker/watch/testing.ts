import type { Lab } from '../catalog.ts';
import { type CheckResult, type CheckStatus, type LabReport, summarize } from '../report.ts';
import type { RunEvent, Runner } from '../run.ts';

/** A lab for tests, with three checks of 2, 1 and 0 points. */
export function testLab(slug = '07-sqs-batch'): Lab {
  const declare = (kind: 'handler' | 'stack' | 'live', name: string, points: number) => ({
    id: `${slug}/${kind}/${name}`,
    slug: name,
    kind,
    title: name.replaceAll('-', ' '),
    points,
    bonus: false,
    hints: [`nudge for ${name}`, `more for ${name}`, `nearly the answer for ${name}`],
    lesson: `/sqs-batch#${name}`,
    starter: 'fails' as const,
    needs: [],
  });
  const [number = ''] = slug.split('-');
  return {
    number,
    slug,
    title: 'Queues and partial batch failure',
    route: '/sqs-batch',
    minutes: 60,
    checks: [
      declare('handler', 'poison-is-reported-alone', 2),
      declare('stack', 'batch-settings', 1),
      declare('live', 'batch-survives-poison', 0),
    ],
  };
}

/** A report of the lab with these statuses, in declared order. */
export function testReport(lab: Lab, statuses: readonly CheckStatus[]): LabReport {
  return summarize(lab.slug, testResults(lab, statuses), 840);
}

/** Results of the lab's checks with these statuses. */
export function testResults(lab: Lab, statuses: readonly CheckStatus[]): CheckResult[] {
  return lab.checks.map((check, at) => {
    const status = statuses[at] ?? 'skipped';
    return {
      id: check.id,
      title: check.title,
      kind: check.kind,
      points: check.points,
      bonus: check.bonus,
      lesson: check.lesson,
      status,
      durationMs: 10 * (at + 1),
      ...(status === 'passed'
        ? {}
        : { message: `expected ${check.slug}, it did not happen`, hint: check.hints[0] }),
    };
  });
}

interface FakeRun {
  lab: string;
  signal: AbortSignal | undefined;
  /** Tells an event of this run. */
  tell(event: RunEvent): void;
  /** Ends this run with a verdict. */
  end(...statuses: CheckStatus[]): void;
  /** Ends this run without one. */
  fail(error: Error): void;
}

/** A runner whose runs a test ends by hand; a cancelled run rejects, as the real one does. */
export function fakeRunner(): Runner & { runs: FakeRun[]; nextRun(): Promise<FakeRun> } {
  const runs: FakeRun[] = [];
  let taken = 0;
  let wake = () => {};
  return {
    runs,
    run: ({ lab, signal }: Parameters<Runner['run']>[0], onEvent?: (event: RunEvent) => void) =>
      new Promise<LabReport>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        runs.push({
          lab: lab.slug,
          signal,
          tell: (event) => onEvent?.(event),
          end: (...statuses) => resolve(testReport(lab, statuses)),
          fail: reject,
        });
        wake();
      }),
    nextRun: async (): Promise<FakeRun> => {
      while (true) {
        const run = runs[taken];
        if (run !== undefined) {
          taken += 1;
          return run;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: async () => {},
  };
}
