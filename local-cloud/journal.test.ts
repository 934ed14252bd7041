import { expect, test } from 'vitest';
import { createJournal, type JournalEvent } from './journal.ts';

const throttle = (functionName: string): JournalEvent => ({ type: 'throttle', functionName, reason: 'test' });

test('entries carry a growing number and cloud time', () => {
  let now = 1000;
  const journal = createJournal(() => now);
  journal.record(throttle('a'));
  now = 2000;
  journal.record(throttle('b'));
  expect(journal.read()).toMatchObject([
    { seq: 1, at: 1000, functionName: 'a' },
    { seq: 2, at: 2000, functionName: 'b' },
  ]);
  expect(journal.read(1)).toMatchObject([{ seq: 2 }]);
  expect(journal.read(2)).toEqual([]);
});

test('the oldest entries are dropped, and counted, to stay within the bound', () => {
  const journal = createJournal(() => 0, 10);
  for (let index = 1; index <= 1000; index++) journal.record(throttle(String(index)));
  const kept = journal.read();
  expect(kept.length).toBeGreaterThanOrEqual(10);
  expect(kept.length).toBeLessThan(20);
  expect(kept.at(-1)).toMatchObject({ seq: 1000, functionName: '1000' });
  expect(journal.dropped + kept.length).toBe(1000);
  expect(journal.read(998)).toMatchObject([{ seq: 999 }, { seq: 1000 }]);
  expect(journal.read(1)).toEqual(kept);
});

test('a subscriber hears each entry until it ends its subscription', () => {
  const journal = createJournal(() => 0);
  const heard: number[] = [];
  const end = journal.subscribe(({ seq }) => heard.push(seq));
  journal.record(throttle('a'));
  end();
  journal.record(throttle('b'));
  expect(heard).toEqual([1]);
});
