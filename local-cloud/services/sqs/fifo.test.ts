import { expect, test } from 'vitest';
import { atOnce, attempt, testSqs } from './testing.ts';

type TestSqs = ReturnType<typeof testSqs>;

function createFifo(sqs: TestSqs, attributes: Record<string, string> = {}): Promise<string> {
  return sqs.createQueue('orders.fifo', {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    ...attributes,
  });
}

/** Sends bodies such as `a1`, whose first letter names the group. */
async function sendAll(sqs: TestSqs, url: string, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await sqs.send(url, body, { MessageGroupId: body[0] });
}

async function receiveBodies(sqs: TestSqs, url: string, max = 10): Promise<(string | undefined)[]> {
  const messages = await sqs.receive(url, { MaxNumberOfMessages: max });
  return messages.map(({ Body }) => Body);
}

test('a FIFO queue shows its attributes', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  const { Attributes } = await sqs.operations.GetQueueAttributes(
    { QueueUrl, AttributeNames: ['All'] },
    sqs.call(),
  );
  expect(Attributes).toMatchObject({
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    DeduplicationScope: 'queue',
    FifoThroughputLimit: 'perQueue',
  });
});

test.each(['orders', `${'a'.repeat(76)}.fifo`])('%s is no name for a FIFO queue', async (name) => {
  using sqs = testSqs();
  await expect(sqs.createQueue(name, { FifoQueue: 'true' })).rejects.toThrow(
    'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length',
  );
});

test('a FIFO queue stays one', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  await expect(
    attempt(() =>
      sqs.operations.SetQueueAttributes({ QueueUrl, Attributes: { FifoQueue: 'false' } }, sqs.call()),
    ),
  ).rejects.toMatchObject({
    name: 'InvalidAttributeValue',
    message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  });
});

test.each([
  [{}, 'MissingRequiredParameterException', 'The request must contain the parameter MessageGroupId.'],
  [
    { MessageGroupId: 'a' },
    'InvalidParameterValueException',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  ],
  [
    { MessageGroupId: 'a', MessageDeduplicationId: '1', DelaySeconds: 2 },
    'InvalidParameterValueException',
    'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  ],
  [
    { MessageGroupId: 'a b', MessageDeduplicationId: '1' },
    'InvalidParameterValueException',
    'Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
  ],
])('sending to a FIFO queue with %j is refused', async (part, name, message) => {
  using sqs = testSqs();
  const url = await createFifo(sqs, { ContentBasedDeduplication: 'false' });
  await expect(sqs.send(url, 'order', part)).rejects.toMatchObject({ name, message });
});

test('one bad entry fails the whole batch, so that order does not suffer', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  const Entries = [
    { Id: 'a', MessageBody: 'a1', MessageGroupId: 'a' },
    { Id: 'b', MessageBody: 'b1' },
  ];
  await expect(
    attempt(() => sqs.operations.SendMessageBatch({ QueueUrl, Entries }, sqs.call())),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The request must contain the parameter MessageGroupId.',
  });
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('a group is received in the order of sending, as many as asked for', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'b1', 'a2', 'a3']);
  expect(await receiveBodies(sqs, url, 2)).toEqual(['a1', 'a2']);
});

test('nothing of a group is received while some of it is in flight; other groups are', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'a2', 'b1']);
  const a1 = await sqs.receiveOne(url, { MaxNumberOfMessages: 1 });
  expect(await receiveBodies(sqs, url)).toEqual(['b1']);
  expect(await receiveBodies(sqs, url)).toEqual([]);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle: a1.ReceiptHandle }, sqs.call());
  expect(await receiveBodies(sqs, url)).toEqual(['a2']);
});

test('a message that comes back comes before those sent after it', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs, { VisibilityTimeout: '30' });
  await sendAll(sqs, url, ['a1', 'a2', 'a3']);
  expect(await receiveBodies(sqs, url, 2)).toEqual(['a1', 'a2']);
  await sqs.cloud.clock.advance(30_000);
  expect(await receiveBodies(sqs, url)).toEqual(['a1', 'a2', 'a3']);
});

test('a group stays closed while any of its messages is still in flight', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'a2', 'a3']);
  const [first, second] = await sqs.receive(url, { MaxNumberOfMessages: 2 });
  const remove = (ReceiptHandle?: string) =>
    sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  await remove(first?.ReceiptHandle);
  expect(await receiveBodies(sqs, url)).toEqual([]);
  await remove(second?.ReceiptHandle);
  expect(await receiveBodies(sqs, url)).toEqual(['a3']);
});

test('a long poll gets the next of a group when the one before it is deleted', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'a2']);
  const { ReceiptHandle } = await sqs.receiveOne(url, { MaxNumberOfMessages: 1 });
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  expect(await atOnce(poll)).toMatchObject([{ Body: 'a2' }]);
});

test('visibility timeout 0 keeps the order', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'a2', 'b1']);
  const peek = { VisibilityTimeout: 0, MaxNumberOfMessages: 10 };
  for (let peeks = 0; peeks < 2; peeks++) {
    const bodies = (await sqs.receive(url, peek)).map(({ Body }) => Body);
    expect(bodies.filter((body) => body?.startsWith('a'))).toEqual(['a1', 'a2']);
    expect(bodies).toHaveLength(3);
  }
});

test('a message given back at once is the next of its group', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sendAll(sqs, url, ['a1', 'a2']);
  const peek = () => sqs.receive(url, { VisibilityTimeout: 0 });
  for (let peeks = 0; peeks < 3; peeks++) expect(await peek()).toMatchObject([{ Body: 'a1' }]);
});

test('the same deduplication id within five minutes is accepted and not delivered, even after deletion', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  const send = (MessageBody: string) =>
    sqs.operations.SendMessage(
      { QueueUrl, MessageBody, MessageGroupId: 'a', MessageDeduplicationId: 'once' },
      sqs.call(),
    );
  const first = await send('one');
  const { ReceiptHandle } = await sqs.receiveOne(QueueUrl);
  await sqs.operations.DeleteMessage({ QueueUrl, ReceiptHandle }, sqs.call());
  const second = await send('another');
  expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  expect(second.MD5OfMessageBody).not.toBe(first.MD5OfMessageBody);
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
  await sqs.cloud.clock.advance(5 * 60_000);
  expect((await send('another')).MessageId).not.toBe(first.MessageId);
});

test('a purged queue has forgotten the deduplication ids, too', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  const ids = { MessageGroupId: 'a', MessageDeduplicationId: 'once' };
  await sqs.send(QueueUrl, 'one', ids);
  await sqs.operations.PurgeQueue({ QueueUrl }, sqs.call());
  await sqs.send(QueueUrl, 'another', ids);
  expect((await sqs.receiveOne(QueueUrl)).Body).toBe('another');
});

test('without an id, equal bodies are duplicates, whatever their group', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sqs.send(url, 'same', { MessageGroupId: 'a' });
  await sqs.send(url, 'same', { MessageGroupId: 'b' });
  expect(await sqs.counts(url)).toEqual([1, 0, 0]);
});

test('a changed scope of deduplication counts after a minute', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs);
  const send = (group: string) =>
    sqs.send(QueueUrl, group, { MessageGroupId: group, MessageDeduplicationId: 'same' });
  await send('a');
  const Attributes = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
  await sqs.operations.SetQueueAttributes({ QueueUrl, Attributes }, sqs.call());
  await send('b');
  expect(await sqs.counts(QueueUrl)).toEqual([1, 0, 0]);
  await sqs.cloud.clock.advance(60_000);
  await send('b');
  expect(await sqs.counts(QueueUrl)).toEqual([2, 0, 0]);
});

test('with the scope messageGroup, duplicates are counted within a group', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs, {
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  });
  for (const MessageGroupId of ['a', 'b', 'a']) await sqs.send(url, 'same', { MessageGroupId });
  expect(await sqs.counts(url)).toEqual([2, 0, 0]);
});

test('messages show group, deduplication id and a sequence number of 20 digits that grows', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  await sqs.send(url, 'one', { MessageGroupId: 'a', MessageDeduplicationId: 'id-1' });
  await sqs.send(url, 'two', { MessageGroupId: 'a', MessageDeduplicationId: 'id-2' });
  const messages = await sqs.receive(url, { MaxNumberOfMessages: 10, AttributeNames: ['All'] });
  const [one, two] = messages.map(({ Attributes }) => Attributes);
  expect(one).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: 'id-1' });
  expect(one?.SequenceNumber).toMatch(/^\d{20}$/);
  expect(BigInt(two?.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(one?.SequenceNumber ?? 0));
});

test('an expired handle does not delete', async () => {
  using sqs = testSqs();
  const QueueUrl = await createFifo(sqs, { VisibilityTimeout: '30' });
  await sendAll(sqs, QueueUrl, ['a1']);
  const { ReceiptHandle } = await sqs.receiveOne(QueueUrl);
  await sqs.cloud.clock.advance(30_000);
  await expect(
    attempt(() => sqs.operations.DeleteMessage({ QueueUrl, ReceiptHandle }, sqs.call())),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  });
  expect(await sqs.counts(QueueUrl)).toEqual([1, 0, 0]);
});

test('a poison message moves to a FIFO dead-letter queue and frees its group; retention begins anew', async () => {
  using sqs = testSqs();
  const deadLetters = await sqs.createQueue('dead.fifo', { FifoQueue: 'true', MessageRetentionPeriod: '60' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sqs.arn('dead.fifo'), maxReceiveCount: 1 });
  const url = await createFifo(sqs, { RedrivePolicy, VisibilityTimeout: '90' });
  await sendAll(sqs, url, ['a1', 'a2']);
  await sqs.receiveOne(url, { MaxNumberOfMessages: 1 });
  await sqs.cloud.clock.advance(90_000);
  expect(await receiveBodies(sqs, url)).toEqual(['a2']);
  expect((await sqs.receiveOne(deadLetters)).Body).toBe('a1');
});

test('source and dead-letter queue must be of the same type', async () => {
  using sqs = testSqs();
  await sqs.createQueue('dead-letters');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sqs.arn('dead-letters'), maxReceiveCount: 1 });
  await expect(createFifo(sqs, { RedrivePolicy })).rejects.toThrow(
    'Reason: Dead-letter queue must be same type of queue as the source.',
  );
});

test('a delay of the queue holds back every message and keeps the order', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs, { DelaySeconds: '10' });
  await sendAll(sqs, url, ['a1', 'a2']);
  expect(await receiveBodies(sqs, url)).toEqual([]);
  await sqs.cloud.clock.advance(11_000);
  expect(await receiveBodies(sqs, url)).toEqual(['a1', 'a2']);
});

test('a hundred groups take turns', async () => {
  using sqs = testSqs();
  const url = await createFifo(sqs);
  const groups = Array.from({ length: 100 }, (_, index) => `group-${index}`);
  for (const round of [1, 2]) {
    for (const MessageGroupId of groups)
      await sqs.send(url, `${MessageGroupId} ${round}`, { MessageGroupId });
  }
  const seen: (string | undefined)[] = [];
  for (let receives = 0; receives < 100; receives++) seen.push(...(await receiveBodies(sqs, url, 1)));
  expect(seen).toEqual(groups.map((group) => `${group} 1`));
});
