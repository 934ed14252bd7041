import { describe, expect, it } from 'vitest';
import type { DeclaredCheck } from '../../../checker/catalog.ts';
import { type CheckResult, summarize } from '../../../checker/report.ts';
import type { LabState } from '../../../checker/server/protocol.ts';
import {
  initialState,
  isAwaited,
  nextCheck,
  type PanelAction,
  type PanelState,
  panelReducer,
  pointsOf,
  spokenVerdict,
  statusOf,
} from './panel-state.ts';

const checks = [check('a', 2), check('b', 3), check('c', 0)];
const reduce = panelReducer('lab');

describe('a verdict', () => {
  const state = after(done({ a: 'passed', b: 'failed', c: 'passed' }));

  it('gives each check its status', () => {
    expect(checks.map(({ id }) => statusOf(state, id))).toEqual(['passed', 'failed', 'passed']);
  });

  it('adds up the points of what passed', () => {
    expect(pointsOf(state, checks)).toEqual({ points: 2, of: 5, passed: 2 });
  });

  it('puts the first failing check next', () => {
    expect(nextCheck(state, checks)?.slug).toBe('b');
  });

  it('is not news the first time', () => {
    expect(state.moved).toEqual([]);
  });

  it('of another lab changes nothing', () => {
    expect(reduce(state, { event: 'state', data: { ...running(), lab: 'other' } })).toBe(state);
  });
});

describe('a run', () => {
  const started = after(done({ a: 'passed', b: 'failed', c: 'passed' }), { event: 'state', data: running() });
  const halfway = reduce(started, { event: 'check', data: { lab: 'lab', result: result('b', 'passed') } });

  it('awaits every check, and keeps the statuses of before to look at', () => {
    expect(checks.map(({ id }) => isAwaited(started, id))).toEqual([true, true, true]);
    expect(statusOf(started, 'b')).toBe('failed');
  });

  it('shows a result as soon as it comes, and that it is new', () => {
    expect(isAwaited(halfway, 'b')).toBe(false);
    expect(statusOf(halfway, 'b')).toBe('passed');
    expect(halfway.moved).toEqual(['b']);
  });

  it('ends with what changed since the verdict before', () => {
    const ended = reduce(halfway, done({ a: 'failed', b: 'passed', c: 'passed' }));
    expect(ended.moved).toEqual(['a', 'b']);
    expect(spokenVerdict(ended, checks)).toBe(
      '2 of 3 checks pass, 3 of 5 points. failed: Check a. passed: Check b.',
    );
  });

  it('that is announced twice keeps what it has reported', () => {
    expect(reduce(halfway, { event: 'state', data: running() }).reported).toEqual(['b']);
  });

  it('awaits nothing any more when the checker is gone', () => {
    const lost = reduce(halfway, { event: 'contact', data: 'lost' });
    expect(isAwaited(lost, 'a')).toBe(false);
  });
});

it('before the first verdict nothing is said and nothing is next', () => {
  expect(spokenVerdict(initialState, checks)).toBe('');
  expect(nextCheck(initialState, checks)).toBeUndefined();
  expect(statusOf(initialState, 'a')).toBe('not-run');
});

it('a bonus check is never next and its points are not expected', () => {
  const state = after(done({ a: 'passed', b: 'failed', c: 'passed' }));
  const withBonus = checks.map((one) => ({ ...one, bonus: one.slug === 'b' }));
  expect(nextCheck(state, withBonus)).toBeUndefined();
  expect(pointsOf(state, withBonus).of).toBe(2);
});

function after(...actions: PanelAction[]): PanelState {
  return actions.reduce(reduce, initialState);
}

function done(statuses: Record<string, CheckResult['status']>): PanelAction {
  const results = Object.entries(statuses).map(([id, status]) => result(id, status));
  return { event: 'state', data: { ...running(), state: 'done', report: summarize('lab', results, 800) } };
}

function running(): LabState {
  return { lab: 'lab', state: 'running', changed: [], watching: true };
}

function result(id: string, status: CheckResult['status']): CheckResult {
  const points = checks.find((one) => one.id === id)?.points ?? 0;
  return {
    id,
    title: `Check ${id}`,
    kind: 'handler',
    points,
    bonus: false,
    status,
    durationMs: 1,
    lesson: '/lab#x',
  };
}

function check(id: string, points: number): DeclaredCheck {
  return {
    id,
    slug: id,
    kind: 'handler',
    title: `Check ${id}`,
    points,
    bonus: false,
    hints: [],
    lesson: '/lab#x',
    starter: 'fails',
    needs: [],
  };
}
