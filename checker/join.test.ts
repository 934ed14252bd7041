import { describe, expect, it } from 'vitest';
import type { DeclaredCheck } from './catalog.ts';
import { observedResult, resultWithoutRunning, silentResult } from './join.ts';
import { StageFailure } from './pipeline/failure.ts';

const declared: DeclaredCheck = {
  id: '07-sqs-batch/live/redrive',
  slug: 'redrive',
  kind: 'live',
  title: 'a title',
  points: 2,
  bonus: false,
  hints: ['first hint', 'second hint', 'third hint'],
  lesson: '/sqs-batch#redrive',
  starter: 'fails',
  needs: ['clock'],
};
const everything = { kinds: ['handler', 'stack', 'live'], abilities: ['clock'], blocked: {} } as const;

describe('a check does not run', () => {
  it('when its kind was not asked for: skipped', () => {
    expect(resultWithoutRunning(declared, { ...everything, kinds: ['stack'] })).toMatchObject({
      status: 'skipped',
      message: 'Not asked for: --kind stack.',
    });
  });

  it('when the target lacks what it needs: skipped, naming it', () => {
    expect(resultWithoutRunning(declared, { ...everything, abilities: [] })).toMatchObject({
      status: 'skipped',
      message: expect.stringContaining('clock'),
    });
  });

  it("when the learner's stack stopped before it: failed, with the cause", () => {
    const blocked = { live: new StageFailure('learner', 'stack.ts does not synthesize') };
    expect(resultWithoutRunning(declared, { ...everything, blocked })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('does not synthesize'),
      hint: 'first hint',
    });
  });

  it('when the tool cannot do it: error, without a hint', () => {
    const blocked = { live: new StageFailure('tool', 'no such resource type') };
    const result = resultWithoutRunning(declared, { ...everything, blocked });
    expect(result?.status).toBe('error');
    expect(result?.hint).toBeUndefined();
  });

  it('and runs otherwise', () => {
    expect(resultWithoutRunning(declared, everything)).toBeUndefined();
  });
});

it('a check that ran has what was observed, and says where to read on', () => {
  const result = observedResult(declared, { kind: 'live', slug: 'redrive', status: 'passed', durationMs: 5 });
  expect(result).toMatchObject({ status: 'passed', durationMs: 5, lesson: '/sqs-batch#redrive' });
});

it('a check that did not report is an error, with what went wrong beside it', () => {
  expect(silentResult(declared, ['the worker ended'], false)).toMatchObject({
    status: 'error',
    message: expect.stringContaining('the worker ended'),
  });
});

it('a check after --bail is skipped', () => {
  expect(silentResult(declared, [], true).status).toBe('skipped');
});
