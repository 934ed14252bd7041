import type { QueueAttributeName } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { attempt, testSqs } from './testing.ts';

test('a queue has a URL below the endpoint of the account', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders');
  expect(url).toBe('http://127.0.0.1:4566/123456789012/orders');
  expect(await sqs.operations.GetQueueUrl({ QueueName: 'orders' }, sqs.call())).toEqual({ QueueUrl: url });
});

test('only the path of a queue URL matters', async () => {
  using sqs = testSqs();
  await sqs.createQueue('orders');
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders';
  await sqs.send(QueueUrl);
  expect(await sqs.counts(QueueUrl)).toEqual([1, 0, 0]);
});

test.each([
  ['http://127.0.0.1:4566/123456789012/nobody', 'QueueDoesNotExist', 'The specified queue does not exist.'],
  ['http://127.0.0.1:4566/999999999999/orders', 'QueueDoesNotExist', 'The specified queue does not exist.'],
  ['/orders', 'InvalidAddress', 'The address /orders is not valid for this endpoint.'],
  ['', 'MissingRequiredParameterException', 'The request must contain the parameter QueueUrl.'],
])('the queue URL %j is refused', async (QueueUrl, name, message) => {
  using sqs = testSqs();
  await sqs.createQueue('orders');
  await expect(attempt(() => sqs.operations.PurgeQueue({ QueueUrl }, sqs.call()))).rejects.toMatchObject({
    name,
    message,
  });
});

test('a queue is made with the attributes that AWS gives it', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  const created = String(Math.floor(sqs.cloud.clock.now() / 1000));
  const { Attributes } = await sqs.operations.GetQueueAttributes(
    { QueueUrl, AttributeNames: ['All'] },
    sqs.call(),
  );
  expect(Attributes).toEqual({
    QueueArn: 'arn:aws:sqs:us-east-1:123456789012:orders',
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: '30',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
  });
});

test('only the attributes that were asked for are returned, and none without names', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  const get = (AttributeNames?: ('VisibilityTimeout' | 'Policy' | 'FifoQueue')[]) =>
    sqs.operations.GetQueueAttributes({ QueueUrl, AttributeNames }, sqs.call());
  expect(await get(['VisibilityTimeout', 'Policy', 'FifoQueue'])).toEqual({
    Attributes: { VisibilityTimeout: '30' },
  });
  expect(await get(['Policy'])).toStrictEqual({});
  expect(await get()).toStrictEqual({});
});

test('an unknown attribute cannot be read or set, and a read-only one cannot be set', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  const refused = (name: string) => ({ name: 'InvalidAttributeName', message: `Unknown Attribute ${name}.` });
  await expect(
    attempt(() =>
      sqs.operations.GetQueueAttributes({ QueueUrl, AttributeNames: ['Colour' as 'All'] }, sqs.call()),
    ),
  ).rejects.toMatchObject(refused('Colour'));
  for (const name of [
    'Colour',
    'constructor',
    'QueueArn',
    'CreatedTimestamp',
    'ApproximateNumberOfMessages',
  ]) {
    await expect(
      attempt(() => sqs.operations.SetQueueAttributes({ QueueUrl, Attributes: { [name]: '1' } }, sqs.call())),
    ).rejects.toMatchObject(refused(name));
  }
});

test('setting attributes changes them and the time of the last change', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.cloud.clock.advance(5000);
  await sqs.operations.SetQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '090' } }, sqs.call());
  const { Attributes = {} } = await sqs.operations.GetQueueAttributes(
    { QueueUrl, AttributeNames: ['All'] },
    sqs.call(),
  );
  expect(Attributes.VisibilityTimeout).toBe('90');
  expect(
    Number(Attributes.LastModifiedTimestamp) - Number(Attributes.CreatedTimestamp),
  ).toBeGreaterThanOrEqual(5);
});

test.each([
  ['DelaySeconds', '901'],
  ['DelaySeconds', '-1'],
  ['DelaySeconds', '1.5'],
  ['DelaySeconds', ''],
  ['MaximumMessageSize', '1023'],
  ['MaximumMessageSize', '1048577'],
  ['MessageRetentionPeriod', '59'],
  ['MessageRetentionPeriod', '1209601'],
  ['ReceiveMessageWaitTimeSeconds', '21'],
  ['VisibilityTimeout', '43201'],
  ['KmsDataKeyReusePeriodSeconds', '59'],
  ['SqsManagedSseEnabled', 'yes'],
  ['Policy', 'not json'],
  ['Policy', '{}'],
  [
    'Policy',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps","Principal":"*","Action":"sqs:*","Resource":"*"}]}',
  ],
])('%s %j is not a value', async (name, value) => {
  using sqs = testSqs();
  await expect(sqs.createQueue('orders', { [name]: value })).rejects.toMatchObject({
    name: 'InvalidAttributeValue',
    message: `Invalid value for the parameter ${name}.`,
  });
});

test('a policy with a condition that the account does not know is refused by name', async () => {
  using sqs = testSqs();
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sqs:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await expect(sqs.createQueue('orders', { Policy })).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: 'The condition key aws:principalorgid is not supported by the local cloud.',
  });
});

test('a KMS key takes the place of the encryption that SQS manages', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders', { KmsMasterKeyId: 'alias/aws/sqs' });
  const AttributeNames = ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'] as const;
  const get = () =>
    sqs.operations.GetQueueAttributes({ QueueUrl, AttributeNames: [...AttributeNames] }, sqs.call());
  expect(await get()).toEqual({
    Attributes: {
      KmsMasterKeyId: 'alias/aws/sqs',
      KmsDataKeyReusePeriodSeconds: '300',
      SqsManagedSseEnabled: 'false',
    },
  });
  await expect(
    attempt(() =>
      sqs.operations.SetQueueAttributes(
        { QueueUrl, Attributes: { SqsManagedSseEnabled: 'true' } },
        sqs.call(),
      ),
    ),
  ).rejects.toMatchObject({
    name: 'InvalidAttributeName',
    message:
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
  });
});

test('creating the same queue again answers with it, whatever is not mentioned', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { VisibilityTimeout: '60' });
  await sqs.send(url);
  expect(await sqs.createQueue('orders', { VisibilityTimeout: '60', DelaySeconds: '0' })).toBe(url);
  expect(await sqs.createQueue('orders')).toBe(url);
  expect(await sqs.counts(url)).toEqual([1, 0, 0]);
});

test('creating a queue again with another value is refused', async () => {
  using sqs = testSqs();
  await sqs.createQueue('orders');
  await expect(sqs.createQueue('orders', { DelaySeconds: '1' })).rejects.toMatchObject({
    name: 'QueueNameExists',
    message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
  });
});

test.each(['a b', 'a'.repeat(81), 'orders.fifo', 'orders/eu'])('%j is not a queue name', async (name) => {
  using sqs = testSqs();
  await expect(sqs.createQueue(name)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  });
});

test.each(['FifoQueue', 'ContentBasedDeduplication'])('a standard queue knows no %s', async (name) => {
  using sqs = testSqs();
  await expect(sqs.createQueue('orders', { [name]: 'false' })).rejects.toMatchObject({
    name: 'InvalidAttributeName',
    message: `Unknown Attribute ${name}.`,
  });
});

test.each([
  ['DeduplicationScope', 'queue'],
  ['FifoThroughputLimit', 'perQueue'],
])('%s is for FIFO queues', async (name, value) => {
  using sqs = testSqs();
  await expect(sqs.createQueue('orders', { [name]: value })).rejects.toMatchObject({
    name: 'InvalidAttributeName',
    message: `You can specify the ${name} only when FifoQueue is set to true.`,
  });
});

test('a FIFO queue may be asked for in other letters', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders.fifo', {
    FifoQueue: 'True',
    ContentBasedDeduplication: 'False',
  });
  const AttributeNames: QueueAttributeName[] = ['FifoQueue', 'ContentBasedDeduplication'];
  expect(await sqs.operations.GetQueueAttributes({ QueueUrl, AttributeNames }, sqs.call())).toEqual({
    Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'false' },
  });
});

test('the name of a queue does for its URL', async () => {
  using sqs = testSqs();
  await sqs.createQueue('orders');
  await sqs.send('orders', 'by name');
  expect((await sqs.receiveOne('orders')).Body).toBe('by name');
  await expect(sqs.send('none')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('a deleted queue is gone, and its name is free again after 60 seconds', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.send(QueueUrl);
  await sqs.operations.DeleteQueue({ QueueUrl }, sqs.call());
  await expect(sqs.send(QueueUrl)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(sqs.createQueue('orders')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
  await sqs.cloud.clock.advance(60_000);
  await sqs.createQueue('orders');
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('a handle from a deleted queue is not valid in a new one of the same name', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.send(QueueUrl);
  const { ReceiptHandle } = await sqs.receiveOne(QueueUrl);
  await sqs.operations.DeleteQueue({ QueueUrl }, sqs.call());
  await sqs.cloud.clock.advance(60_000);
  await sqs.createQueue('orders');
  await expect(
    attempt(() => sqs.operations.DeleteMessage({ QueueUrl, ReceiptHandle }, sqs.call())),
  ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('a purge takes all messages, in flight and delayed ones too', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.send(QueueUrl, 'in flight');
  await sqs.receiveOne(QueueUrl);
  await sqs.send(QueueUrl, 'delayed', { DelaySeconds: 5 });
  await sqs.send(QueueUrl, 'visible');
  await sqs.operations.PurgeQueue({ QueueUrl }, sqs.call());
  await sqs.cloud.clock.advance(31_000);
  expect(await sqs.counts(QueueUrl)).toEqual([0, 0, 0]);
  await sqs.send(QueueUrl, 'after');
  expect((await sqs.receiveOne(QueueUrl)).Body).toBe('after');
});

test('a queue is purged once in 60 seconds at most', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  const purge = () => attempt(() => sqs.operations.PurgeQueue({ QueueUrl }, sqs.call()));
  await purge();
  await sqs.cloud.clock.advance(50_000);
  await expect(purge()).rejects.toMatchObject({
    name: 'PurgeQueueInProgress',
    status: 403,
    message: 'Only one PurgeQueue operation on orders is allowed every 60 seconds.',
  });
  await sqs.cloud.clock.advance(10_000);
  await purge();
});

test('queues are listed by name, by prefix and in pages', async () => {
  using sqs = testSqs();
  const urls: string[] = [];
  for (const name of ['orders-a', 'orders-b', 'orders-c', 'payments']) urls.push(await sqs.createQueue(name));
  const list = (input: object) => sqs.operations.ListQueues(input, sqs.call());
  expect(await list({})).toEqual({ QueueUrls: urls });
  const first = await list({ QueueNamePrefix: 'orders', MaxResults: 2 });
  expect(first.QueueUrls).toEqual(urls.slice(0, 2));
  const second = await list({ QueueNamePrefix: 'orders', MaxResults: 2, NextToken: first.NextToken });
  expect(second).toEqual({ QueueUrls: [urls[2]] });
  expect(await list({ QueueNamePrefix: 'nobody' })).toEqual({});
});

test('tags are added, overwritten, listed and taken away', async () => {
  using sqs = testSqs();
  const { QueueUrl } = await sqs.operations.CreateQueue(
    { QueueName: 'orders', tags: { team: 'a' } },
    sqs.call(),
  );
  const list = () => sqs.operations.ListQueueTags({ QueueUrl }, sqs.call());
  await sqs.operations.TagQueue({ QueueUrl, Tags: { team: 'b', stage: '' } }, sqs.call());
  expect(await list()).toEqual({ Tags: { team: 'b', stage: '' } });
  await sqs.operations.UntagQueue({ QueueUrl, TagKeys: ['team', 'nobody'] }, sqs.call());
  expect(await list()).toEqual({ Tags: { stage: '' } });
  await sqs.operations.UntagQueue({ QueueUrl, TagKeys: ['stage'] }, sqs.call());
  expect(await list()).toStrictEqual({});
});

test('a queue has 50 tags at most', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  const Tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag${index}`, '']));
  await sqs.operations.TagQueue({ QueueUrl, Tags }, sqs.call());
  await expect(
    attempt(() => sqs.operations.TagQueue({ QueueUrl, Tags: { another: '' } }, sqs.call())),
  ).rejects.toThrow('Too many tags added for queue orders.');
});
