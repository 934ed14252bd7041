import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import type { Sample } from '../cloudwatch/metrics/store.ts';
import type { MetricFilter } from './metric-filter.ts';

export interface LogEvent {
  readonly id: string;
  /** Epoch milliseconds, as the sender gave it. */
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
  /** Order of arrival, which decides between equal timestamps. */
  readonly order: number;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  /** In order of timestamps. */
  readonly events: LogEvent[];
  lastIngestedAt?: number;
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionDays?: number;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  /** By name. */
  readonly metricFilters: Map<string, MetricFilter>;
  /** Streams in the order in which their events arrived: the oldest make room first. */
  storedBytes: number;
}

/** A group keeps this much in memory; the oldest events go first. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What an event counts besides its message. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const BYTES_PER_EVENT = 26;

const DAY_MS = 24 * 60 * 60 * 1000;

export type LogGroups = ReturnType<typeof createLogGroups>;

/**
 * @param putMetric takes what metric filters make of log events
 */
export function createLogGroups(cloud: Cloud, putMetric: (sample: Sample) => void) {
  const groups = new Map<string, LogGroup>();
  let order = 0;

  /** Events older than the retention are gone whenever somebody looks. */
  function expire(group: LogGroup): void {
    if (group.retentionDays === undefined) return;
    const oldest = cloud.clock.now() - group.retentionDays * DAY_MS;
    for (const stream of group.streams.values()) {
      const kept = stream.events.findIndex(({ timestamp }) => timestamp >= oldest);
      drop(group, stream, kept < 0 ? stream.events.length : kept);
    }
  }

  function drop(group: LogGroup, stream: LogStream, count: number): void {
    for (const event of stream.events.splice(0, count)) group.storedBytes -= sizeOf(event.message);
  }

  function makeRoom(group: LogGroup): void {
    while (group.storedBytes > MOST_BYTES) {
      const streams = [...group.streams.values()].filter(({ events }) => events.length > 0);
      const oldest = streams.reduce((a, b) =>
        (a.events[0]?.order ?? 0) <= (b.events[0]?.order ?? 0) ? a : b,
      );
      // A tenth at a time, so that a busy group does not search for every event.
      drop(group, oldest, Math.max(1, Math.ceil(oldest.events.length / 10)));
    }
  }

  return {
    groups,

    create(name: string, tags: Record<string, string>): void {
      if (groups.has(name)) throw alreadyExists('log group');
      groups.set(name, {
        name,
        arn: arnOf(cloud, 'logs', `log-group:${name}`),
        createdAt: cloud.clock.now(),
        tags: new Map(Object.entries(tags)),
        streams: new Map(),
        metricFilters: new Map(),
        storedBytes: 0,
      });
    },

    /** @throws ResourceNotFoundException */
    group(name: string): LogGroup {
      const group = groups.get(name);
      if (!group) throw notFound('log group');
      expire(group);
      return group;
    },

    /** @throws ResourceNotFoundException */
    stream(group: LogGroup, name: string): LogStream {
      const stream = group.streams.get(name);
      if (!stream) throw notFound('log stream');
      return stream;
    },

    append(
      group: LogGroup,
      stream: LogStream,
      entries: readonly { timestamp: number; message: string }[],
    ): void {
      const ingestedAt = cloud.clock.now();
      for (const { timestamp, message } of entries) {
        const event: LogEvent = {
          id: String(order).padStart(56, '0'),
          timestamp,
          ingestedAt,
          message,
          order: order++,
        };
        insert(stream.events, event);
        group.storedBytes += sizeOf(message);
        cloud.journal.record({ type: 'log', logGroup: group.name, logStream: stream.name, message });
        for (const filter of group.metricFilters.values()) {
          for (const sample of filter.samplesOf(message, timestamp)) putMetric(sample);
        }
      }
      stream.lastIngestedAt = ingestedAt;
      makeRoom(group);
    },

    newStream(group: LogGroup, name: string): void {
      if (group.streams.has(name)) throw alreadyExists('log stream');
      group.streams.set(name, {
        name,
        arn: `${group.arn}:log-stream:${name}`,
        createdAt: cloud.clock.now(),
        events: [],
      });
    },

    removeStream(group: LogGroup, name: string): void {
      const stream = this.stream(group, name);
      drop(group, stream, stream.events.length);
      group.streams.delete(name);
    },
  };
}

export function sizeOf(message: string): number {
  return Buffer.byteLength(message) + BYTES_PER_EVENT;
}

/** Most events arrive in order, so the place is searched from the end. */
function insert(events: LogEvent[], event: LogEvent): void {
  let index = events.length;
  while (index > 0 && (events[index - 1]?.timestamp ?? 0) > event.timestamp) index--;
  events.splice(index, 0, event);
}

function notFound(what: 'log group' | 'log stream'): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);
}

function alreadyExists(what: 'log group' | 'log stream'): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
}
