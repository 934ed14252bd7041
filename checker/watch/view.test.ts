import { describe, expect, it } from 'vitest';
import type { CheckStatus } from '../report.ts';
import type { SessionEvent } from './session.ts';
import { testLab, testReport, testResults } from './testing.ts';
import { decide, failing, focused, initialView, shownHints, type View, type WatchEvent } from './view.ts';

const lab = testLab('07-sqs-batch');
const other = testLab('08-idempotency');
const [first, second, third] = lab.checks.map(({ id }) => id);

const session = (event: SessionEvent): WatchEvent => ({ type: 'session', event });
const key = (name: string): WatchEvent => ({ type: 'key', key: name });
const having = (view: View, ...events: WatchEvent[]) =>
  events.reduce((now, event) => decide(now, event).view, view);
const fresh = () => initialView([lab, other], new Map());
const verdict = (...statuses: CheckStatus[]) =>
  having(fresh(), session({ type: 'finished', lab: lab.slug, report: testReport(lab, statuses) }));

describe('the check to work on', () => {
  it('is the first that fails', () => {
    expect(focused(verdict('passed', 'failed', 'failed'))?.id).toBe(second);
  });

  it('n goes to the next failing one, and round', () => {
    const view = verdict('failed', 'passed', 'error');
    expect(focused(having(view, key('n')))?.id).toBe(third);
    expect(focused(having(view, key('n'), key('n')))?.id).toBe(first);
  });

  it('stays the chosen one until it passes', () => {
    const chosen = having(verdict('failed', 'failed', 'failed'), key('n'));
    const repaired = {
      type: 'finished',
      lab: lab.slug,
      report: testReport(lab, ['failed', 'passed', 'failed']),
    } as const;
    expect(focused(chosen)?.id).toBe(second);
    expect(focused(having(chosen, session(repaired)))?.id).toBe(first);
  });

  it('a skipped check is not one', () => expect(failing(verdict('skipped', 'passed', 'passed'))).toEqual([]));
});

describe('hints', () => {
  it('the first one is shown at once', () => {
    expect(shownHints(verdict('failed'), first ?? '')).toEqual({
      shown: lab.checks[0]?.hints.slice(0, 1),
      of: 3,
    });
  });

  it('h shows one more of the focused check, and remembers it', () => {
    const { view, effects } = decide(verdict('failed'), key('h'));
    expect(effects).toEqual([{ type: 'rememberHint', check: first, count: 2 }]);
    expect(shownHints(view, first ?? '').shown).toHaveLength(2);
  });

  it('there is nothing after the last', () => {
    const view = having(verdict('failed'), key('h'), key('h'));
    expect(decide(view, key('h'))).toEqual({ view, effects: [] });
  });

  it('those seen on another day are shown again', () => {
    const view = initialView([lab], new Map([[first ?? '', 3]]));
    expect(shownHints(view, first ?? '').shown).toHaveLength(3);
  });
});

describe('keys', () => {
  it.each([
    ['q', { type: 'quit', exitCode: 0 }],
    ['ctrl-c', { type: 'quit', exitCode: 130 }],
    ['r', { type: 'run', lab: lab.slug }],
    ['d', { type: 'readDiff', lab: lab.slug }],
  ])('%s', (name, effect) => expect(decide(verdict('failed'), key(name)).effects).toEqual([effect]));

  it('with nothing failing, h and n do nothing', () => {
    const view = verdict('passed', 'passed', 'passed');
    expect(decide(view, key('h'))).toEqual({ view, effects: [] });
    expect(decide(view, key('n'))).toEqual({ view, effects: [] });
  });

  it('in the diff they scroll within it, and d goes back', () => {
    const lines = [1, 2, 3].map((n) => ({ kind: 'same' as const, text: String(n) }));
    const open = having(verdict('failed'), { type: 'diff', lines });
    expect(having(open, key('down')).diff?.top).toBe(1);
    expect(having(open, key('space')).diff?.top).toBe(2);
    expect(having(open, key('up')).diff?.top).toBe(0);
    expect(having(open, key('d')).diff).toBeUndefined();
    expect(decide(open, key('q')).effects).toEqual([{ type: 'quit', exitCode: 0 }]);
  });

  it('an unknown one does nothing', () => {
    const view = verdict('failed');
    expect(decide(view, key('x'))).toEqual({ view, effects: [] });
  });
});

describe('a run', () => {
  it('keeps the old results until new ones come, check by check', () => {
    const [result] = testResults(lab, ['passed']);
    if (result === undefined) throw new Error('the test lab has checks');
    const view = having(
      verdict('failed', 'failed', 'failed'),
      session({ type: 'started', lab: lab.slug }),
      session({ type: 'check', lab: lab.slug, result }),
    );
    expect([...view.fresh]).toEqual([first]);
    expect(view.results.get(second ?? '')?.status).toBe('failed');
    expect(view.running).toBe(true);
  });

  it('without a verdict says why, until the next one starts', () => {
    const broken = having(fresh(), session({ type: 'broken', lab: lab.slug, message: 'disk full' }));
    expect(broken.trouble).toBe('disk full');
    expect(having(broken, session({ type: 'started', lab: lab.slug })).trouble).toBeUndefined();
  });

  it('a change shows its lab and leaves the diff', () => {
    const changes = [{ file: 'worker.ts', what: 'edited' as const }];
    const open = having(fresh(), { type: 'diff', lines: [] });
    const view = having(open, session({ type: 'changed', lab: other.slug, changes, edit: 'handler' }));
    expect([view.lab.slug, view.changed, view.diff]).toEqual([other.slug, 'worker.ts saved', undefined]);
  });

  it('a change in given/ says that it is not graded', () => {
    const changes = [{ file: 'given/ledger.ts', what: 'edited' as const }];
    const view = having(fresh(), session({ type: 'changed', lab: lab.slug, changes, edit: 'nothing' }));
    expect(view.notices).toEqual(['given/ is read-only: your change there is not graded.']);
  });
});
