import type { TestModule } from 'vitest/node';
import type { TestOrder } from './plan.ts';

/** One test of the learner, with one handler. */
export interface TestOutcome {
  /** With the names of its `describe` blocks. */
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Why it failed, in the words of the assertion. */
  message?: string;
}

/** One run of the learner's tests. After the first test that fails the others are skipped: the handler is noticed. */
export interface TestRun {
  /** Which handler: `right/given`, `wrong/another-table`. */
  subject: string;
  order: TestOrder;
  tests: readonly TestOutcome[];
  /** Why the test file did not load, or what it threw outside of its tests. */
  errors: readonly string[];
  /** Hosts to which a connection was tried. */
  connections: readonly string[];
  /** Real milliseconds. */
  durationMs: number;
}

/** What came of the learner's tests, with every handler. All of it can be cloned. */
export interface TestRuns {
  runs: readonly TestRun[];
  /** What the test file reached for and did not get. */
  refused: readonly string[];
  /** Why not every run came to its end. */
  broken?: string;
}

/**
 * Reads what Vitest found.
 * @param durationMs from the start of this run to its end
 */
export function readRun(
  module: TestModule,
  { subject, order, durationMs }: Pick<TestRun, 'subject' | 'order' | 'durationMs'>,
): TestRun {
  const tests = [...module.children.allTests()].map((test): TestOutcome => {
    const { state, errors } = test.result();
    const message = errors?.[0] && plain(`${errors[0].message}${differences(errors[0].diff)}`);
    return {
      name: test.fullName,
      state: state === 'pending' ? 'skipped' : state,
      ...(message !== undefined && { message }),
    };
  });
  const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  const errors = [...module.errors(), ...suites].map(({ message }) => plain(message));
  const { connections = [] } = module.meta() as { connections?: readonly string[] };
  return { subject, order, tests, errors, connections: [...connections], durationMs };
}

/** The lines in which expected (-) and received (+) differ: the first few say what is wrong. */
function differences(diff: string | undefined): string {
  const lines = plain(diff ?? '')
    .split('\n')
    .filter((line) => /^[-+] (?!Expected$|Received$)/.test(line));
  return lines.length === 0 ? '' : `\n${lines.slice(0, mostLines).join('\n')}`;
}

const mostLines = 6;

/** Without the folder that the learner never sees, and without colours. */
export function plain(message: string): string {
  return (
    message
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
      .replaceAll(/\u001b\[[\d;]*m/g, '')
      .replaceAll(/(?:file:\/\/)?[^\s'"`(]*\/rooms\/\d+\//g, '')
      .trim()
  );
}
