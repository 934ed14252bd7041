import { expect, test } from 'vitest';
import { testSqs } from './testing.ts';

type TestSqs = ReturnType<typeof testSqs>;

/** Receives until the queue gives nothing more, as a consumer that always fails. */
async function failUntilGone(sqs: TestSqs, url: string): Promise<number> {
  let receives = 0;
  while ((await sqs.receive(url, { VisibilityTimeout: 0 })).length > 0) receives++;
  return receives;
}

test('a message moves to the dead-letter queue instead of being received once too often', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(3);
  await sqs.send(source);
  expect(await failUntilGone(sqs, source)).toBe(3);
  expect(await sqs.counts(source)).toEqual([0, 0, 0]);
  expect(await sqs.counts(deadLetters)).toEqual([1, 0, 0]);
});

test('nothing moves before a receive asks for it', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.send(source);
  await sqs.receiveOne(source);
  await sqs.cloud.clock.advance(600_000);
  expect(await sqs.counts(source)).toEqual([1, 0, 0]);
  expect(await sqs.counts(deadLetters)).toEqual([0, 0, 0]);
});

test('a moved message keeps id, body, attributes and the time of sending, and names its source', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'order' } };
  await sqs.send(source, '{ "orderId": 1 }', { MessageAttributes });
  const ask = { AttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
  const before = await sqs.receiveOne(source, ask);
  await sqs.cloud.clock.advance(30_000);
  expect(await sqs.receive(source)).toEqual([]);
  const after = await sqs.receiveOne(deadLetters, ask);
  expect(after).toEqual({
    ...before,
    ReceiptHandle: expect.any(String),
    Attributes: {
      ...before.Attributes,
      ApproximateReceiveCount: '2',
      DeadLetterQueueSourceArn: sqs.arn('orders'),
    },
  });
});

test('the move is journaled', async () => {
  using sqs = testSqs();
  const { source } = await sqs.createRedrive(1);
  const id = await sqs.send(source);
  await failUntilGone(sqs, source);
  expect(sqs.cloud.journal.read().filter(({ type }) => type === 'delivery')).toMatchObject([
    { from: sqs.arn('orders'), to: sqs.arn('dead-letters'), messageIds: [id] },
  ]);
});

test('retention in the dead-letter queue counts from the first sending', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.operations.SetQueueAttributes(
    { QueueUrl: deadLetters, Attributes: { MessageRetentionPeriod: '120' } },
    sqs.call(),
  );
  await sqs.send(source);
  await sqs.receiveOne(source);
  await sqs.cloud.clock.advance(100_000);
  expect(await sqs.receive(source)).toEqual([]);
  expect(await sqs.counts(deadLetters)).toEqual([1, 0, 0]);
  await sqs.cloud.clock.advance(20_000);
  expect(await sqs.counts(deadLetters)).toEqual([0, 0, 0]);
});

test('a poison message does not keep the others from being received', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.send(source, 'poison');
  await sqs.receiveOne(source, { VisibilityTimeout: 0 });
  await sqs.send(source, 'good');
  expect((await sqs.receiveOne(source)).Body).toBe('good');
  expect((await sqs.receiveOne(deadLetters)).Body).toBe('poison');
});

test('the handle from the source queue no longer deletes a message that has moved', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.send(source);
  const { ReceiptHandle } = await sqs.receiveOne(source, { VisibilityTimeout: 0 });
  await failUntilGone(sqs, source);
  await sqs.operations.DeleteMessage({ QueueUrl: source, ReceiptHandle }, sqs.call());
  expect(await sqs.counts(deadLetters)).toEqual([1, 0, 0]);
});

test('who long-polls the dead-letter queue gets the message when it moves, without real waiting', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(2, { VisibilityTimeout: '5' });
  await sqs.send(source, 'poison');
  const consume = async () => {
    // A consumer of the account that never deletes.
    for (let polls = 0; polls < 3; polls++) {
      await sqs.receive(source, { WaitTimeSeconds: 20 }, { background: true });
    }
  };
  const consumer = consume();
  expect(await sqs.receive(deadLetters, { WaitTimeSeconds: 20 })).toMatchObject([{ Body: 'poison' }]);
  await sqs.cloud.clock.advance(20_000);
  await consumer;
});

test("the dead-letter queue's own redrive policy counts its own receives", async () => {
  using sqs = testSqs();
  const last = await sqs.createQueue('last');
  const { source, deadLetters } = await sqs.createRedrive(3);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sqs.arn('last'), maxReceiveCount: 2 });
  await sqs.operations.SetQueueAttributes(
    { QueueUrl: deadLetters, Attributes: { RedrivePolicy } },
    sqs.call(),
  );
  await sqs.send(source);
  expect(await failUntilGone(sqs, source)).toBe(3);
  expect(await failUntilGone(sqs, deadLetters)).toBe(2);
  expect(await sqs.counts(last)).toEqual([1, 0, 0]);
});

test('messages stay where they are when the dead-letter queue is gone', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.operations.DeleteQueue({ QueueUrl: deadLetters }, sqs.call());
  await sqs.send(source);
  for (let receives = 0; receives < 3; receives++) await sqs.receiveOne(source, { VisibilityTimeout: 0 });
});

test('messages stay where they are when the dead-letter queue no longer allows this source', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(1);
  await sqs.operations.SetQueueAttributes(
    { QueueUrl: deadLetters, Attributes: { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' } },
    sqs.call(),
  );
  await sqs.send(source);
  for (let receives = 0; receives < 3; receives++) await sqs.receiveOne(source, { VisibilityTimeout: 0 });
  expect(await sqs.counts(deadLetters)).toEqual([0, 0, 0]);
});

test('a queue cannot name a dead-letter queue that does not allow it', async () => {
  using sqs = testSqs();
  const RedriveAllowPolicy = JSON.stringify({
    redrivePermission: 'byQueue',
    sourceQueueArns: [sqs.arn('friend')],
  });
  await sqs.createQueue('dead-letters', { RedriveAllowPolicy });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: sqs.arn('dead-letters'),
    maxReceiveCount: '5',
  });
  await sqs.createQueue('friend', { RedrivePolicy });
  await expect(sqs.createQueue('stranger', { RedrivePolicy })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('the sources of a dead-letter queue are listed as they are now', async () => {
  using sqs = testSqs();
  const { source, deadLetters } = await sqs.createRedrive(5);
  const list = () => sqs.operations.ListDeadLetterSourceQueues({ QueueUrl: deadLetters }, sqs.call());
  expect(await list()).toEqual({ queueUrls: [source] });
  await sqs.operations.SetQueueAttributes(
    { QueueUrl: source, Attributes: { RedrivePolicy: '' } },
    sqs.call(),
  );
  expect(await list()).toEqual({ queueUrls: [] });
});

const arn = 'arn:aws:sqs:us-east-1:123456789012:nobody';

test.each([
  [
    'not json',
    'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
  ],
  [
    `{"deadLetterTargetArn":"${arn}"}`,
    'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
  ],
  ['{"maxReceiveCount":3}', 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.'],
  [
    `{"deadLetterTargetArn":"${arn}","maxReceiveCount":0}`,
    'Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.',
  ],
  ['{"deadLetterTargetArn":"dummy","maxReceiveCount":42}', 'Reason: Invalid value for deadLetterTargetArn.'],
  [`{"deadLetterTargetArn":"${arn}","maxReceiveCount":3}`, 'Reason: Dead letter target does not exist.'],
  [
    `{"deadLetterTargetArn":"${arn}","maxReceiveCount":3,"x":1}`,
    'Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].',
  ],
])('the redrive policy %s is refused', async (RedrivePolicy, message) => {
  using sqs = testSqs();
  await expect(sqs.createQueue('orders', { RedrivePolicy })).rejects.toThrow(message);
});

test.each([
  ['{"redrivePermission":"sometimes"}', 'unsupported format'],
  ['{"redrivePermission":"byQueue"}', 'you must also specify one or more sourceQueueArns values.'],
  [
    `{"redrivePermission":"allowAll","sourceQueueArns":["${arn}"]}`,
    'you must set redrivePermission to byQueue.',
  ],
])('the redrive allow policy %s is refused', async (RedriveAllowPolicy, message) => {
  using sqs = testSqs();
  await expect(sqs.createQueue('orders', { RedriveAllowPolicy })).rejects.toThrow(message);
});
