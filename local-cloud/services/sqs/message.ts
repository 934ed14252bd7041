import { createHash } from 'node:crypto';
import type { Message, MessageSystemAttributeName } from '@aws-sdk/client-sqs';
import type { Principal } from '../../service.ts';
import { type attributeSelector, type MessageAttributes, md5OfAttributes } from './message-attributes.ts';

/** What was sent; it never changes. Times are epoch milliseconds. */
export interface MessageContent {
  readonly id: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes?: MessageAttributes;
  readonly md5OfAttributes?: string;
  /** Bytes of body and attributes. */
  readonly size: number;
  readonly sender: Principal;
  readonly sentAt: number;
  readonly traceHeader?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Place among all messages that the queue took in. */
  readonly sequence: number;
  /** The same as FIFO queues show it. */
  readonly sequenceNumber?: string;
  /** The queue from which the message came to this one, its dead-letter queue. */
  readonly deadLetterSourceArn?: string;
}

/** A message in a queue. */
export interface StoredMessage {
  readonly content: MessageContent;
  state: 'delayed' | 'visible' | 'in-flight' | 'gone';
  /** When it becomes visible again, while it is delayed or in flight; 0 otherwise. */
  hiddenUntil: number;
  /** How often it was received, in this queue and in those it came from. */
  receiveCount: number;
  /** How often it was received in this queue: what `maxReceiveCount` limits. */
  receivesHere: number;
  firstReceivedAt: number;
  /** When it came into this queue. */
  readonly arrivedAt: number;
  receivedAt: number;
  /** Which receive its valid receipt handle is from. */
  receipt: number;
}

/** What a receive asks to be told of each message. */
export interface MessageView {
  systemAttributes: 'all' | ReadonlySet<string>;
  attributes: ReturnType<typeof attributeSelector>;
}

/** Shows a message as a receive returns it. */
export function toMessage(message: StoredMessage, receiptHandle: string, view: MessageView): Message {
  const { content } = message;
  const shown: Message = {
    MessageId: content.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: content.md5OfBody,
    Body: content.body,
  };
  if (view.systemAttributes === 'all' || view.systemAttributes.size > 0) {
    const attributes = systemAttributes(message, view.systemAttributes);
    if (Object.keys(attributes).length > 0) shown.Attributes = attributes;
  }
  if (content.attributes && view.attributes) addAttributes(shown, content, view.attributes);
  return shown;
}

/** The MD5 is over the attributes that are returned, not over those that were sent. */
function addAttributes(
  shown: Message,
  { attributes, md5OfAttributes: md5OfAll }: MessageContent,
  select: NonNullable<MessageView['attributes']>,
): void {
  if (!attributes) return;
  if (select === 'all') {
    shown.MessageAttributes = attributes;
    shown.MD5OfMessageAttributes = md5OfAll;
    return;
  }
  const selected = Object.fromEntries(Object.entries(attributes).filter(([name]) => select(name)));
  const md5 = md5OfAttributes(selected);
  if (!md5) return;
  shown.MessageAttributes = selected;
  shown.MD5OfMessageAttributes = md5;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
function systemAttributes(message: StoredMessage, wanted: MessageView['systemAttributes']) {
  const { content } = message;
  const shown: Partial<Record<MessageSystemAttributeName, string>> = {};
  const add = (name: MessageSystemAttributeName, value: () => string | undefined) => {
    if (wanted !== 'all' && !wanted.has(name)) return;
    const text = value();
    if (text !== undefined) shown[name] = text;
  };
  add('SenderId', () => senderId(content.sender));
  add('SentTimestamp', () => String(Math.floor(content.sentAt)));
  add('ApproximateReceiveCount', () => String(message.receiveCount));
  add('ApproximateFirstReceiveTimestamp', () => String(Math.floor(message.firstReceivedAt)));
  add('AWSTraceHeader', () => content.traceHeader);
  add('MessageGroupId', () => content.groupId);
  add('MessageDeduplicationId', () => content.deduplicationId);
  add('SequenceNumber', () => content.sequenceNumber);
  add('DeadLetterQueueSourceArn', () => content.deadLetterSourceArn);
  return shown;
}

/** A role's id and session; the account's id for anybody else. */
function senderId(sender: Principal): string {
  if (sender.type !== 'role') return sender.accountId;
  const id = createHash('sha256').update(sender.roleArn).digest('hex').slice(0, 17).toUpperCase();
  return `AROA${id}:${sender.sessionName}`;
}
