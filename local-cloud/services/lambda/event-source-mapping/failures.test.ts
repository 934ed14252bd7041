import { describe, expect, test } from 'vitest';
import { report, testMappings } from './testing.ts';

const fail = () => {
  throw new Error('always');
};

describe('a function that throws', () => {
  test('fails its whole batch: all of it comes back after the visibility timeout, not before', async () => {
    await using account = testMappings(fail);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '30' });
    await account.sendAll(queue, ['a', 'b']);
    await account.map();
    await account.pass(29);
    expect(account.invocations).toHaveLength(1);
    await account.pass(2);
    const counts = account.invocations.map(({ event }) =>
      event.Records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]),
    );
    expect(counts.flat().sort()).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
      ['b', '2'],
    ]);
  });

  test('is called maxReceiveCount times, then the message is in the dead-letter queue, byte for byte', async () => {
    await using account = testMappings(fail);
    const { source, deadLetters } = await account.createRedrive(5);
    await account.map();
    const body = '{ "orderId": 1,\t"note": "café ☕" }';
    await account.send(source, body);
    await account.pass(6 * 31);
    expect(account.invocations).toHaveLength(5);
    expect(await account.bodiesIn(deadLetters)).toEqual([body]);
    expect(await account.counts(source)).toEqual([0, 0, 0]);
  });

  test('is called less often at the same time', async () => {
    await using account = testMappings(fail);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '600' });
    await account.sendAll(queue, Array.from({ length: 5 }, String));
    account.setDuration(100);
    await account.map({ BatchSize: 1 });
    await account.pass(1);
    const before = account.invocations.length;
    await account.sendAll(queue, Array.from({ length: 20 }, String));
    await account.pass(0.05);
    expect(before).toBe(5);
    expect(account.invocations.length - before).toBe(2);
  });

  test('is called as often as before when the mapping has a maximum concurrency', async () => {
    await using account = testMappings(fail);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '600' });
    await account.sendAll(queue, Array.from({ length: 5 }, String));
    account.setDuration(100);
    await account.map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 5 } });
    await account.pass(1);
    await account.sendAll(queue, Array.from({ length: 20 }, String));
    await account.pass(0.05);
    expect(account.invocations.length).toBe(10);
  });

  test('is called as often as before when the mapping reads batch responses', async () => {
    await using account = testMappings(fail);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '600' });
    await account.sendAll(queue, Array.from({ length: 5 }, String));
    account.setDuration(100);
    await account.map({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.pass(1);
    await account.sendAll(queue, Array.from({ length: 20 }, String));
    await account.pass(0.05);
    expect(account.invocations.length).toBe(10);
  });
});

describe('a function that reports failures', () => {
  const poison = (body: string) => body === 'poison';

  test('has only those come back, and the rest deleted at once', async () => {
    await using account = testMappings((event) => report(event, poison));
    const queue = await account.createQueue('orders', { VisibilityTimeout: '30' });
    await account.sendAll(queue, ['a', 'poison', 'b']);
    await account.map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.pass(1);
    expect(await account.counts(queue)).toEqual([0, 1, 0]);
    await account.pass(30);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['a', 'poison', 'b'], ['poison']]);
  });

  test('has the poison message alone end in the dead-letter queue', async () => {
    await using account = testMappings((event) => report(event, poison));
    const { source, deadLetters } = await account.createRedrive(5);
    await account.map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.sendAll(source, ['a', 'poison', 'b']);
    await account.pass(6 * 31);
    expect(account.invocations.flatMap(({ bodies }) => bodies).filter(poison)).toHaveLength(5);
    expect(await account.bodiesIn(deadLetters)).toEqual(['poison']);
    expect(await account.counts(source)).toEqual([0, 0, 0]);
  });

  test('is not listened to when the mapping does not say ReportBatchItemFailures: the batch is deleted', async () => {
    await using account = testMappings((event) => report(event, poison));
    const queue = await account.createQueue();
    await account.map();
    await account.sendAll(queue, ['a', 'poison']);
    await account.pass(1);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('with an id that is in no message fails the whole batch', async () => {
    await using account = testMappings(() => ({ batchItemFailures: [{ itemIdentifier: 'nobody' }] }));
    const queue = await account.createQueue();
    await account.map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.sendAll(queue, ['a', 'b']);
    await account.pass(1);
    expect(await account.counts(queue)).toEqual([0, 2, 0]);
  });
});

describe('a throttled function', () => {
  test('is called again after 1, 2, 4 … seconds, with the same batch, until it is free', async () => {
    await using account = testMappings();
    account.reserve(0);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '60' });
    await account.map();
    await account.send(queue);
    await account.pass(8);
    account.reserve(1);
    await account.pass(8);
    const [first = 0, ...later] = account.invocations.map(({ at }) => at);
    expect(later.map((at) => (at - first) / 1000)).toEqual([1, 3, 7, 15]);
    const receives = account.invocations.map(
      ({ event }) => event.Records[0]?.attributes.ApproximateReceiveCount,
    );
    expect(new Set(receives)).toEqual(new Set(['1']));
    expect(account.journal('retry').map(({ attempt, delayMs }) => [attempt, delayMs])).toEqual([
      [1, 1000],
      [2, 2000],
      [3, 4000],
      [4, 8000],
    ]);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('gets no attempt after the messages became visible: they return with a higher receive count', async () => {
    await using account = testMappings();
    account.reserve(0);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '10' });
    await account.map();
    await account.send(queue);
    await account.pass(12);
    const [first = 0] = account.invocations.map(({ at }) => at);
    const attempts = account.invocations.map(({ at, event }) => [
      (at - first) / 1000,
      event.Records[0]?.attributes.ApproximateReceiveCount,
    ]);
    expect(attempts).toEqual([
      [0, '1'],
      [1, '1'],
      [3, '1'],
      [7, '1'],
      [10, '2'],
      [11, '2'],
    ]);
  });

  test('has good messages end in the dead-letter queue', async () => {
    await using account = testMappings();
    account.reserve(0);
    const { source, deadLetters } = await account.createRedrive(5);
    await account.map();
    await account.sendAll(source, ['good', 'better']);
    await account.pass(6 * 31);
    expect((await account.bodiesIn(deadLetters)).sort()).toEqual(['better', 'good']);
    expect(await account.counts(source)).toEqual([0, 0, 0]);
  });

  test('with less reserved concurrency than batches at once sends good messages to the dead-letter queue', async () => {
    await using account = testMappings();
    const { source, deadLetters } = await account.createRedrive(2, { VisibilityTimeout: '10' });
    account.reserve(1);
    account.setDuration(9000);
    await account.sendAll(source, ['a', 'b', 'c', 'd', 'e']);
    await account.map({ BatchSize: 1 });
    await account.pass(300);
    const dead = await account.bodiesIn(deadLetters);
    expect(dead.length).toBeGreaterThan(0);
    expect(await account.counts(source)).toEqual([0, 0, 0]);
  });

  test('is sent fewer batches: the rest of the queue waits, and is not received for nothing', async () => {
    await using account = testMappings();
    account.reserve(0);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '600' });
    await account.sendAll(queue, Array.from({ length: 30 }, String));
    await account.map({ BatchSize: 1 });
    await account.pass(60);
    expect(await account.counts(queue)).toEqual([28, 2, 0]);
  });
});

describe('a throttled function, in numbers', () => {
  test('the number of batches does not grow while one of them waits for its next attempt', async () => {
    await using account = testMappings();
    account.reserve(1);
    account.setDuration(5000);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '600' });
    await account.sendAll(queue, Array.from({ length: 30 }, String));
    await account.map({ BatchSize: 1 });
    await account.pass(6);
    expect(await account.counts(queue)).toEqual([27, 2, 0]);
  });

  test('the time that messages spent in the window counts towards their visibility timeout', async () => {
    await using account = testMappings();
    account.reserve(0);
    const queue = await account.createQueue('orders', { VisibilityTimeout: '40' });
    const sentAt = account.cloud.clock.now();
    await account.send(queue);
    await account.map({ MaximumBatchingWindowInSeconds: 10 });
    await account.pass(45);
    expect(account.invocations.map(({ at }) => (at - sentAt) / 1000)).toEqual([10, 11, 13, 17, 25]);
  });
});

describe('a queue that cannot be read', () => {
  test('is tried again, more and more rarely, and read on when it can be', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    account.denied.add('sqs:ReceiveMessage');
    await account.pass(21);
    await account.send(queue, 'a');
    await account.pass(200);
    const denials = account.journal('denial').map(({ at }) => at);
    const gaps = denials.slice(1).map((at, index) => (at - (denials[index] ?? 0)) / 1000);
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
    account.denied.clear();
    await account.pass(60);
    expect(account.invocations.flatMap(({ bodies }) => bodies)).toEqual(['a']);
  });

  test('has messages delivered again when they cannot be deleted', async () => {
    await using account = testMappings();
    const queue = await account.createQueue('orders', { VisibilityTimeout: '30' });
    await account.map();
    account.denied.add('sqs:DeleteMessage');
    await account.send(queue, 'a');
    await account.pass(31);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['a'], ['a']]);
  });
});

describe('a function that is deleted', () => {
  test('has its messages left in the queue, and a new one of that name gets them', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    account.removeFunction('worker');
    await account.send(queue, 'a');
    await account.pass(10);
    expect(await account.counts(queue)).toEqual([1, 0, 0]);
    account.addFunction();
    await account.pass(60);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['a']]);
  });
});
