import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  ReceiveMessageRequest,
  ReceiveMessageResult,
} from '@aws-sdk/client-sqs';
import { MessageSystemAttributeName, QueueAttributeName } from '@aws-sdk/client-sqs';
import { notSupported } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import { checkBatch, runBatch } from './batch.ts';
import type { Billing } from './billing.ts';
import { invalidValue, missingParameter, overLimit, queueDoesNotExist, unknownAttribute } from './errors.ts';
import { type MessageView, type StoredMessage, toMessage } from './message.ts';
import { attributeSelector } from './message-attributes.ts';
import type { Queue, Queues } from './queues.ts';
import { decodeReceiptHandle, encodeReceiptHandle } from './receipt-handle.ts';

const MOST_MESSAGES = 10;
const LONGEST_WAIT_SECONDS = 20;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html */
const LONGEST_VISIBILITY_SECONDS = 43_200;

const SYSTEM_ATTRIBUTES = new Set<string>(Object.values(MessageSystemAttributeName));
const QUEUE_ATTRIBUTES = new Set<string>(Object.values(QueueAttributeName));
const NONE: ReadonlySet<string> = new Set();

export function createReceiveOperations(cloud: Cloud, queues: Queues, bill: Billing) {
  function changeVisibility(queue: Queue, handle: string | undefined, seconds: number | undefined): void {
    if (!handle) throw missingParameter('ReceiptHandle');
    if (seconds === undefined) throw missingParameter('VisibilityTimeout');
    if (!(seconds >= 0 && seconds <= LONGEST_VISIBILITY_SECONDS)) {
      throw invalidValue(
        seconds,
        'VisibilityTimeout',
        `VisibilityTimeout must be an integer between 0 and ${LONGEST_VISIBILITY_SECONDS}.`,
      );
    }
    const { messageId, receipt } = decodeReceiptHandle(queue.id, handle);
    const message = queue.store.find(messageId);
    if (!message) {
      throw invalidValue(
        handle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    // AWS accepts the handle of a receive that is over, and does nothing.
    if (message.state !== 'in-flight' || message.receipt !== receipt) return;
    const end = cloud.clock.now() + seconds * 1000;
    if (end - message.receivedAt > LONGEST_VISIBILITY_SECONDS * 1000) {
      throw invalidValue(
        seconds,
        'VisibilityTimeout',
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_SECONDS} seconds]`,
      );
    }
    queue.store.changeVisibility(message, seconds * 1000);
  }

  /**
   * Only the handle of the latest receive deletes: in a standard queue also after the visibility timeout, and an
   * older one succeeds idly; in a FIFO queue not after the timeout.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
   */
  function remove(queue: Queue, handle: string | undefined): void {
    if (!handle?.trim()) throw missingParameter('ReceiptHandle');
    const { messageId, receipt } = decodeReceiptHandle(queue.id, handle);
    const message = queue.store.find(messageId);
    if (!message) return;
    const isLatest = message.receipt === receipt;
    if (queue.isFifo && !(isLatest && message.state === 'in-flight')) {
      throw invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');
    }
    if (isLatest) queue.store.remove(message);
  }

  return {
    /**
     * Waits up to `WaitTimeSeconds` for the first message. A caller that has gone away takes nothing.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
     */
    ReceiveMessage(
      input: ReceiveMessageRequest,
      call: Call,
    ): ReceiveMessageResult | Promise<ReceiveMessageResult> {
      const queue = queues.resolve(input.QueueUrl);
      checkReceive(input, queue.isFifo);
      const view: MessageView = {
        systemAttributes: systemAttributeSelector(input),
        attributes: attributeSelector(input.MessageAttributeNames),
      };
      const { visibilityMs, waitMs } = queue.settings;
      const options = {
        max: input.MaxNumberOfMessages ?? 1,
        visibilityMs: input.VisibilityTimeout === undefined ? visibilityMs : input.VisibilityTimeout * 1000,
      };
      const wait = input.WaitTimeSeconds === undefined ? waitMs : input.WaitTimeSeconds * 1000;
      const answer = (messages: readonly StoredMessage[]): ReceiveMessageResult => {
        bill(
          queue.arn,
          messages.reduce((sum, { content }) => sum + content.size, 0),
        );
        return messages.length === 0
          ? {}
          : { Messages: messages.map((message) => show(queue, message, view)) };
      };
      if (call.signal.aborted) return {};
      const messages = queue.store.receive(options);
      if (messages.length > 0) return answer(messages);
      if (wait > 0) return poll(queue, options, wait, call).then(answer);
      if (queue.store.isFull()) throw overLimit('The maximum number of in flight messages is reached.');
      return answer([]);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
    DeleteMessage(input: DeleteMessageRequest): void {
      const queue = queues.resolve(input.QueueUrl);
      remove(queue, input.ReceiptHandle);
      bill(queue.arn);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
    DeleteMessageBatch(input: DeleteMessageBatchRequest): DeleteMessageBatchResult {
      const queue = queues.resolve(input.QueueUrl);
      const entries = checkBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
      const result = runBatch(entries, ({ ReceiptHandle }) => remove(queue, ReceiptHandle));
      bill(queue.arn);
      return result;
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
    ChangeMessageVisibility(input: ChangeMessageVisibilityRequest): void {
      const queue = queues.resolve(input.QueueUrl);
      changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout);
      bill(queue.arn);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
    ChangeMessageVisibilityBatch(
      input: ChangeMessageVisibilityBatchRequest,
    ): ChangeMessageVisibilityBatchResult {
      const queue = queues.resolve(input.QueueUrl);
      const entries = checkBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry');
      const result = runBatch(entries, ({ ReceiptHandle, VisibilityTimeout }) =>
        changeVisibility(queue, ReceiptHandle, VisibilityTimeout),
      );
      bill(queue.arn);
      return result;
    },
  };

  async function poll(
    queue: Queue,
    options: { max: number; visibilityMs: number },
    waitMs: number,
    call: Call,
  ) {
    const messages = await queue.store.poll(options, waitMs, call);
    if (queues.find(queue.name) !== queue) throw queueDoesNotExist();
    return messages;
  }
}

function show(queue: Queue, message: StoredMessage, view: MessageView) {
  const { content, receipt } = message;
  return toMessage(message, encodeReceiptHandle(queue.id, { messageId: content.id, receipt }), view);
}

function checkReceive(input: ReceiveMessageRequest, isFifo: boolean): void {
  const {
    MaxNumberOfMessages: max = 1,
    WaitTimeSeconds: wait = 0,
    VisibilityTimeout: visibility = 0,
  } = input;
  if (!(max >= 1 && max <= MOST_MESSAGES)) {
    throw invalidValue(max, 'MaxNumberOfMessages', `Must be between 1 and ${MOST_MESSAGES}, if provided.`);
  }
  if (!(wait >= 0 && wait <= LONGEST_WAIT_SECONDS)) {
    throw invalidValue(wait, 'WaitTimeSeconds', `Must be >= 0 and <= ${LONGEST_WAIT_SECONDS}, if provided.`);
  }
  if (!(visibility >= 0 && visibility <= LONGEST_VISIBILITY_SECONDS)) {
    throw invalidValue(
      visibility,
      'VisibilityTimeout',
      `Must be >= 0 and <= ${LONGEST_VISIBILITY_SECONDS}, if provided.`,
    );
  }
  if (input.ReceiveRequestAttemptId !== undefined) {
    if (isFifo) throw notSupported('ReceiveMessage with ReceiveRequestAttemptId');
    throw invalidValue(
      input.ReceiveRequestAttemptId,
      'ReceiveRequestAttemptId',
      'The request include parameter that is not valid for this queue type.',
    );
  }
}

/** `AttributeNames` is the older member for the same thing; its type lists the attributes of queues, which mean nothing here. */
function systemAttributeSelector(input: ReceiveMessageRequest): MessageView['systemAttributes'] {
  const { AttributeNames = [], MessageSystemAttributeNames = [] } = input;
  if (AttributeNames.length === 0 && MessageSystemAttributeNames.length === 0) return NONE;
  const wanted = new Set<string>([...AttributeNames, ...MessageSystemAttributeNames]);
  for (const name of wanted) {
    if (!SYSTEM_ATTRIBUTES.has(name) && !QUEUE_ATTRIBUTES.has(name)) throw unknownAttribute(name);
  }
  return wanted.has('All') ? 'all' : wanted;
}
