import { describe, expect, test } from 'vitest';
import { attempt, testSqs } from './testing.ts';

type TestSqs = ReturnType<typeof testSqs>;

/** A dead-letter queue that holds messages which a source queue gave up. */
async function withDeadLetters(sqs: TestSqs, bodies: readonly string[]) {
  const { source, deadLetters } = await sqs.createRedrive(1);
  for (const body of bodies) await sqs.send(source, body);
  await sqs.receive(source, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  await sqs.receive(source, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  expect(await sqs.counts(deadLetters)).toEqual([bodies.length, 0, 0]);
  return { source, deadLetters };
}

const SourceArn = 'arn:aws:sqs:us-east-1:123456789012:dead-letters';

async function start(sqs: TestSqs, others: { DestinationArn?: string; rate?: number } = {}): Promise<string> {
  const { rate: MaxNumberOfMessagesPerSecond, DestinationArn } = others;
  const input = { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond };
  const { TaskHandle } = await sqs.operations.StartMessageMoveTask(input, sqs.call());
  return TaskHandle ?? '';
}

async function list(sqs: TestSqs, MaxResults?: number) {
  const { Results = [] } = await sqs.operations.ListMessageMoveTasks({ SourceArn, MaxResults }, sqs.call());
  return Results;
}

describe('a task', () => {
  test('moves each message back to the queue that it came from', async () => {
    using sqs = testSqs();
    const { source, deadLetters } = await withDeadLetters(sqs, ['a', 'b']);
    await start(sqs);
    await sqs.cloud.clock.advance(1);
    expect(await sqs.counts(deadLetters)).toEqual([0, 0, 0]);
    const messages = await sqs.receive(source, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect(await list(sqs)).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn,
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: expect.any(Number),
      },
    ]);
  });

  test('moves all messages to another queue, if it is told to', async () => {
    using sqs = testSqs();
    const { source } = await withDeadLetters(sqs, ['a', 'b']);
    const destination = await sqs.createQueue('inspection');
    await start(sqs, { DestinationArn: sqs.arn('inspection') });
    await sqs.cloud.clock.advance(1);
    expect(await sqs.counts(destination)).toEqual([2, 0, 0]);
    expect(await sqs.counts(source)).toEqual([0, 0, 0]);
    expect(await list(sqs)).toMatchObject([{ DestinationArn: sqs.arn('inspection') }]);
  });

  test('makes new messages: another id, another time of sending, never received, from no other queue', async () => {
    using sqs = testSqs();
    const { source, deadLetters } = await withDeadLetters(sqs, ['a']);
    const ask = { AttributeNames: ['All' as const], VisibilityTimeout: 0 };
    const before = await sqs.receiveOne(deadLetters, ask);
    await sqs.cloud.clock.advance(60_000);
    await start(sqs);
    await sqs.cloud.clock.advance(1);
    const after = await sqs.receiveOne(source, ask);
    expect(after.MessageId).not.toBe(before.MessageId);
    expect(Number(after.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(
      Number(before.Attributes?.SentTimestamp) + 60_000,
    );
    expect(after.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(after.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
  });

  test('keeps to its rate', async () => {
    using sqs = testSqs();
    const { deadLetters } = await withDeadLetters(sqs, ['a', 'b', 'c', 'd']);
    await start(sqs, { rate: 1 });
    await sqs.cloud.clock.advance(1);
    expect(await sqs.counts(deadLetters)).toEqual([3, 0, 0]);
    await sqs.cloud.clock.advance(2_000);
    expect(await sqs.counts(deadLetters)).toEqual([1, 0, 0]);
    expect(await list(sqs)).toMatchObject([
      { Status: 'RUNNING', MaxNumberOfMessagesPerSecond: 1, TaskHandle: expect.any(String) },
    ]);
    await sqs.cloud.clock.advance(1_000);
    expect(await list(sqs)).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4 }]);
  });

  test('leaves what is in flight, and what comes after it began', async () => {
    using sqs = testSqs();
    const { deadLetters } = await withDeadLetters(sqs, ['a', 'b', 'c']);
    await sqs.receive(deadLetters, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await start(sqs, { rate: 1 });
    await sqs.send(deadLetters, 'late');
    await sqs.cloud.clock.advance(10_000);
    expect(await list(sqs)).toMatchObject([
      { Status: 'COMPLETED', ApproximateNumberOfMessagesToMove: 2, ApproximateNumberOfMessagesMoved: 2 },
    ]);
    expect(await sqs.counts(deadLetters)).toEqual([1, 1, 0]);
  });

  test('keeps the order of a FIFO queue', async () => {
    using sqs = testSqs();
    const deadLetters = await sqs.createQueue('dead.fifo', { FifoQueue: 'true' });
    const source = await sqs.createQueue('orders.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: sqs.arn('dead.fifo'), maxReceiveCount: 1 }),
    });
    for (const body of ['1', '2', '3']) await sqs.send(source, body, { MessageGroupId: 'customer' });
    const all = { MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    await sqs.receive(source, all);
    await sqs.receive(source, all);
    expect(await sqs.counts(deadLetters)).toEqual([3, 0, 0]);
    const input = { SourceArn: sqs.arn('dead.fifo') };
    await sqs.operations.StartMessageMoveTask(input, sqs.call());
    await sqs.cloud.clock.advance(1);
    expect((await sqs.receive(source, all)).map(({ Body }) => Body)).toEqual(['1', '2', '3']);
  });

  test('is journaled, message by message', async () => {
    using sqs = testSqs();
    await withDeadLetters(sqs, ['a']);
    const { lastSeq } = sqs.cloud.journal;
    await start(sqs);
    await sqs.cloud.clock.advance(1);
    expect(sqs.cloud.journal.read(lastSeq).filter(({ type }) => type === 'delivery')).toMatchObject([
      { from: SourceArn, to: sqs.arn('orders') },
    ]);
  });
});

describe('a task fails', () => {
  test('when a message was sent to the dead-letter queue itself: it came from nowhere', async () => {
    using sqs = testSqs();
    const { deadLetters } = await sqs.createRedrive(1);
    await sqs.send(deadLetters, 'sent by hand');
    await start(sqs);
    await sqs.cloud.clock.advance(1);
    expect(await list(sqs)).toMatchObject([
      {
        Status: 'FAILED',
        FailureReason: 'CouldNotDetermineMessageSource',
        ApproximateNumberOfMessagesMoved: 0,
      },
    ]);
    expect(await sqs.counts(deadLetters)).toEqual([1, 0, 0]);
  });

  test('when its destination is deleted', async () => {
    using sqs = testSqs();
    const { deadLetters } = await withDeadLetters(sqs, ['a', 'b', 'c']);
    const QueueUrl = await sqs.createQueue('inspection');
    await start(sqs, { DestinationArn: sqs.arn('inspection'), rate: 1 });
    await sqs.cloud.clock.advance(1);
    await sqs.operations.DeleteQueue({ QueueUrl }, sqs.call());
    await sqs.cloud.clock.advance(10_000);
    expect(await list(sqs)).toMatchObject([
      {
        Status: 'FAILED',
        FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
        ApproximateNumberOfMessagesMoved: 1,
      },
    ]);
    expect(await sqs.counts(deadLetters)).toEqual([2, 0, 0]);
  });
});

describe('a task that is cancelled', () => {
  test('moves nothing more', async () => {
    using sqs = testSqs();
    const { deadLetters } = await withDeadLetters(sqs, ['a', 'b', 'c']);
    const TaskHandle = await start(sqs, { rate: 1 });
    await sqs.cloud.clock.advance(1);
    expect(await sqs.operations.CancelMessageMoveTask({ TaskHandle }, sqs.call())).toEqual({
      ApproximateNumberOfMessagesMoved: 1,
    });
    expect(await list(sqs)).toMatchObject([{ Status: 'CANCELLING' }]);
    await sqs.cloud.clock.advance(10_000);
    const [task] = await list(sqs);
    expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 1 });
    expect(task).not.toHaveProperty('TaskHandle');
    expect(await sqs.counts(deadLetters)).toEqual([2, 0, 0]);
  });

  test('cannot be cancelled again', async () => {
    using sqs = testSqs();
    await withDeadLetters(sqs, ['a']);
    const TaskHandle = await start(sqs);
    await sqs.cloud.clock.advance(1);
    await expect(
      attempt(() => sqs.operations.CancelMessageMoveTask({ TaskHandle }, sqs.call())),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });

  test.each([
    ['foobared', 'InvalidParameterValueException', 'Value for parameter TaskHandle is invalid.'],
    [
      handle('gone'),
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    ],
    [handle('dead-letters'), 'ResourceNotFoundException', 'Task does not exist.'],
  ])('is named by the handle that the start returned, not by %s', async (TaskHandle, name, message) => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    await expect(
      attempt(() => sqs.operations.CancelMessageMoveTask({ TaskHandle }, sqs.call())),
    ).rejects.toMatchObject({ name, message });
  });
});

function handle(queue: string): string {
  const task = { taskId: 'no-such-task', sourceArn: `arn:aws:sqs:us-east-1:123456789012:${queue}` };
  return Buffer.from(JSON.stringify(task)).toString('base64');
}

describe('no task starts', () => {
  test('from a queue that is nobody’s dead-letter queue', async () => {
    using sqs = testSqs();
    await sqs.createQueue('dead-letters');
    await expect(start(sqs)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Source queue must be configured as a Dead Letter Queue.',
    });
  });

  test('to a queue that is not there', async () => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    await expect(start(sqs, { DestinationArn: sqs.arn('gone') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
    });
  });

  test('to a queue of the other type', async () => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    await sqs.createQueue('other.fifo', { FifoQueue: 'true' });
    await expect(start(sqs, { DestinationArn: sqs.arn('other.fifo') })).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    });
  });

  test('while another one of the same queue is active', async () => {
    using sqs = testSqs();
    await withDeadLetters(sqs, ['a', 'b']);
    await start(sqs, { rate: 1 });
    await expect(start(sqs)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    });
  });

  test.each([0, 501])('with a rate of %i messages per second', async (rate) => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    await expect(start(sqs, { rate })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test('when the account has a hundred active ones', async () => {
    using sqs = testSqs();
    for (let index = 0; index < 101; index++) {
      await sqs.createQueue(`dead-${index}`);
      const deadLetterTargetArn = sqs.arn(`dead-${index}`);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
      await sqs.createQueue(`orders-${index}`, { RedrivePolicy });
    }
    const startOf = (index: number) =>
      attempt(() => sqs.operations.StartMessageMoveTask({ SourceArn: sqs.arn(`dead-${index}`) }, sqs.call()));
    for (let index = 0; index < 100; index++) await startOf(index);
    await expect(startOf(100)).rejects.toMatchObject({ name: 'RequestThrottled' });
  });
});

describe('the list of tasks', () => {
  test('has the newest alone unless more are asked for, and never more than ten', async () => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    for (let count = 0; count < 11; count++) {
      await start(sqs);
      await sqs.cloud.clock.advance(1_000);
    }
    expect(await list(sqs)).toHaveLength(1);
    const started = (await list(sqs, 10)).map(({ StartedTimestamp = 0 }) => StartedTimestamp);
    expect(started).toHaveLength(10);
    expect(started).toEqual(started.toSorted((a, b) => b - a));
    await expect(list(sqs, 11)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test('is that of a queue that is there', async () => {
    using sqs = testSqs();
    await expect(list(sqs)).rejects.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });
});

describe('moving messages needs the permission', () => {
  test('to receive and delete them, and to send to where they came from', async () => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    const needed = sqs.service.permissions.StartMessageMoveTask({ SourceArn }, sqs.call());
    expect(needed.map(({ action, resource }) => [action, resource])).toEqual([
      ['sqs:StartMessageMoveTask', SourceArn],
      ['sqs:ReceiveMessage', SourceArn],
      ['sqs:DeleteMessage', SourceArn],
      ['sqs:GetQueueAttributes', SourceArn],
      ['sqs:SendMessage', sqs.arn('orders')],
    ]);
  });

  test('to send to the destination alone, when there is one', async () => {
    using sqs = testSqs();
    await sqs.createRedrive(1);
    await sqs.createQueue('inspection');
    const input = { SourceArn, DestinationArn: sqs.arn('inspection') };
    const needed = sqs.service.permissions.StartMessageMoveTask(input, sqs.call());
    expect(needed.at(-1)).toMatchObject({ action: 'sqs:SendMessage', resource: sqs.arn('inspection') });
  });
});
