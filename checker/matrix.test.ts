import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type MatrixRow, runMatrix } from './authoring/matrix.ts';
import { findLab, loadCatalog } from './catalog.ts';
import { createRunner } from './run.ts';
import { mutants } from './suites/07-sqs-batch/mutants.ts';

const root = join(import.meta.dirname, '..');
const runner = createRunner({ seed: 42, target: { type: 'local' }, root });
const catalog = loadCatalog(root);
afterAll(() => runner.close());

async function rowOf(wanted: MatrixRow['subject']): Promise<MatrixRow> {
  const lab = findLab(await catalog, '07-sqs-batch');
  if (!lab) throw new Error('There is no lab 07-sqs-batch.');
  const only = ({ type, name }: MatrixRow['subject']) => type === wanted.type && name === wanted.name;
  const [row] = await runMatrix({ root, lab, runner, only });
  if (!row) throw new Error(`There is no ${wanted.type} ${wanted.name}.`);
  return row;
}

/** Why the starter fails each check: its own mistake there, not another's. */
const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/good-batch-succeeds': /answered null/,
  'handler/poison-is-reported-alone': /Not reported: poison-first, poison-middle, poison-last/,
  'handler/invalid-orders-are-rejected': /did not report them/,
  'handler/ledger-failure-is-reported': /Not reported: message-entry-3/,
  'handler/slow-orders-run-together': /took 10 rounds/,
  'stack/batch-settings': /MaximumBatchingWindowInSeconds is 0; it should be 5/,
  'stack/partial-failures-enabled': /does not list ReportBatchItemFailures/,
  'stack/redrive-after-five': /no redrive policy/,
  'stack/dead-letters-kept-14-days': /345600 s \(4 days\)/,
  'live/poison-message-reaches-dlq': /The poison message is gone/,
  // In which batch the poison travels is chance: it takes the orders behind it along, or only itself.
  'live/batch-survives-poison': /There is no item for order live-before|The poison message is gone/,
};

describe('07-sqs-batch', () => {
  it('the starter fails the checks that it should, each for its own reason', async () => {
    const { report, problems } = await rowOf({ type: 'starter', name: 'starter' });
    expect(problems).toEqual([]);
    const failed = report.checks.filter(({ status }) => status === 'failed');
    for (const { id, message } of failed) {
      expect(message).toMatch(
        starterReasons[id.slice('07-sqs-batch/'.length)] ?? /a reason for this check in starterReasons/,
      );
    }
    expect(failed).toHaveLength(Object.keys(starterReasons).length);
  });

  it('the solution passes every check', async () => {
    const { report, problems } = await rowOf({ type: 'solution', name: 'solution' });
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ passed: true, points: 12, maxPoints: 12 });
  });

  const variants = readdirSync(join(root, 'checker', 'suites', '07-sqs-batch', 'variants'));
  it.each(variants)('the variant %s passes every check', async (name) => {
    expect((await rowOf({ type: 'variant', name })).problems).toEqual([]);
  });

  it.each(mutants.map(({ name, rejectedBy }) => [name, rejectedBy]))(
    'the mutant %s is rejected by %s',
    async (name) => {
      const { problems } = await rowOf({ type: 'mutant', name });
      expect(problems).toEqual([]);
    },
  );
});
