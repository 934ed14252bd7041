import { fail } from 'node:assert/strict';
import type { TestRun, TestRuns } from '../../fixtures.ts';

/** The run with a handler, in the order in which the tests are written. */
export function runWith({ runs, broken }: TestRuns, subject: string): TestRun {
  const run = runs.find((one) => one.subject === subject && one.order === 'as written');
  return run ?? fail(`Not judged. ${broken ?? 'The tests did not run.'}`);
}

/** Why a run did not pass: what did not load, or the first test that failed; undefined when it passed. */
export function failureOf({ tests, errors }: TestRun): string | undefined {
  if (errors[0] !== undefined) return `handler.test.ts does not load: ${errors[0]}${explain(errors[0])}`;
  const failed = tests.find(({ state }) => state === 'failed');
  if (!failed) return undefined;
  const message = failed.message ?? 'it failed';
  return `'${failed.name}' fails: ${message}${explain(message)}`;
}

/** What an error of the tools means here. */
function explain(message: string): string {
  if (/^process\.exit unexpectedly called/.test(message)) {
    return ' A test returns or throws; it never ends the process.';
  }
  if (/^Snapshot /.test(message)) {
    return ' A snapshot keeps what is free, too: words, the order of keys, the time. Expect what the contract says.';
  }
  if (/^The environment variable TABLE_NAME is not set/.test(message)) {
    return ' A static import runs before the first line of your file. Set process.env.TABLE_NAME, then await import the handler.';
  }
  if (/^Test timed out/.test(message)) {
    return ' A mocked call answers at once: what does the test wait for?';
  }
  return '';
}

/** A test that fails with a right handler says nothing about a wrong one. */
export function assertJudgeable(outcome: TestRuns): void {
  if (outcome.refused[0] !== undefined) fail(`Not judged: ${outcome.refused[0]}`);
  if (outcome.broken) fail(`Not judged: ${outcome.broken}`);
  for (const run of rightRuns(outcome)) {
    const failure = failureOf(run);
    if (failure) fail(`Not judged: the tests fail with a right handler. ${failure}`);
    if (run.tests.length === 0) fail('Not judged: handler.test.ts has no test.');
  }
}

/** The runs with right handlers, in the order in which the tests are written; the given one first. */
export function rightRuns({ runs }: TestRuns): readonly TestRun[] {
  return runs
    .filter(({ subject, order }) => subject.startsWith('right/') && order === 'as written')
    .sort((one, other) => Number(other.subject === 'right/given') - Number(one.subject === 'right/given'));
}
