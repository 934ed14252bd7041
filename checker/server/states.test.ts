import { describe, expect, it } from 'vitest';
import { testLab, testReport } from '../watch/testing.ts';
import { applyEvent, initialStates, type States, setWatching } from './states.ts';

const lab = testLab('07-sqs-batch');
const report = testReport(lab, ['passed', 'passed', 'passed']);
const slug = lab.slug;
const saved = {
  type: 'changed',
  lab: slug,
  changes: [{ file: 'worker.ts', what: 'edited' }],
  edit: 'handler',
} as const;

const fresh = () => initialStates([slug], () => undefined);
const having = (states: States, ...events: Parameters<typeof applyEvent>[1][]) =>
  events.reduce((now, event) => applyEvent(now, event).states, states).get(slug);

describe('a lab’s state', () => {
  it('is idle before the first verdict, done with a recorded one', () => {
    expect(fresh().get(slug)).toMatchObject({ state: 'idle', watching: true, changed: [] });
    expect(initialStates([slug], () => report).get(slug)).toMatchObject({ state: 'done', report });
  });

  it('keeps the last verdict while the next one is on its way', () => {
    const states = initialStates([slug], () => report);
    expect(having(states, { type: 'started', lab: slug })).toMatchObject({ state: 'running', report });
  });

  it('collects the files saved since the last verdict, each once', () => {
    expect(having(fresh(), saved, saved)?.changed).toEqual(['worker.ts']);
    expect(having(fresh(), saved, { type: 'finished', lab: slug, report })?.changed).toEqual([]);
  });

  it('a run that is cancelled for a newer one shows no state in between', () => {
    expect(applyEvent(fresh(), { type: 'cancelled', lab: slug }).tell).toEqual([]);
  });

  it('without a verdict tells the trouble, until the next run starts', () => {
    const broken = { type: 'broken', lab: slug, message: 'disk full' } as const;
    expect(having(fresh(), broken)).toMatchObject({ state: 'idle', trouble: 'disk full' });
    expect(having(fresh(), broken, { type: 'started', lab: slug })?.trouble).toBeUndefined();
  });

  it('a change in given/ is told as a notice, and is no change', () => {
    const given = {
      ...saved,
      changes: [{ file: 'given/ledger.ts', what: 'edited' }],
      edit: 'nothing',
    } as const;
    const { states, tell } = applyEvent(fresh(), given);
    expect(states.get(slug)?.changed).toEqual([]);
    expect(tell).toMatchObject([{ event: 'notice', data: { lab: slug } }]);
  });

  it('watching is told when it is switched', () => {
    expect(setWatching(fresh(), slug, false).tell).toMatchObject([
      { event: 'state', data: { watching: false } },
    ]);
  });

  it('events of a lab that is not there change nothing', () => {
    const states = fresh();
    expect(applyEvent(states, { type: 'started', lab: '99-none' })).toEqual({ states, tell: [] });
  });
});
