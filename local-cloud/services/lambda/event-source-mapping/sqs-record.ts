import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda';

/** The published type does not know that AWS also sends null. */
type SentRecord = Omit<SQSRecord, 'md5OfMessageAttributes'> & { md5OfMessageAttributes?: string | null };

/**
 * A message as a function gets it.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 * @param source ARN of the queue
 * @param isGathered whether the mapping has a batching window: then AWS writes the MD5 also when there is nothing to
 * digest, as null
 */
export function toSqsRecord(message: Message, source: string, isGathered: boolean): SentRecord {
  const { MessageAttributes: attributes = {}, MD5OfMessageAttributes: md5OfAttributes } = message;
  const md5 = md5OfAttributes || isGathered ? { md5OfMessageAttributes: md5OfAttributes ?? null } : {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]),
    ),
    ...md5,
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: source,
    awsRegion: source.split(':')[3] ?? '',
  };
}

/** The lists are there and empty, as AWS sends them; a binary value is base64. */
function toAttribute({ StringValue, BinaryValue, DataType }: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? 'String',
  };
}
