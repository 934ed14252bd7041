import { createHash } from 'node:crypto';
import type { MessageAttributeValue, SendMessageRequest } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { attempt, testSqs } from './testing.ts';

test('a sent message is received with its body, id and MD5', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const result = await sqs.operations.SendMessage({ QueueUrl: url, MessageBody: 'café' }, sqs.call());
  const message = await sqs.receiveOne(url);
  const md5 = createHash('md5').update('café').digest('hex');
  expect(result).toEqual({ MessageId: message.MessageId, MD5OfMessageBody: md5 });
  expect(message).toMatchObject({ Body: 'café', MD5OfBody: md5 });
});

// Values that AWS answered.
test.each([
  ['a string', { Hello: { DataType: 'String', StringValue: 'World' } }, '7db7fb1ba7f41366a8ea5eb18220b26d'],
  [
    'a number of a custom type',
    { UserId: { DataType: 'Number.bigint', StringValue: '1234567890123456789012' } },
    '797ab158d73dcb5242dedc4412c8e855',
  ],
  [
    'several, whatever their order',
    {
      'Help.Me': { DataType: 'String', StringValue: 'Me' },
      Hello: { DataType: 'String', StringValue: 'There' },
      General: { DataType: 'String', StringValue: 'Kenobi' },
    },
    '4c360f3fdafd970e05fae2f149d997f5',
  ],
  [
    'bytes',
    {
      attr1: {
        DataType: 'Binary',
        BinaryValue: Buffer.from('traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01'),
      },
    },
    '8cbe4db156db8a94db8b801b7addb984',
  ],
])('the MD5 of message attributes is that of AWS: %s', async (_, MessageAttributes, md5) => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  const input = { QueueUrl, MessageBody: 'order', MessageAttributes };
  expect(await sqs.operations.SendMessage(input, sqs.call())).toMatchObject({ MD5OfMessageAttributes: md5 });
  const message = await sqs.receiveOne(QueueUrl, { MessageAttributeNames: ['All'] });
  expect(message.MD5OfMessageAttributes).toBe(md5);
  expect(Object.keys(message.MessageAttributes ?? {}).sort()).toEqual(Object.keys(MessageAttributes).sort());
});

test('AWSTraceHeader comes back as a system attribute, with an MD5 of its own at sending', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  const MessageSystemAttributes = { AWSTraceHeader: { DataType: 'String', StringValue: 'some-trace-id' } };
  const result = await sqs.operations.SendMessage(
    { QueueUrl, MessageBody: 'order', MessageSystemAttributes },
    sqs.call(),
  );
  expect(result.MD5OfMessageSystemAttributes).toBe('fdce4f2818803f2f73becc09a54792c0');
  const message = await sqs.receiveOne(QueueUrl, { MessageSystemAttributeNames: ['AWSTraceHeader'] });
  expect(message.Attributes).toEqual({ AWSTraceHeader: 'some-trace-id' });
});

test("the caller's trace header is passed on when the message has none", async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await sqs.operations.SendMessage(
    { QueueUrl, MessageBody: 'order' },
    sqs.call({ traceHeader: 'Root=1-2-3' }),
  );
  const message = await sqs.receiveOne(QueueUrl, { AttributeNames: ['All'] });
  expect(message.Attributes?.AWSTraceHeader).toBe('Root=1-2-3');
});

test('the name of an attribute may have letters of any alphabet', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url, 'order', attribute('attr.1øßä', string('valid')));
  const { MessageAttributes = {} } = await sqs.receiveOne(url, { MessageAttributeNames: ['All'] });
  expect(Object.keys(MessageAttributes)).toEqual(['attr.1øßä']);
});

const attribute = (name: string, value: Partial<MessageAttributeValue>) => ({
  MessageAttributes: { [name]: value as MessageAttributeValue },
});
const string = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, string('x')]));

test.each<[string, Partial<SendMessageRequest>, string]>([
  ['an empty body', { MessageBody: '' }, 'The request must contain the parameter MessageBody.'],
  [
    'a delay above 15 minutes',
    { DelaySeconds: 901 },
    'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  ],
  [
    'a negative delay',
    { DelaySeconds: -1 },
    'Value -1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  ],
  [
    'a deduplication id',
    { MessageDeduplicationId: 'a' },
    'Value a for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.',
  ],
  [
    'a number that is none',
    attribute('Hello', string('world', 'Number')),
    "Can't cast the value of message (user) attribute 'Hello' to a number.",
  ],
  [
    'an empty value',
    attribute('Hello', string('')),
    "Message (user) attribute 'Hello' must contain a non-empty value of type 'String'.",
  ],
  [
    'an attribute without a name',
    attribute('', string('x')),
    'The request must contain non-empty message (user) attribute names.',
  ],
  [
    'an attribute without anything',
    attribute('Hello', {}),
    "The message (user) attribute 'Hello' must contain a non-empty message attribute value.",
  ],
  [
    'an attribute without a type',
    attribute('Hello', { StringValue: 'x' }),
    "The message (user) attribute 'Hello' must contain a non-empty message attribute type.",
  ],
  [
    'an unknown type',
    attribute('Hello', string('x', 'InvalidType')),
    "The type of message (user) attribute 'Hello' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
  ],
  [
    'list values',
    attribute('Hello', { DataType: 'StringList', StringListValues: ['x'] }),
    'Message attribute list values in SendMessage operation are not supported.',
  ],
  [
    'a reserved name',
    attribute('AWS.Hello', string('x')),
    "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
  ],
  [
    'a long name',
    attribute('a'.repeat(257), string('x')),
    'Message (user) attribute name must be shorter than 256 bytes.',
  ],
  [
    'a string in a binary attribute',
    attribute('Hello', string('x', 'Binary')),
    "Message (user) attribute 'Hello' with type 'Binary' must use field 'Binary'.",
  ],
  [
    'bytes in a string attribute',
    attribute('Hello', { DataType: 'String', BinaryValue: Buffer.from('x') }),
    "Message (user) attribute 'Hello' with type 'String' must use field 'String'.",
  ],
  [
    'eleven attributes',
    { MessageAttributes: eleven },
    'Number of message attributes [11] exceeds the allowed maximum [10].',
  ],
  [
    'an unknown system attribute',
    { MessageSystemAttributes: { Hello: string('x') } as SendMessageRequest['MessageSystemAttributes'] },
    "Message system attribute name 'Hello' is invalid.",
  ],
])('sending is refused with %s', async (_, part, message) => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await expect(sqs.send(QueueUrl, 'order', part)).rejects.toThrow(message);
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('a body may have 1 MiB and not a byte more', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url, 'é'.repeat(524_288));
  await expect(sqs.send(url, `${'é'.repeat(524_288)}a`)).rejects.toThrow(
    'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
  );
});

test("attributes count towards the queue's maximum message size", async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { MaximumMessageSize: '1024' });
  // 1000 + name 4 + type 6 + value 14
  const fits = attribute('name', string('x'.repeat(14)));
  await sqs.send(url, 'a'.repeat(1000), fits);
  await expect(sqs.send(url, 'a'.repeat(1001), fits)).rejects.toThrow('shorter than 1024 bytes');
});

test.each(['\u0000', '\u001f', '\ufffe', '\ud800'])('a body with %j is refused', async (character) => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await expect(sqs.send(url, `order ${character}`)).rejects.toMatchObject({
    name: 'InvalidMessageContents',
    message: expect.stringContaining('Invalid characters found.'),
  });
});

test('tabs, line ends and characters outside the basic plane are allowed', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url, 'a\tb\r\n😀');
  expect((await sqs.receiveOne(url)).Body).toBe('a\tb\r\n😀');
});

test('a delayed message becomes visible when its delay is over, and not before', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url, 'later', { DelaySeconds: 60 });
  expect(await sqs.counts(url)).toEqual([0, 0, 1]);
  await sqs.cloud.clock.advance(59_000);
  expect(await sqs.receive(url)).toEqual([]);
  await sqs.cloud.clock.advance(1000);
  expect((await sqs.receiveOne(url)).Body).toBe('later');
});

test("the queue's delay holds for messages that do not bring their own", async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { DelaySeconds: '10' });
  await sqs.send(url, 'delayed');
  await sqs.send(url, 'at once', { DelaySeconds: 0 });
  expect(await sqs.counts(url)).toEqual([1, 0, 1]);
});

test('an object that the caller changes after sending does not change the message', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const value = { DataType: 'String', StringValue: 'before' };
  await sqs.send(url, 'order', { MessageAttributes: { a: value } });
  value.StringValue = 'after';
  const message = await sqs.receiveOne(url, { MessageAttributeNames: ['a'] });
  expect(message.MessageAttributes?.a?.StringValue).toBe('before');
});

test('a batch sends what is right and says which entries failed', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders', { MaximumMessageSize: '1024' });
  const Entries = [
    { Id: 'good', MessageBody: 'order' },
    { Id: 'big', MessageBody: 'a'.repeat(1025) },
    { Id: 'empty', MessageBody: '' },
  ];
  const result = await sqs.operations.SendMessageBatch({ QueueUrl, Entries }, sqs.call());
  expect(result.Successful).toEqual([
    { Id: 'good', MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) },
  ]);
  expect(result.Failed).toEqual([
    {
      Id: 'big',
      SenderFault: true,
      Code: 'InvalidParameterValue',
      Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
    },
    {
      Id: 'empty',
      SenderFault: true,
      Code: 'MissingParameter',
      Message: 'The request must contain the parameter SendMessageBatchRequestEntry.3.MessageBody.',
    },
  ]);
  expect((await sqs.receiveOne(QueueUrl)).Body).toBe('order');
});

test('a batch in which all is right says nothing of failures, and one in which all is wrong nothing of successes', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  const send = (MessageBody: string) =>
    sqs.operations.SendMessageBatch({ QueueUrl, Entries: [{ Id: 'a', MessageBody }] }, sqs.call());
  expect((await send('order')).Failed).toBeUndefined();
  expect((await send('')).Successful).toBeUndefined();
});

const entry = (Id: string, MessageBody = 'order') => ({ Id, MessageBody });

test.each([
  [
    'no entries',
    [],
    'EmptyBatchRequest',
    'There should be at least one SendMessageBatchRequestEntry in the request.',
  ],
  [
    'eleven entries',
    Array.from({ length: 11 }, (_, index) => entry(`id${index}`)),
    'TooManyEntriesInBatchRequest',
    'Maximum number of entries per request are 10. You have sent 11.',
  ],
  ['an id twice', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct', 'Id a repeated.'],
  [
    'a bad id',
    [entry('a b')],
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  ],
  ['an id of 81 letters', [entry('a'.repeat(81))], 'InvalidBatchEntryId', 'at most 80 letters'],
  [
    'more than 1 MiB in all',
    [entry('a', 'a'.repeat(600_000)), entry('b', 'b'.repeat(448_577))],
    'BatchRequestTooLong',
    'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  ],
])('a batch is refused as a whole with %s', async (_, Entries, name, message) => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await expect(
    attempt(() => sqs.operations.SendMessageBatch({ QueueUrl, Entries }, sqs.call())),
  ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('every 64 KB of payload cost one request', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const before = sqs.cloud.journal.lastSeq;
  await sqs.send(url, 'a'.repeat(65_536));
  await sqs.send(url, 'a'.repeat(65_537));
  const costs = sqs.cloud.journal.read(before).filter((event) => event.type === 'cost');
  expect(costs).toMatchObject([
    { unit: 'sqs-request', resource: sqs.arn('orders'), amount: 1 },
    { unit: 'sqs-request', resource: sqs.arn('orders'), amount: 2 },
  ]);
});
