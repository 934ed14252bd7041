import { expect, test } from 'vitest';
import { report, testMappings } from './testing.ts';

const MetricsConfig = { Metrics: ['EventCount' as const] };

/** What a mapping has counted, without polls that found nothing. */
function counted(account: ReturnType<typeof testMappings>) {
  return account
    .journal('mapping-events')
    .filter(({ count }) => count > 0)
    .map(({ what, count }) => `${what} ${count}`);
}

test('counts events that are polled, given to the function and deleted', async () => {
  await using account = testMappings();
  const queue = await account.createQueue();
  await account.sendAll(queue, ['a', 'b', 'c']);
  const uuid = await account.map({ MetricsConfig });
  await account.pass(1);
  expect(counted(account)).toEqual(['polled 3', 'invoked 3', 'deleted 3']);
  expect(account.journal('mapping-events').every((entry) => entry.uuid === uuid)).toBe(true);
});

test('counts a poll that finds nothing as 0', async () => {
  await using account = testMappings();
  await account.createQueue();
  await account.map({ MetricsConfig });
  await account.pass(21);
  expect(account.journal('mapping-events')).toMatchObject([{ what: 'polled', count: 0 }]);
});

test('counts the failures that a function reports, and not as deleted', async () => {
  await using account = testMappings((event) => report(event, (body) => body === 'poison'));
  const queue = await account.createQueue();
  await account.sendAll(queue, ['a', 'poison', 'b']);
  await account.map({ MetricsConfig, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  await account.pass(1);
  expect(counted(account)).toEqual(['polled 3', 'invoked 3', 'failed 1', 'deleted 2']);
});

test('counts what no filter lets through, and not as deleted after processing', async () => {
  await using account = testMappings();
  const queue = await account.createQueue();
  await account.sendAll(queue, ['paid', 'new', 'new']);
  await account.map({ MetricsConfig, FilterCriteria: { Filters: [{ Pattern: '{"body":["paid"]}' }] } });
  await account.pass(1);
  expect(counted(account)).toEqual(['polled 3', 'filtered-out 2', 'invoked 1', 'deleted 1']);
});

test('counts all events of a batch as failed when the function throws', async () => {
  await using account = testMappings(() => {
    throw new Error('no');
  });
  const queue = await account.createQueue();
  await account.sendAll(queue, ['a', 'b']);
  await account.map({ MetricsConfig });
  await account.pass(1);
  expect(counted(account)).toEqual(['polled 2', 'invoked 2', 'failed 2']);
});

test('counts events of a throttled batch again with each attempt', async () => {
  await using account = testMappings();
  account.reserve(0);
  const queue = await account.createQueue();
  await account.sendAll(queue, ['a', 'b']);
  await account.map({ MetricsConfig });
  await account.pass(2);
  account.reserve(1);
  await account.pass(2);
  expect(counted(account)).toEqual(['polled 2', 'invoked 2', 'invoked 2', 'invoked 2', 'deleted 2']);
});

test('counts nothing unless MetricsConfig says EventCount', async () => {
  await using account = testMappings();
  const queue = await account.createQueue();
  await account.sendAll(queue, ['a']);
  await account.map();
  await account.pass(1);
  expect(account.invocations).toHaveLength(1);
  expect(account.journal('mapping-events')).toEqual([]);
});

test('an update without metrics ends the counting, and answers show what is counted', async () => {
  await using account = testMappings();
  const queue = await account.createQueue();
  const UUID = await account.map({ MetricsConfig });
  expect(account.api.GetEventSourceMapping({ UUID }).MetricsConfig).toEqual(MetricsConfig);
  const answer = await account.api.UpdateEventSourceMapping({ UUID, MetricsConfig: { Metrics: [] } });
  expect(answer).not.toHaveProperty('MetricsConfig');
  await account.pass(1);
  await account.sendAll(queue, ['a']);
  await account.pass(1);
  expect(counted(account)).toEqual([]);
});
