import TinyQueue from 'tinyqueue';
import type { LogEvent, LogStream } from './groups.ts';

/** A place between the events of a group: behind this event. */
export type Position = Pick<LogEvent, 'timestamp' | 'order'>;

export interface Found {
  readonly stream: LogStream;
  readonly event: LogEvent;
}

interface Cursor extends Found {
  /** Index of its event. */
  readonly at: number;
}

/**
 * The events of several streams in one order, the order of time. Each stream is entered by halving and its events are
 * read one by one, as they are asked for: what lies before the range or behind the last event taken costs nothing.
 * @param start epoch milliseconds, included
 * @param end epoch milliseconds, included
 * @param after leaves out this event and what comes before it
 */
export function* inOrderOfTime(
  streams: Iterable<LogStream>,
  { start = 0, end = Number.POSITIVE_INFINITY, after }: { start?: number; end?: number; after?: Position },
): Generator<Found> {
  const isBefore = (event: LogEvent) =>
    event.timestamp < start || (after !== undefined && compare(event, after) <= 0);
  const cursors = new TinyQueue<Cursor>([], (a, b) => compare(a.event, b.event));
  const enqueue = (stream: LogStream, at: number) => {
    const event = stream.events[at];
    if (event && event.timestamp <= end) cursors.push({ stream, event, at });
  };
  for (const stream of streams) enqueue(stream, firstIndex(stream.events, isBefore));
  for (let cursor = cursors.pop(); cursor; cursor = cursors.pop()) {
    yield cursor;
    enqueue(cursor.stream, cursor.at + 1);
  }
}

/**
 * Where the events from `start` on and before `end` lie.
 * @param start epoch milliseconds
 * @param end epoch milliseconds
 */
export function rangeOf(
  events: readonly LogEvent[],
  start: number | undefined,
  end: number | undefined,
): [low: number, high: number] {
  const low = start === undefined ? 0 : firstIndex(events, ({ timestamp }) => timestamp < start);
  const high = end === undefined ? events.length : firstIndex(events, ({ timestamp }) => timestamp < end);
  return [low, Math.max(low, high)];
}

/** The index of the first event that is not before a place, found by halving: streams are in order of time. */
function firstIndex(events: readonly LogEvent[], isBefore: (event: LogEvent) => boolean): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && isBefore(event)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: Position, b: Position): number {
  return a.timestamp - b.timestamp || a.order - b.order;
}
