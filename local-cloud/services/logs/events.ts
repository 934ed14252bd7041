import type {
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { compileFilter } from './filter-pattern/index.ts';
import type { LogEvent, LogGroups } from './groups.ts';
import { sizeOf } from './groups.ts';
import { checkLimit, groupName, invalid, requiredName } from './names.ts';
import { type Found, inOrderOfTime, type Position, rangeOf } from './timeline.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const LIMITS = {
  batchBytes: 1_048_576,
  batchEvents: 10_000,
  batchSpanMs: 24 * 60 * 60 * 1000,
  tooNewMs: 2 * 60 * 60 * 1000,
  tooOldMs: 14 * 24 * 60 * 60 * 1000,
};
const LARGEST_PAGE = 10_000;
const PAGE_BYTES = 1_048_576;

export function createEventOperations(cloud: Cloud, logs: LogGroups) {
  return {
    PutLogEvents(input: PutLogEventsRequest): PutLogEventsResponse {
      const group = logs.group(groupName(input));
      const stream = logs.stream(group, requiredName(input.logStreamName, 'logStreamName'));
      const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({
        timestamp,
        message,
      }));
      checkBatch(events);
      const now = cloud.clock.now();
      const tooNew = events.findIndex(({ timestamp }) => timestamp > now + LIMITS.tooNewMs);
      const oldest = now - LIMITS.tooOldMs;
      const accepted = events.filter(
        ({ timestamp }) => timestamp <= now + LIMITS.tooNewMs && timestamp >= oldest,
      );
      const tooOld = events.filter(({ timestamp }) => timestamp < oldest).length;
      logs.append(group, stream, accepted);
      return {
        nextSequenceToken: cloud.uuid().replaceAll('-', ''),
        ...(accepted.length < events.length && {
          rejectedLogEventsInfo: {
            ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
            ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
          },
        }),
      };
    },

    GetLogEvents(input: GetLogEventsRequest): GetLogEventsResponse {
      checkLimit(input.limit, LARGEST_PAGE);
      const group = logs.group(groupName(input));
      const stream = logs.stream(group, requiredName(input.logStreamName, 'logStreamName'));
      const { events } = stream;
      const [low, high] = rangeOf(events, input.startTime, input.endTime);
      const length = high - low;
      const { start, forward } = readPosition(input.nextToken, input.startFromHead ?? false, length);
      const limit = input.limit ?? LARGEST_PAGE;
      const from = forward ? Math.min(start, length) : Math.max(0, start - limit);
      const to = Math.min(forward ? from + limit : start, length);
      const page = bounded(events.slice(low + from, low + to), forward);
      const first = forward ? from : start - page.length;
      return {
        events: page.map(({ timestamp, message, ingestedAt }) => ({
          timestamp,
          message,
          ingestionTime: ingestedAt,
        })),
        // A caller at the end gets the token that it gave: that is how it knows.
        nextForwardToken: `f/${String(first + page.length).padStart(56, '0')}/s`,
        nextBackwardToken: `b/${String(first).padStart(56, '0')}/s`,
      };
    },

    /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
    FilterLogEvents(input: FilterLogEventsRequest): FilterLogEventsResponse {
      checkLimit(input.limit, LARGEST_PAGE);
      if (input.unmask) throw notSupported('unmask of FilterLogEvents');
      const group = logs.group(groupName(input));
      const {
        logStreamNames,
        logStreamNamePrefix = '',
        startTime,
        endTime,
        filterPattern,
        nextToken,
      } = input;
      const matches = compileFilter(filterPattern);
      const streams = logStreamNames
        ? new Set(logStreamNames.map((name) => logs.stream(group, name)))
        : [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix));
      const limit = input.limit ?? LARGEST_PAGE;
      const after = nextToken === undefined ? undefined : readToken(nextToken);
      const page: Found[] = [];
      let bytes = 0;
      let isCut = false;
      for (const found of inOrderOfTime(streams, { start: startTime, end: endTime, after })) {
        const { message } = found.event;
        if (matches(message) === undefined) continue;
        bytes += sizeOf(message);
        isCut = page.length > 0 && (page.length >= limit || bytes > PAGE_BYTES);
        if (isCut) break;
        page.push(found);
      }
      return {
        events: page.map(({ stream, event }) => ({
          logStreamName: stream.name,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingestedAt,
          eventId: event.id,
        })),
        searchedLogStreams: [],
        ...(isCut && { nextToken: tokenOf(page) }),
      };
    },
  };
}

/** The next page begins behind the last event of this one, wherever that is by then. */
function tokenOf(page: readonly Found[]): string | undefined {
  const last = page.at(-1)?.event;
  return last && `${last.timestamp}/${last.order}`;
}

function readToken(token: string): Position {
  const [, timestamp, order] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(token) ?? [];
  if (!timestamp) throw invalid('The specified nextToken is invalid.');
  return { timestamp: Number(timestamp), order: Number(order) };
}

function checkBatch(events: readonly { timestamp: number; message: string }[]): void {
  if (events.length === 0 || events.length > LIMITS.batchEvents) {
    throw invalid(
      `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and ${LIMITS.batchEvents}`,
    );
  }
  const bytes = events.reduce((sum, { message }) => sum + sizeOf(message), 0);
  if (bytes > LIMITS.batchBytes)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LIMITS.batchBytes}`);
  const times = events.map(({ timestamp }) => timestamp);
  if (times.some((time, index) => index > 0 && time < (times[index - 1] ?? 0))) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > LIMITS.batchSpanMs) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

function readPosition(token: string | undefined, fromHead: boolean, length: number) {
  if (token === undefined) return { start: fromHead ? 0 : length, forward: fromHead };
  const [, direction, position] = /^([fb])\/(\d+)\/s$/.exec(token) ?? [];
  if (!direction) throw invalid('The specified nextToken is invalid.');
  return { start: Number(position), forward: direction === 'f' };
}

/** A page holds at most 1 MB. */
function bounded(events: readonly LogEvent[], forward: boolean): readonly LogEvent[] {
  let bytes = 0;
  const kept = (forward ? events : events.toReversed()).filter((event, index) => {
    bytes += sizeOf(event.message);
    return index === 0 || bytes <= PAGE_BYTES;
  });
  return forward ? kept : kept.toReversed();
}
