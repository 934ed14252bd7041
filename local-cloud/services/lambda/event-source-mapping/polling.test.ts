import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { report, testMappings } from './testing.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const delivered = ({ invocations }: ReturnType<typeof testMappings>) =>
  invocations.flatMap(({ bodies }) => bodies);

describe('delivering', () => {
  test('what the function has dealt with is deleted', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    await account.sendAll(queue, ['a', 'b', 'c']);
    await account.pass(1);
    expect(delivered(account)).toEqual(['a', 'b', 'c']);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('what was sent before the mapping was made is delivered too', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.sendAll(queue, ['a', 'b']);
    await account.map();
    await account.pass(1);
    expect(delivered(account)).toEqual(['a', 'b']);
  });

  test('records carry what SQS tells of a message', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    const messageId = await account.send(queue, 'hello', {
      MessageAttributes: { correlationId: { DataType: 'String', StringValue: 'c-1' } },
    });
    await account.pass(1);
    expect(account.invocations[0]?.event.Records).toEqual([
      {
        messageId,
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: '123456789012',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          correlationId: {
            stringValue: 'c-1',
            stringListValues: [],
            binaryListValues: [],
            dataType: 'String',
          },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: account.arn('orders'),
        awsRegion: 'us-east-1',
      },
    ]);
  });

  test('the journal tells of each batch', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    const messageId = await account.send(queue);
    await account.pass(1);
    expect(account.journal('delivery')).toMatchObject([
      {
        from: account.arn('orders'),
        to: 'arn:aws:lambda:us-east-1:123456789012:function:worker',
        messageIds: [messageId],
      },
    ]);
  });

  test("the queue is read as the function's role", async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map();
    await account.send(queue);
    await account.pass(1);
    const callers = account.journal('call').map(({ operation, principal }) => `${operation} ${principal}`);
    const role = 'arn:aws:sts::123456789012:assumed-role/worker/worker';
    expect(callers).toEqual(expect.arrayContaining([`ReceiveMessage ${role}`, `DeleteMessageBatch ${role}`]));
  });
});

describe('the size of a batch', () => {
  test.each([
    [1, 3, [1, 1, 1]],
    [4, 10, [4, 4, 2]],
    [10, 10, [10]],
  ])('at most %i messages: %i come as %j', async (BatchSize, count, sizes) => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.sendAll(queue, numbers(count));
    await account.map({ BatchSize });
    await account.pass(1);
    expect(account.invocations.map(({ bodies }) => bodies.length)).toEqual(sizes);
  });

  test('a batch of more than ten is gathered over several receives, and deleted in tens', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.sendAll(queue, numbers(35));
    await account.map({ BatchSize: 25, MaximumBatchingWindowInSeconds: 1 });
    await account.pass(2);
    expect(account.invocations.map(({ bodies }) => bodies.length)).toEqual([25, 10]);
    expect(
      account.journal('call').filter(({ operation }) => operation === 'DeleteMessageBatch'),
    ).toHaveLength(4);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('a batch of over 6 MB goes to the function in two events', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.sendAll(
      queue,
      numbers(10).map((number) => number.padEnd(1024 * 1024)),
    );
    await account.map();
    await account.pass(1);
    expect(account.invocations.map(({ bodies }) => bodies.length)).toEqual([5, 5]);
  });
});

describe('the batching window', () => {
  test('closes when it is over, counted from the first message', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 10 });
    await account.pass(100);
    const sentAt = account.cloud.clock.now();
    await account.send(queue, 'first');
    await account.pass(6);
    await account.send(queue, 'second');
    await account.pass(3);
    expect(account.invocations).toEqual([]);
    await account.pass(2);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['first', 'second']]);
    expect((account.invocations[0]?.at ?? 0) - sentAt).toBe(10_000);
  });

  test('closes as soon as the batch is full', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ BatchSize: 2, MaximumBatchingWindowInSeconds: 300 });
    await account.sendAll(queue, ['a', 'b']);
    await account.pass(1);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['a', 'b']]);
  });

  test('messages that came too late are in the next batch', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 5 });
    await account.send(queue, 'first');
    await account.pass(6);
    await account.send(queue, 'second');
    await account.pass(6);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['first'], ['second']]);
  });

  test('messages stay hidden for window, timeout and 30 s when the queue hides them for less', async () => {
    await using account = testMappings(() => {
      throw new Error('always');
    });
    const queue = await account.createQueue('orders', { VisibilityTimeout: '5' });
    await account.map({ MaximumBatchingWindowInSeconds: 10 });
    await account.send(queue);
    await account.pass(44);
    expect(account.invocations).toHaveLength(1);
    await account.pass(12);
    expect(account.invocations).toHaveLength(2);
  });

  test('a receive that fails does not lose what was gathered before', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 30 });
    await account.send(queue, 'first');
    await account.pass(1);
    account.faults.inject({
      kind: 'error',
      service: 'sqs',
      operation: 'ReceiveMessage',
      code: 'InternalError',
      times: 1,
    });
    await account.pass(25);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['first']]);
  });

  test('an update hands over what was gathered', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    const UUID = await account.map({ MaximumBatchingWindowInSeconds: 300 });
    await account.send(queue, 'first');
    await account.pass(1);
    await account.api.UpdateEventSourceMapping({ UUID, BatchSize: 5 });
    await account.pass(1);
    expect(delivered(account)).toEqual(['first']);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });
});

describe('batches at the same time', () => {
  test('five to begin with, although there is more in the queue', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(150);
    await account.sendAll(queue, numbers(20));
    await account.map({ BatchSize: 1 });
    await account.pass(0.14);
    expect(account.mostRunning()).toBe(5);
    expect(await account.counts(queue)).toEqual([15, 5, 0]);
  });

  test('five more a second while the queue is not empty, also when batches are short', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(90);
    await account.sendAll(queue, numbers(300));
    await account.map({ BatchSize: 1 });
    await account.pass(2.1);
    expect(account.mostRunning()).toBe(15);
  });

  test('never more than MaximumConcurrency; the rest waits in the queue and is not throttled', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(2000);
    await account.sendAll(queue, numbers(20));
    await account.map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await account.pass(1);
    expect(await account.counts(queue)).toEqual([18, 2, 0]);
    await account.pass(30);
    expect(account.mostRunning()).toBe(2);
    expect(delivered(account).sort()).toEqual(numbers(20).sort());
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('the parts of a batch of over 6 MB count too', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(1000);
    await account.sendAll(
      queue,
      numbers(18).map((number) => number.padEnd(1024 * 1024)),
    );
    await account.map({
      BatchSize: 18,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    await account.pass(10);
    expect(delivered(account)).toHaveLength(18);
    expect(account.mostRunning()).toBe(2);
  });

  test('provisioned mode: ten for each of the fewest pollers at once, up to ten for each of the most', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(5000);
    await account.sendAll(queue, numbers(60));
    await account.map({ BatchSize: 1, ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 3 } });
    await account.pass(0.05);
    expect(account.mostRunning()).toBe(20);
    // One more each 60 ms.
    await account.pass(0.27);
    expect(account.mostRunning()).toBe(25);
    await account.pass(60);
    expect(account.mostRunning()).toBe(30);
  });

  test('they grow to 1,250 when nothing limits them', async () => {
    await using account = testMappings();
    const queue = await account.createQueue('orders', { VisibilityTimeout: '900' });
    account.setDuration(600_000);
    await account.sendAll(queue, numbers(1300));
    await account.map({ BatchSize: 1 });
    await account.pass(300);
    expect(account.mostRunning()).toBe(1250);
  });

  test('they grow to MaximumConcurrency above five', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(5000);
    await account.sendAll(queue, numbers(30));
    await account.map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 8 } });
    await account.pass(60);
    expect(account.mostRunning()).toBe(8);
  });
});

describe('time', () => {
  test('an idle mapping is no reason for time to jump', async () => {
    await using account = testMappings();
    await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 5 });
    const before = account.cloud.clock.now();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(account.cloud.clock.now()).toBe(before);
  });

  test('it does not jump while the function works', async () => {
    let letGo = () => {};
    await using account = testMappings();
    const queue = await account.createQueue();
    const { clock } = account.cloud;
    account.setWork(() => {
      const work = clock.begin();
      return new Promise<void>((resolve) => {
        letGo = () => {
          work.end();
          resolve();
        };
      });
    });
    await account.map();
    await account.send(queue);
    const before = clock.now();
    const waited = await clock.wait({ until: before + 3_600_000, wake: AbortSignal.timeout(30) });
    expect(waited).toBe('woken');
    expect(clock.now()).toBe(before);
    letGo();
  });

  test('it jumps over the wait for a window to close', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 300 });
    await account.send(queue);
    await account.pass(301);
    expect(account.invocations).toHaveLength(1);
  });

  test('an idle mapping waits in one receive, and asks nothing in between', async () => {
    await using account = testMappings();
    await account.createQueue();
    await account.map();
    const { lastSeq } = account.cloud.journal;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(account.cloud.journal.lastSeq).toBe(lastSeq);
  });
});

describe('stopping', () => {
  test('leaves what was only gathered: it comes back to the queue', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({ MaximumBatchingWindowInSeconds: 10 });
    await account.send(queue);
    await account.pass(1);
    await account.mappings.stop();
    await account.pass(60);
    expect(account.invocations).toEqual([]);
    expect(await account.counts(queue)).toEqual([1, 0, 0]);
  });

  test('waits for the batch that is under way, also when its mapping was deleted', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    account.setDuration(3000);
    const UUID = await account.map();
    await account.send(queue);
    await account.pass(1);
    account.api.DeleteEventSourceMapping({ UUID });
    let isStopped = false;
    const stopped = account.mappings.stop().then(() => {
      isStopped = true;
    });
    await account.pass(1);
    expect(isStopped).toBe(false);
    await account.pass(5);
    await stopped;
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });
});

test('the same seed gives the same batches', async () => {
  const run = async () => {
    await using account = testMappings((event: SQSEvent) => report(event, (body) => body === '3'));
    const queue = await account.createQueue();
    await account.map({ BatchSize: 4, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.sendAll(queue, numbers(12));
    await account.pass(200);
    return account.invocations.map(({ event }) => event.Records.map(({ messageId }) => messageId));
  };
  expect(await run()).toEqual(await run());
});
