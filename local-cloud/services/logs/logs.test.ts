import type { FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { testCloud } from '../../testing.ts';
import { createLogs } from './index.ts';

function setUp() {
  const cloud = testCloud();
  const logs = createLogs(cloud).operations;
  const group = { logGroupName: '/aws/lambda/worker' };
  const stream = { ...group, logStreamName: 's1' };
  logs.CreateLogGroup(group);
  logs.CreateLogStream(stream);
  return {
    ...logs,
    cloud,
    group,
    stream,
    /** Messages, a millisecond apart from now on. */
    put(...messages: string[]) {
      const now = cloud.clock.now();
      const logEvents = messages.map((message, index) => ({ timestamp: now + index, message }));
      return logs.PutLogEvents({ ...stream, logEvents });
    },
    found: (filterPattern?: string) =>
      logs.FilterLogEvents({ ...group, filterPattern }).events?.map(({ message }) => message),
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

test('a group exists once', () => {
  using logs = setUp();
  expect(() => logs.CreateLogGroup(logs.group)).toThrow(
    expect.objectContaining({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    }),
  );
});

test('a group and a stream that are not there', () => {
  using logs = setUp();
  expect(() => logs.CreateLogStream({ logGroupName: 'x', logStreamName: 's' })).toThrow(
    expect.objectContaining({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    }),
  );
  expect(() => logs.GetLogEvents({ ...logs.group, logStreamName: 'x' })).toThrow(
    'The specified log stream does not exist.',
  );
});

test('a group is named in one way at a time', () => {
  using logs = setUp();
  const logGroupIdentifier = logs.group.logGroupName;
  expect(() => logs.DescribeLogStreams({ ...logs.group, logGroupIdentifier })).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    }),
  );
  expect(() => logs.DescribeLogGroups({ logGroupNamePrefix: '/aws', logGroupNamePattern: 'aws' })).toThrow(
    expect.objectContaining({
      name: 'InvalidParameterException',
      message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    }),
  );
});

test('a deleted group is gone with its streams', () => {
  using logs = setUp();
  logs.DeleteLogGroup(logs.group);
  expect(logs.DescribeLogGroups({}).logGroups).toEqual([]);
  expect(() => logs.DescribeLogStreams(logs.group)).toThrow('The specified log group does not exist.');
});

test('events come back in order, forward page by page, until the token stays the same', () => {
  using logs = setUp();
  logs.put('a', 'b', 'c');
  const first = logs.GetLogEvents({ ...logs.stream, startFromHead: true, limit: 2 });
  expect(first.events?.map(({ message }) => message)).toEqual(['a', 'b']);
  const second = logs.GetLogEvents({ ...logs.stream, nextToken: first.nextForwardToken });
  expect(second.events?.map(({ message }) => message)).toEqual(['c']);
  const third = logs.GetLogEvents({ ...logs.stream, nextToken: second.nextForwardToken });
  expect(third).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
});

test('without startFromHead the newest events come, and the pages before them backward', () => {
  using logs = setUp();
  logs.put('a', 'b', 'c');
  const newest = logs.GetLogEvents({ ...logs.stream, limit: 2 });
  expect(newest.events?.map(({ message }) => message)).toEqual(['b', 'c']);
  const before = logs.GetLogEvents({ ...logs.stream, nextToken: newest.nextBackwardToken });
  expect(before.events?.map(({ message }) => message)).toEqual(['a']);
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
describe('events of all streams', () => {
  /** Three streams, whose events interleave. */
  function interleaved() {
    const logs = setUp();
    const now = logs.cloud.clock.now();
    for (const stream of [0, 1, 2]) {
      const logStreamName = `many-${stream}`;
      logs.CreateLogStream({ ...logs.group, logStreamName });
      const logEvents = Array.from({ length: 20 }, (_, index) => ({
        timestamp: now + 3 * index + stream,
        message: String(3 * index + stream),
      }));
      logs.PutLogEvents({ ...logs.group, logStreamName, logEvents });
    }
    const page = (input: Omit<FilterLogEventsRequest, 'logGroupName'>) => {
      const { events = [], nextToken } = logs.FilterLogEvents({ ...logs.group, ...input });
      return { found: events.map(({ message }) => message), nextToken };
    };
    return { ...logs, now, page };
  }
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

  test('come in order of time, page by page, each once', () => {
    using logs = interleaved();
    const pages: string[][] = [];
    let nextToken: string | undefined;
    do {
      const page = logs.page({ limit: 25, nextToken });
      pages.push(page.found as string[]);
      nextToken = page.nextToken;
    } while (nextToken);
    expect(pages).toEqual([numbers(0, 24), numbers(25, 49), numbers(50, 59)]);
  });

  test('come from the start of the range to its end, both included', () => {
    using logs = interleaved();
    expect(logs.page({ startTime: logs.now + 10, endTime: logs.now + 14 })).toEqual({
      found: numbers(10, 14),
      nextToken: undefined,
    });
  });

  test('have no token behind the last one that matches', () => {
    using logs = interleaved();
    expect(logs.page({ filterPattern: '17', limit: 1 })).toEqual({ found: ['17'], nextToken: undefined });
  });

  test('are at most 1 MB in one page', () => {
    using logs = setUp();
    const message = 'x'.repeat(200_000);
    logs.put(message, message, message);
    logs.put(message, message, message);
    const first = logs.FilterLogEvents(logs.group);
    expect(first.events).toHaveLength(5);
    const { events, nextToken } = logs.FilterLogEvents({ ...logs.group, nextToken: first.nextToken });
    expect([events?.length, nextToken]).toEqual([1, undefined]);
  });

  test('that arrive between two pages, but lie before, change nothing in the next page', () => {
    using logs = interleaved();
    const { nextToken } = logs.page({ limit: 59 });
    logs.PutLogEvents({ ...logs.stream, logEvents: [{ timestamp: logs.now - 1000, message: 'late' }] });
    expect(logs.page({ nextToken }).found).toEqual(['59']);
  });

  test('need a token that was given', () => {
    using logs = setUp();
    expect(() => logs.FilterLogEvents({ ...logs.group, nextToken: 'x' })).toThrow(
      expect.objectContaining({
        name: 'InvalidParameterException',
        message: 'The specified nextToken is invalid.',
      }),
    );
  });
});

test('events are journaled', () => {
  using logs = setUp();
  logs.put('a');
  expect(logs.cloud.journal.read()).toMatchObject([
    { type: 'log', logGroup: '/aws/lambda/worker', logStream: 's1', message: 'a' },
  ]);
});

test('a batch must be in chronological order', () => {
  using logs = setUp();
  const now = logs.cloud.clock.now();
  const logEvents = [
    { timestamp: now, message: 'b' },
    { timestamp: now - 1, message: 'a' },
  ];
  expect(() => logs.PutLogEvents({ ...logs.stream, logEvents })).toThrow(
    'Log events in a single PutLogEvents request must be in chronological order.',
  );
});

test('events from too far in the past or the future are left out, and the answer says which', () => {
  using logs = setUp();
  const now = logs.cloud.clock.now();
  const day = 24 * 60 * 60 * 1000;
  const old = logs.PutLogEvents({
    ...logs.stream,
    logEvents: [{ timestamp: now - 15 * day, message: 'old' }],
  });
  const soon = logs.PutLogEvents({ ...logs.stream, logEvents: [{ timestamp: now + day, message: 'new' }] });
  expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  expect(soon.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 0 });
  expect(logs.found()).toEqual([]);
});

test('events older than the retention are gone', async () => {
  using logs = setUp();
  logs.put('a');
  logs.PutRetentionPolicy({ ...logs.group, retentionInDays: 1 });
  expect(logs.found()).toEqual(['a']);
  const work = logs.cloud.clock.schedule(logs.cloud.clock.now() + 25 * 60 * 60 * 1000, 'work', () => {});
  await logs.cloud.clock.advance(25 * 60 * 60 * 1000);
  work.cancel();
  expect(logs.found()).toEqual([]);
});

test('a retention must be one of those that AWS offers', () => {
  using logs = setUp();
  expect(() => logs.PutRetentionPolicy({ ...logs.group, retentionInDays: 2 })).toThrow(
    expect.objectContaining({ name: 'InvalidParameterException' }),
  );
});

test.each<[string, string[]]>([
  ['ERROR', ['ERROR disk full', 'ERROR network']],
  ['ERROR disk', ['ERROR disk full']],
  ['"disk full"', ['ERROR disk full']],
  ['?network ?INFO', ['ERROR network', 'INFO started']],
  ['ERROR -disk', ['ERROR network']],
  ['error', []],
])('the filter pattern %s', (pattern, expected) => {
  using logs = setUp();
  logs.put('ERROR disk full', 'ERROR network', 'INFO started');
  expect(logs.found(pattern)).toEqual(expected);
});

test('a filter pattern for JSON finds by fields', () => {
  using logs = setUp();
  logs.put('{"level":"ERROR"}', '{"level":"INFO"}', 'ERROR');
  expect(logs.found('{ $.level = "ERROR" }')).toEqual(['{"level":"ERROR"}']);
});

test('what a group holds in memory is bounded: the oldest events go first', () => {
  using logs = setUp();
  const megabyte = 'x'.repeat(1_000_000);
  for (let count = 0; count < 20; count++) logs.put(`${count} ${megabyte}`);
  const { logGroups: [group] = [] } = logs.DescribeLogGroups({});
  expect(group?.storedBytes).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(logs.found('0')).not.toContain(`0 ${megabyte}`);
  expect(logs.found('19')).toHaveLength(1);
});

test('streams can be listed by their last event', () => {
  using logs = setUp();
  logs.CreateLogStream({ ...logs.group, logStreamName: 'z' });
  logs.put('a');
  const names = (orderBy: 'LastEventTime' | 'LogStreamName') =>
    logs
      .DescribeLogStreams({ ...logs.group, orderBy, descending: true })
      .logStreams?.map((s) => s.logStreamName);
  expect(names('LastEventTime')).toEqual(['s1', 'z']);
  expect(names('LogStreamName')).toEqual(['z', 's1']);
});

describe('what AWS refuses of a request', () => {
  const long = 'a'.repeat(513);

  test('a name of more than 512 characters', () => {
    using logs = setUp();
    const message = 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.';
    expect(() => logs.CreateLogGroup({ logGroupName: long })).toThrow(message);
    expect(() => logs.CreateLogStream({ ...logs.group, logStreamName: long })).toThrow(message);
    expect(() => logs.DeleteMetricFilter({ logGroupName: long, filterName: 'f' })).toThrow(message);
  });

  test('groups by prefix and by pattern at once', () => {
    using logs = setUp();
    expect(() => logs.DescribeLogGroups({ logGroupNamePrefix: 'a', logGroupNamePattern: 'a' })).toThrow(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  });

  test('a group by name and by identifier at once', () => {
    using logs = setUp();
    expect(() => logs.DescribeLogStreams({ ...logs.group, logGroupIdentifier: 'a' })).toThrow(
      expect.objectContaining({
        name: 'ValidationException',
        message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
      }),
    );
  });

  test('a page of more than the most', () => {
    using logs = setUp();
    const refused = (value: number, most: number) =>
      `1 validation error detected: Value '${value}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${most}`;
    expect(() => logs.GetLogEvents({ ...logs.stream, limit: 10_001 })).toThrow(refused(10_001, 10_000));
    expect(() => logs.FilterLogEvents({ ...logs.group, limit: 10_001 })).toThrow(refused(10_001, 10_000));
    expect(() => logs.DescribeLogGroups({ limit: 51 })).toThrow(refused(51, 50));
  });
});

test('the older operations on tags see the same tags', () => {
  using logs = setUp();
  const resourceArn = logs.DescribeLogGroups({}).logGroups?.[0]?.logGroupArn;
  logs.TagLogGroup({ ...logs.group, tags: { a: '1', b: '2' } });
  expect(logs.ListTagsForResource({ resourceArn }).tags).toEqual({ a: '1', b: '2' });
  logs.UntagLogGroup({ ...logs.group, tags: ['a'] });
  expect(logs.ListTagsLogGroup(logs.group).tags).toEqual({ b: '2' });
});
