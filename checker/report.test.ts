import { describe, expect, it } from 'vitest';
import { type CheckResult, type CheckStatus, exitCodeOf, reportSchema, summarize } from './report.ts';

const check = (status: CheckStatus, points = 1, bonus = false): CheckResult => ({
  id: `07-sqs-batch/handler/${status}-${points}`,
  title: 'a check',
  kind: 'handler',
  points,
  bonus,
  status,
  durationMs: 1,
  lesson: '/sqs-batch#redrive',
});

describe('a lab', () => {
  it('earns the points of the checks that passed', () => {
    const { points, maxPoints } = summarize(
      '07',
      [check('passed', 2), check('failed', 3), check('skipped', 4)],
      1,
    );
    expect({ points, maxPoints }).toEqual({ points: 2, maxPoints: 9 });
  });

  it('gets bonus points on top of its maximum', () => {
    const { points, maxPoints } = summarize('07', [check('passed', 2), check('passed', 3, true)], 1);
    expect({ points, maxPoints }).toEqual({ points: 5, maxPoints: 2 });
  });

  it.each<[string, CheckResult[], boolean]>([
    ['every check passed', [check('passed')], true],
    ['a check failed', [check('passed'), check('failed')], false],
    ['a check worth nothing failed', [check('passed'), check('failed', 0)], false],
    ['a check could not be graded', [check('passed'), check('error')], false],
    ['a bonus check failed', [check('passed'), check('failed', 1, true)], true],
    ['the rest was not asked for', [check('passed'), check('skipped')], true],
    ['nothing ran', [check('skipped')], false],
    ['there are no checks', [], false],
  ])('when %s: passed %#', (_, checks, passed) => {
    expect(summarize('07', checks, 1).passed).toBe(passed);
  });
});

describe('the exit code', () => {
  it.each<[CheckStatus[], number]>([
    [['passed'], 0],
    [['failed'], 1],
    [['failed', 'error'], 2],
  ])('of %j is %i', (statuses, code) => {
    expect(
      exitCodeOf([
        summarize(
          '07',
          statuses.map((status) => check(status)),
          1,
        ),
      ]),
    ).toBe(code);
  });
});

it('a report is valid against its own schema', () => {
  const report = { version: 1, target: 'local', seed: 42, labs: [summarize('07', [check('passed')], 3)] };
  expect(reportSchema.safeParse(report).success).toBe(true);
});
