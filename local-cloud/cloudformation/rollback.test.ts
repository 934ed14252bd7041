import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const queue = (Properties: object = {}, others: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties,
  ...others,
});
const bad = (...DependsOn: string[]) => queue({ VisibilityTimeout: 99_999 }, { DependsOn });

test('a failed update keeps what it would have replaced and removes the replacement', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue({ QueueName: 'before' }) });
  await expect(
    stacks.deploy({ Orders: queue({ QueueName: 'after' }), Bad: bad('Orders') }),
  ).rejects.toMatchObject({ logicalId: 'Bad' });
  expect(await stacks.queues()).toEqual(['before']);
});

test('a failed update deletes nothing that left the template', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue({ QueueName: 'orders' }), Extra: queue({ QueueName: 'extra' }) });
  await expect(stacks.deploy({ Orders: queue({ QueueName: 'orders' }), Bad: bad() })).rejects.toThrow();
  expect(await stacks.queues()).toEqual(['extra', 'orders']);
});

test('after a failed update the stack can be updated again from where it was', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue({ QueueName: 'orders' }) });
  await expect(stacks.deploy({ Orders: queue({ QueueName: 'orders' }), Bad: bad() })).rejects.toThrow();
  const { resources } = await stacks.deploy({ Orders: queue({ QueueName: 'orders', DelaySeconds: 5 }) });
  expect(Object.keys(resources)).toEqual(['Orders']);
});

test('Retain keeps what a failed creation made; RetainExceptOnCreate does not', async () => {
  using stacks = testStacks();
  const kept = queue({ QueueName: 'kept' }, { DeletionPolicy: 'Retain' });
  const gone = queue({ QueueName: 'gone' }, { DeletionPolicy: 'RetainExceptOnCreate' });
  await expect(stacks.deploy({ Kept: kept, Gone: gone, Bad: bad('Kept', 'Gone') })).rejects.toThrow();
  expect(await stacks.queues()).toEqual(['kept']);
});

test('UpdateReplacePolicy: Retain keeps the resource that was replaced', async () => {
  using stacks = testStacks();
  const named = (QueueName: string) => queue({ QueueName }, { UpdateReplacePolicy: 'Retain' });
  await stacks.deploy({ Orders: named('before') });
  await stacks.deploy({ Orders: named('after') });
  expect(await stacks.queues()).toEqual(['after', 'before']);
});

test('of several failures in one step the first of the template is told, and all are named', async () => {
  using stacks = testStacks();
  await expect(stacks.deploy({ One: bad(), Two: bad() })).rejects.toMatchObject({ logicalId: 'One' });
  const { StackEvents = [] } = await stacks.wire.DescribeStackEvents({ StackName: 'Lab' }, stacks.call());
  expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain(
    'The following resource(s) failed to create: [One, Two]. Rollback requested by user.',
  );
});

test('an injected fault of a service fails the stack like a refusal', async () => {
  using stacks = testStacks();
  stacks.faults.inject({
    kind: 'error',
    service: 'sqs',
    operation: 'CreateQueue',
    code: 'ServiceUnavailable',
  });
  await expect(stacks.deploy({ Orders: queue() })).rejects.toMatchObject({
    kind: 'refused',
    code: 'ServiceUnavailable',
    logicalId: 'Orders',
  });
});

test('a stack whose rollback could not finish is made anew by the next deployment', async () => {
  using stacks = testStacks();
  const takeBack = stacks.faults.inject({
    kind: 'error',
    service: 'sqs',
    operation: 'DeleteQueue',
    code: 'ServiceUnavailable',
  });
  await expect(stacks.deploy({ Good: queue(), Bad: bad('Good') })).rejects.toThrow();
  expect((await stacks.events()).at(-1)).toBe('Lab ROLLBACK_FAILED');
  takeBack();
  await stacks.deploy({ Good: queue({ QueueName: 'good' }) });
  expect(await stacks.queues()).toEqual(['good']);
});
