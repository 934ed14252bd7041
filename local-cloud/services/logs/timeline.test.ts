import { expect, test } from 'vitest';
import type { LogEvent, LogStream } from './groups.ts';
import { inOrderOfTime } from './timeline.ts';

/** Cloud time of the first event; the others follow a millisecond apart. */
const START = Date.UTC(2026, 0, 1);
const MANY = 100_000;
/** Steps of halving in a stream of so many events. */
const STEPS = Math.ceil(Math.log2(MANY)) + 1;

/** A stream whose events count how often somebody reads one. */
function countingStream(name: string, count = MANY) {
  const reads = { count: 0 };
  const events = Array.from(
    { length: count },
    (_, order): LogEvent => ({
      id: String(order),
      timestamp: START + order,
      ingestedAt: START,
      message: `event ${order}`,
      order,
    }),
  );
  const stream: LogStream = {
    name,
    arn: `arn:${name}`,
    createdAt: START,
    events: new Proxy(events, {
      get(target, member) {
        if (typeof member === 'string' && /^\d+$/.test(member)) reads.count++;
        return Reflect.get(target, member) as unknown;
      },
    }),
  };
  return { stream, reads };
}

const messages = (found: Iterable<{ event: LogEvent }>) => Array.from(found, ({ event }) => event.message);

test('of a long stream only the asked range of time is read', () => {
  const { stream, reads } = countingStream('s1');
  const found = inOrderOfTime([stream], { start: START + 70_000, end: START + 70_002 });
  expect(messages(found)).toEqual(['event 70000', 'event 70001', 'event 70002']);
  expect(reads.count).toBeLessThanOrEqual(STEPS + 4);
});

test('a reader that has enough reads nothing behind it', () => {
  const { stream, reads } = countingStream('s1');
  for (const { event } of inOrderOfTime([stream], {})) if (event.order === 4) break;
  expect(reads.count).toBeLessThanOrEqual(STEPS + 5);
});

test('reading on costs no more than beginning, however much was read before', () => {
  const { stream, reads } = countingStream('s1');
  const after = { timestamp: START + 99_996, order: 99_996 };
  expect(messages(inOrderOfTime([stream], { after }))).toEqual(['event 99997', 'event 99998', 'event 99999']);
  expect(reads.count).toBeLessThanOrEqual(STEPS + 4);
});

test('a stream without events in the range costs only the search', () => {
  const streams = Array.from({ length: 10 }, (_, index) => countingStream(`s${index}`, 1_000));
  expect(
    messages(
      inOrderOfTime(
        streams.map(({ stream }) => stream),
        { start: START + 1_000 },
      ),
    ),
  ).toEqual([]);
  for (const { reads } of streams) expect(reads.count).toBeLessThanOrEqual(Math.ceil(Math.log2(1_000)) + 2);
});
