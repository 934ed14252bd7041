import { expect, test } from 'vitest';
import { attempt, testSqs } from './testing.ts';

test('an empty queue answers without messages', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  expect(await sqs.operations.ReceiveMessage({ QueueUrl }, sqs.call())).toEqual({});
});

test('a receive gets one message unless it asks for more, and at most ten', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  for (let index = 0; index < 12; index++) await sqs.send(url, `order ${index}`);
  expect(await sqs.receive(url)).toHaveLength(1);
  expect(await sqs.receive(url, { MaxNumberOfMessages: 10 })).toHaveLength(10);
  expect(await sqs.receive(url, { MaxNumberOfMessages: 10 })).toHaveLength(1);
});

test('a received message is invisible to others until it is deleted', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  expect(await sqs.receive(url)).toEqual([]);
  expect(await sqs.counts(url)).toEqual([0, 1, 0]);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  expect(await sqs.counts(url)).toEqual([0, 0, 0]);
  await sqs.cloud.clock.advance(60_000);
  expect(await sqs.receive(url)).toEqual([]);
});

test('each receive counts, and the time of the first one stays', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const ask = { AttributeNames: ['All' as const] };
  const first = await sqs.receiveOne(url, ask);
  await sqs.cloud.clock.advance(30_000);
  const second = await sqs.receiveOne(url, ask);
  expect(first.Attributes?.ApproximateReceiveCount).toBe('1');
  expect(second.Attributes).toEqual({ ...first.Attributes, ApproximateReceiveCount: '2' });
  expect(Number(second.Attributes?.ApproximateFirstReceiveTimestamp)).toBeLessThan(
    sqs.cloud.clock.now() - 29_000,
  );
  expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
});

test('only the system attributes that were asked for are returned', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const none = await sqs.receiveOne(url, { VisibilityTimeout: 0 });
  expect(none.Attributes).toBeUndefined();
  const some = await sqs.receiveOne(url, {
    AttributeNames: ['SenderId' as 'All'],
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  expect(some.Attributes).toEqual({ SenderId: '123456789012', ApproximateReceiveCount: '2' });
});

test('an unknown system attribute is refused', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await expect(sqs.receive(url, { MessageSystemAttributeNames: ['Size' as 'All'] })).rejects.toMatchObject({
    name: 'InvalidAttributeName',
    message: 'Unknown Attribute Size.',
  });
});

test("a role's session is the sender", async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  const principal = {
    type: 'role' as const,
    arn: 'arn:aws:sts::123456789012:assumed-role/producer/run-1',
    accountId: '123456789012',
    roleArn: 'arn:aws:iam::123456789012:role/producer',
    sessionName: 'run-1',
  };
  await sqs.operations.SendMessage({ QueueUrl, MessageBody: 'order' }, sqs.call({ principal }));
  const message = await sqs.receiveOne(QueueUrl, { AttributeNames: ['All'] });
  expect(message.Attributes?.SenderId).toMatch(/^AROA[A-Z0-9]{17}:run-1$/);
});

// Names, attributes returned, and the MD5 that AWS answered for them.
test.each([
  [['All'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
  [['.*'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
  [['*'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
  [['Hello', 'General'], ['General', 'Hello'], 'fca026605781cb4126a1e9044df24232'],
  [['Hello', 'Nobody'], ['Hello'], 'a311262e065454b75da111d535b8dacd'],
  [['Hel.*'], ['Hello', 'Help.Me'], '83fee93c1bcd8b9a5a923ffacdc636c7'],
  [['Nobody'], undefined, undefined],
  [[], undefined, undefined],
])('message attributes named %j', async (MessageAttributeNames, names, md5) => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const MessageAttributes = {
    'Help.Me': { DataType: 'String', StringValue: 'Me' },
    Hello: { DataType: 'String', StringValue: 'There' },
    General: { DataType: 'String', StringValue: 'Kenobi' },
  };
  await sqs.send(url, 'msg', { MessageAttributes });
  const message = await sqs.receiveOne(url, { MessageAttributeNames });
  expect(message.MessageAttributes && Object.keys(message.MessageAttributes).sort()).toEqual(names);
  expect(message.MD5OfMessageAttributes).toBe(md5);
});

test.each([
  [
    { MaxNumberOfMessages: 11 },
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    { MaxNumberOfMessages: 0 },
    'Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    { WaitTimeSeconds: 21 },
    'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  ],
  [
    { VisibilityTimeout: 43_201 },
    'Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.',
  ],
])('a receive with %j is refused', async (part, message) => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await expect(sqs.receive(url, part)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message,
  });
});

test('an expired handle still deletes while nobody has received the message again', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await sqs.cloud.clock.advance(30_000);
  expect(await sqs.counts(url)).toEqual([1, 0, 0]);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  expect(await sqs.receive(url)).toEqual([]);
});

test('the handle of an earlier receive succeeds and deletes nothing', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const first = await sqs.receiveOne(url, { VisibilityTimeout: 0 });
  await sqs.receiveOne(url);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle: first.ReceiptHandle }, sqs.call());
  expect(await sqs.counts(url)).toEqual([0, 1, 0]);
});

test('deleting twice succeeds', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  expect(await sqs.counts(url)).toEqual([0, 0, 0]);
});

test("another queue's handle is not valid here", async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const other = await sqs.createQueue('other');
  await sqs.send(other);
  const { ReceiptHandle = '' } = await sqs.receiveOne(other);
  await expect(
    attempt(() => sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call())),
  ).rejects.toMatchObject({
    name: 'ReceiptHandleIsInvalid',
    status: 404,
    message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  });
});

test('a batch deletes what it can and says which handles are not valid', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await sqs.send(QueueUrl);
  const { ReceiptHandle } = await sqs.receiveOne(QueueUrl);
  const Entries = [
    { Id: 'a', ReceiptHandle },
    { Id: 'b', ReceiptHandle: 'dummy' },
    { Id: 'c', ReceiptHandle: ' ' },
  ];
  expect(await sqs.operations.DeleteMessageBatch({ QueueUrl, Entries }, sqs.call())).toEqual({
    Successful: [{ Id: 'a' }],
    Failed: [
      {
        Id: 'b',
        SenderFault: true,
        Code: 'ReceiptHandleIsInvalid',
        Message: 'The input receipt handle "dummy" is not a valid receipt handle.',
      },
      {
        Id: 'c',
        SenderFault: true,
        Code: 'MissingParameter',
        Message: 'The request must contain the parameter ReceiptHandle.',
      },
    ],
  });
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('messages are deleted when their retention period is over, seen or not', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { MessageRetentionPeriod: '60' });
  await sqs.send(url, 'old');
  await sqs.cloud.clock.advance(30_000);
  await sqs.send(url, 'young');
  await sqs.cloud.clock.advance(30_000);
  expect((await sqs.receiveOne(url)).Body).toBe('young');
  await sqs.cloud.clock.advance(30_000);
  expect(await sqs.counts(url)).toEqual([0, 0, 0]);
});

test('a shorter retention period holds for messages that are there already', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await sqs.send(QueueUrl);
  await sqs.cloud.clock.advance(61_000);
  expect(await sqs.counts(QueueUrl)).toEqual([1, 0, 0]);
  await sqs.operations.SetQueueAttributes(
    { QueueUrl, Attributes: { MessageRetentionPeriod: '60' } },
    sqs.call(),
  );
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('a short poll is told when 120,000 messages are in flight; a long poll waits', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders', { VisibilityTimeout: '43200' });
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: 'x' }));
  for (let batch = 0; batch <= 12_000; batch++) {
    await sqs.operations.SendMessageBatch({ QueueUrl, Entries }, sqs.call());
  }
  for (let batch = 0; batch < 12_000; batch++) await sqs.receive(QueueUrl, { MaxNumberOfMessages: 10 });
  expect(await sqs.counts(QueueUrl)).toEqual([10, 120_000, 0]);
  await expect(sqs.receive(QueueUrl)).rejects.toMatchObject({ name: 'OverLimit', status: 403 });
  expect(await sqs.receive(QueueUrl, { WaitTimeSeconds: 1 })).toEqual([]);
});
