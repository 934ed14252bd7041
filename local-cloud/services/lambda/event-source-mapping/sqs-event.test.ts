import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { LARGEST_EVENT_BYTES, toSqsEvents } from './sqs-event.ts';
import { toSqsRecord } from './sqs-record.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';

const message = (overrides: Partial<Message> = {}): Message => ({
  MessageId: 'id',
  ReceiptHandle: 'handle',
  Body: 'hello',
  MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
  Attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000', SenderId: 'AROA:me' },
  ...overrides,
});

test('a record has the names of the Lambda event, in lower camel case, and all its attributes as text', () => {
  expect(toSqsRecord(message(), QUEUE, false)).toStrictEqual({
    messageId: 'id',
    receiptHandle: 'handle',
    body: 'hello',
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000', SenderId: 'AROA:me' },
    messageAttributes: {},
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE,
    awsRegion: 'eu-west-1',
  });
});

test('message attributes carry empty lists, and a binary value as base64', () => {
  const { messageAttributes, md5OfMessageAttributes } = toSqsRecord(
    message({
      MD5OfMessageAttributes: 'md5',
      MessageAttributes: {
        correlationId: { DataType: 'String', StringValue: 'c-1' },
        signature: { DataType: 'Binary', BinaryValue: Buffer.from('abc') },
      },
    }),
    QUEUE,
    false,
  );
  expect(md5OfMessageAttributes).toBe('md5');
  expect(messageAttributes).toStrictEqual({
    correlationId: { stringValue: 'c-1', stringListValues: [], binaryListValues: [], dataType: 'String' },
    signature: { binaryValue: 'YWJj', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
  });
});

test('without message attributes, their MD5 is null in a batch that was gathered, and left out elsewhere', () => {
  expect(toSqsRecord(message(), QUEUE, true).md5OfMessageAttributes).toBeNull();
  expect(toSqsRecord(message(), QUEUE, false)).not.toHaveProperty('md5OfMessageAttributes');
});

test('the trace header of the sender is among the attributes', () => {
  const { attributes } = toSqsRecord(message({ Attributes: { AWSTraceHeader: 'Root=1-2-3' } }), QUEUE, false);
  expect(attributes.AWSTraceHeader).toBe('Root=1-2-3');
});

test('messages that fit make one event', () => {
  const [part, ...others] = toSqsEvents([message(), message({ Body: 'two' })], QUEUE, false);
  expect(others).toEqual([]);
  const { Records } = JSON.parse(Buffer.from(part?.event ?? []).toString()) as SQSEvent;
  expect(Records.map(({ body }) => body)).toEqual(['hello', 'two']);
});

test('ten messages of one MiB make two events of at most 6 MB, in their order', () => {
  const large = Array.from({ length: 10 }, (_, index) =>
    message({ MessageId: String(index), Body: 'x'.repeat(1024 * 1024) }),
  );
  const parts = toSqsEvents(large, QUEUE, false);
  expect(parts.map(({ messages }) => messages.map(({ MessageId }) => MessageId).join(''))).toEqual([
    '01234',
    '56789',
  ]);
  for (const { event } of parts) expect(event.length).toBeLessThanOrEqual(LARGEST_EVENT_BYTES);
});

test('the limit counts bytes as they are in the event, quotes escaped and letters in UTF-8', () => {
  const quotes = Array.from({ length: 4 }, () => message({ Body: '"'.repeat(1024 * 1024) }));
  expect(toSqsEvents(quotes, QUEUE, false).map(({ messages }) => messages.length)).toEqual([2, 2]);
});
