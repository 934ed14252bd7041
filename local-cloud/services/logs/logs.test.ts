import { expect, test } from 'vitest';
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
