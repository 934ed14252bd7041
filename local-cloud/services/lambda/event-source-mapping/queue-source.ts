import type { Message } from '@aws-sdk/client-sqs';
import { AwsError, notSupported } from '../../../errors.ts';
import { rolePrincipal } from '../../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../../service.ts';
import type { SqsOperations } from '../../sqs/index.ts';
import { invalidParameter } from './errors.ts';

/** A queue as a mapping names it. */
export interface QueueSource {
  readonly arn: string;
  readonly queueUrl: string;
  readonly isFifo: boolean;
}

/** A queue as a mapping reads it: with the permissions of the function's role, in the background. */
export interface MappedQueue {
  readonly arn: string;
  readonly isFifo: boolean;
  /**
   * Waits for the first message as long as SQS lets a receive wait.
   * @param hiddenMs for how long messages are hidden; absent: as long as the queue says
   * @param signal ends the wait; nothing is taken after it
   */
  receive(most: number, hiddenMs: number | undefined, signal: AbortSignal): Promise<Message[]>;
  /** Deletes messages, ten at a time, and tells how many are deleted. */
  remove(messages: readonly Message[]): Promise<number>;
  /** The queue's visibility timeout. */
  visibilitySeconds(): Promise<number>;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_POLL_SECONDS = 20;
const MOST_PER_CALL = 10;

const QUEUE_ARN = /^arn:aws[\w-]*:sqs:([a-z0-9-]+):(\d{12}):([\w-]+(?:\.fifo)?)$/;

/**
 * Reads a queue's ARN.
 * @throws AwsError InvalidParameterValueException when it is none; UnsupportedOperation for other kinds of sources
 * and queues elsewhere
 */
export function parseQueueSource(cloud: Cloud, arn: string | undefined): QueueSource {
  const [, region, accountId, name] = QUEUE_ARN.exec(arn ?? '') ?? [];
  if (!arn || !name) {
    if (/^arn:aws[\w-]*:(dynamodb|kinesis|kafka|mq|rds):/.test(arn ?? '')) {
      throw notSupported(`An event source other than an SQS queue (${arn})`);
    }
    throw invalidParameter('Unrecognized event source.');
  }
  if (region !== cloud.region || accountId !== cloud.accountId) {
    throw notSupported('An event source in another account or region');
  }
  const queueUrl = `${cloud.endpoint()}/${accountId}/${name}`;
  return { arn, queueUrl, isFifo: name.endsWith('.fifo') };
}

/** @param reader whose role and name the calls carry; looked up anew for each call, since the role may change */
export function mappedQueue(
  cloud: Cloud,
  sqs: Guarded<SqsOperations>,
  { arn, queueUrl: QueueUrl, isFifo }: QueueSource,
  reader: () => { name: string; roleArn: string },
): MappedQueue {
  const neverAborted = new AbortController().signal;
  const call = (signal = neverAborted): Call => {
    const { name, roleArn } = reader();
    return {
      principal: rolePrincipal(cloud, roleArn, name),
      requestId: cloud.uuid(),
      signal,
      background: true,
    };
  };
  return {
    arn,
    isFifo,
    async receive(most, hiddenMs, signal) {
      const { Messages = [] } = await sqs.ReceiveMessage(
        {
          QueueUrl,
          MaxNumberOfMessages: Math.min(most, MOST_PER_CALL),
          WaitTimeSeconds: LONGEST_POLL_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
          ...(hiddenMs !== undefined && { VisibilityTimeout: hiddenMs / 1000 }),
        },
        call(signal),
      );
      return Messages;
    },
    async remove(messages) {
      let removed = 0;
      for (let first = 0; first < messages.length; first += MOST_PER_CALL) {
        const Entries = messages
          .slice(first, first + MOST_PER_CALL)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        const { Successful = [] } = await sqs.DeleteMessageBatch({ QueueUrl, Entries }, call());
        removed += Successful.length;
      }
      return removed;
    },
    async visibilitySeconds() {
      const { Attributes } = await sqs.GetQueueAttributes(
        { QueueUrl, AttributeNames: ['VisibilityTimeout'] },
        call(),
      );
      return Number(Attributes?.VisibilityTimeout);
    },
  };
}

/**
 * Checks what Lambda checks before it makes or changes a mapping: the function's role may read and delete, the queue
 * is there, and it hides messages at least as long as the function may run.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * @throws AwsError InvalidParameterValueException in Lambda's words
 */
export async function checkQueueSource(
  queue: MappedQueue,
  isAllowed: (roleArn: string, action: string, resource: string) => boolean,
  target: { roleArn: string; timeoutSeconds: number },
): Promise<void> {
  for (const operation of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (isAllowed(target.roleArn, `sqs:${operation}`, queue.arn)) continue;
    throw invalidParameter(
      `The function execution role does not have permissions to call ${operation} on SQS`,
    );
  }
  const visibilitySeconds = await queue.visibilitySeconds().catch((error: unknown) => {
    if (!(error instanceof AwsError) || error.name !== 'QueueDoesNotExist') throw error;
    throw invalidParameter(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${error.message}`,
    );
  });
  if (visibilitySeconds < target.timeoutSeconds) {
    throw invalidParameter(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`,
    );
  }
}
