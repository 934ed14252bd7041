import { hash } from 'node:crypto';
import type {
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import { checkBatch, runBatch } from './batch.ts';
import type { Billing } from './billing.ts';
import { invalidParameterValue, invalidValue, missingParameter } from './errors.ts';
import type { MessageContent } from './message.ts';
import {
  checkMessageAttributes,
  checkSystemAttributes,
  hasInvalidCharacters,
  INVALID_CHARACTERS,
  type MessageAttributes,
  md5OfAttributes,
  sizeOfAttributes,
} from './message-attributes.ts';
import { placeIn, type Queue, type Queues } from './queues.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_BATCH = 1_048_576;
const LONGEST_DELAY_SECONDS = 900;
const GROUP_OR_DEDUPLICATION_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const WRONG_QUEUE_TYPE = 'The request include parameter that is not valid for this queue type.';

/** What a single request and a batch's entry have in common. */
type Sent = Omit<SendMessageBatchRequestEntry, 'Id'>;

export function createSendOperations(cloud: Cloud, queues: Queues, bill: Billing) {
  /** Puts one checked message into a queue, without telling those who wait. */
  function send(queue: Queue, sent: Sent, size: number, call: Call): SendMessageResult {
    const { MessageBody: body = '', MessageSystemAttributes } = sent;
    const md5OfBody = hash('md5', body);
    const attributes = presentAttributes(sent.MessageAttributes);
    const md5s: SendMessageResult = { MD5OfMessageBody: md5OfBody };
    if (attributes) md5s.MD5OfMessageAttributes = md5OfAttributes(attributes);
    const md5OfSystem = md5OfAttributes(presentAttributes(MessageSystemAttributes));
    if (md5OfSystem) md5s.MD5OfMessageSystemAttributes = md5OfSystem;

    const duplicate = queue.isFifo ? queue.deduplication.find(deduplicationKey(queue, sent)) : undefined;
    if (duplicate)
      return { MessageId: duplicate.messageId, SequenceNumber: duplicate.sequenceNumber, ...md5s };
    const content: MessageContent = {
      id: cloud.uuid(),
      body,
      md5OfBody,
      attributes,
      md5OfAttributes: md5s.MD5OfMessageAttributes,
      size,
      sender: call.principal,
      sentAt: cloud.clock.now(),
      // https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
      traceHeader: MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? call.traceHeader,
      groupId: sent.MessageGroupId,
      deduplicationId: queue.isFifo ? deduplicationId(sent) : undefined,
      ...placeIn(queue),
    };
    const delayMs = sent.DelaySeconds === undefined ? queue.settings.delayMs : sent.DelaySeconds * 1000;
    // A FIFO queue takes delays for the whole queue only; 0 is as good as none.
    queue.store.add(content, queue.isFifo ? queue.settings.delayMs : delayMs);
    if (!content.sequenceNumber) return { MessageId: content.id, ...md5s };
    const answered = { messageId: content.id, sequenceNumber: content.sequenceNumber };
    queue.deduplication.remember(deduplicationKey(queue, sent), answered);
    return { MessageId: content.id, SequenceNumber: content.sequenceNumber, ...md5s };
  }

  function deduplicationKey(queue: Queue, sent: Sent): string {
    const id = deduplicationId(sent);
    return queues.deduplicatesByGroup(queue) ? `${sent.MessageGroupId} ${id}` : id;
  }

  return {
    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
    SendMessage(input: SendMessageRequest, call: Call): SendMessageResult {
      const queue = queues.resolve(input.QueueUrl);
      const size = sizeOf(input);
      checkSent(queue, input, size);
      const result = send(queue, input, size, call);
      bill(queue.arn, size);
      queue.store.arrived();
      return result;
    },

    /**
     * Entries fail one by one; in a FIFO queue, where order would suffer, one bad entry fails the request.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
     */
    SendMessageBatch(input: SendMessageBatchRequest, call: Call): SendMessageBatchResult {
      const queue = queues.resolve(input.QueueUrl);
      const entries = checkBatch(input.Entries, 'SendMessageBatchRequestEntry');
      const sizes = entries.map(sizeOf);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (total > LONGEST_BATCH) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${LONGEST_BATCH} bytes. You have sent ${total} bytes.`,
        );
      }
      const check = (entry: Sent, index: number) => checkSent(queue, entry, sizes[index] ?? 0, index + 1);
      if (queue.isFifo) entries.forEach(check);
      const result = runBatch(entries, (entry, index) => {
        check(entry, index);
        const { MessageId, MD5OfMessageBody, ...others } = send(queue, entry, sizes[index] ?? 0, call);
        return { MessageId, MD5OfMessageBody, ...others };
      });
      bill(queue.arn, total);
      queue.store.arrived();
      return result;
    },
  };
}

/** @param place of an entry in its batch, from 1; absent for a message that is sent alone */
function checkSent(queue: Queue, sent: Sent, size: number, place?: number): void {
  const { MessageBody: body, DelaySeconds } = sent;
  if (!body) {
    throw missingParameter(place ? `SendMessageBatchRequestEntry.${place}.MessageBody` : 'MessageBody');
  }
  if (DelaySeconds !== undefined && !(DelaySeconds >= 0 && DelaySeconds <= LONGEST_DELAY_SECONDS)) {
    throw invalidValue(
      DelaySeconds,
      'DelaySeconds',
      `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`,
    );
  }
  checkId('MessageDeduplicationId', sent.MessageDeduplicationId);
  checkId('MessageGroupId', sent.MessageGroupId);
  if (queue.isFifo) checkFifo(queue, sent, place);
  // A standard queue takes group ids too: they make it a fair queue.
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
  else if (sent.MessageDeduplicationId !== undefined) {
    throw invalidValue(sent.MessageDeduplicationId, 'MessageDeduplicationId', WRONG_QUEUE_TYPE);
  }
  if (sent.MessageAttributes) checkMessageAttributes(sent.MessageAttributes);
  if (sent.MessageSystemAttributes) checkSystemAttributes(sent.MessageSystemAttributes);
  const { maximumMessageSize } = queue.settings;
  if (size > maximumMessageSize) {
    throw invalidParameterValue(
      `One or more parameters ${place ? 'cannot be validated' : 'are invalid'}. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
    );
  }
  if (hasInvalidCharacters(body)) throw new AwsError('InvalidMessageContents', INVALID_CHARACTERS);
}

function checkFifo({ settings }: Queue, sent: Sent, place: number | undefined): void {
  if (sent.MessageGroupId === undefined) {
    const missing = missingParameter('MessageGroupId');
    // AWS says the same in both cases, but for a batch with the code of a wrong value.
    throw place ? invalidParameterValue(missing.message) : missing;
  }
  if (sent.MessageDeduplicationId === undefined && !settings.contentBasedDeduplication) {
    throw invalidParameterValue(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (sent.DelaySeconds) throw invalidValue(sent.DelaySeconds, 'DelaySeconds', WRONG_QUEUE_TYPE);
}

function checkId(parameter: string, id: string | undefined): void {
  if (id === undefined || GROUP_OR_DEDUPLICATION_ID.test(id)) return;
  throw invalidValue(
    id,
    parameter,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

/** Without an id of its own, a message is known by its body; attributes do not count. */
function deduplicationId({ MessageDeduplicationId, MessageBody = '' }: Sent): string {
  return MessageDeduplicationId ?? hash('sha256', MessageBody);
}

/** Bytes of body and attributes; system attributes do not count. */
function sizeOf({ MessageBody, MessageAttributes }: Sent): number {
  return Buffer.byteLength(MessageBody ?? '') + (MessageAttributes ? sizeOfAttributes(MessageAttributes) : 0);
}

/** A copy: what a caller in this process does with its object later must not change the message. */
function presentAttributes(attributes: MessageAttributes | undefined): MessageAttributes | undefined {
  if (!attributes || Object.keys(attributes).length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      BinaryValue ? { BinaryValue: Uint8Array.from(BinaryValue), DataType } : { StringValue, DataType },
    ]),
  );
}
