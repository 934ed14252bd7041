import type { Message, ReceiveMessageRequest, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CloudOptions } from '../../cloud.ts';
import type { Call } from '../../service.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createSqs } from './index.ts';

/** An account with SQS alone, and the calls that tests make again and again. */
export function testSqs(options: CloudOptions = {}) {
  const cloud = testCloud({ endpoint: () => 'http://127.0.0.1:4566', ...options });
  const { operations, ...service } = createSqs(cloud);
  const call = (overrides: Partial<Call> = {}) => testCall(cloud, overrides);
  return {
    cloud,
    service,
    operations,
    call,
    async createQueue(name = 'orders', attributes: Record<string, string> = {}): Promise<string> {
      const { QueueUrl } = await operations.CreateQueue({ QueueName: name, Attributes: attributes }, call());
      return QueueUrl ?? '';
    },
    /** A source queue and its dead-letter queue. */
    async createRedrive(maxReceiveCount: number, attributes: Record<string, string> = {}) {
      const deadLetters = await this.createQueue('dead-letters');
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: this.arn('dead-letters'),
        maxReceiveCount,
      });
      const source = await this.createQueue('orders', {
        VisibilityTimeout: '30',
        ...attributes,
        RedrivePolicy,
      });
      return { source, deadLetters };
    },
    arn: (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`,
    async send(
      QueueUrl: string,
      MessageBody = 'hello',
      others: Partial<SendMessageRequest> = {},
    ): Promise<string> {
      const { MessageId } = await operations.SendMessage({ QueueUrl, MessageBody, ...others }, call());
      return MessageId ?? '';
    },
    async receive(
      QueueUrl: string,
      others: Partial<ReceiveMessageRequest> = {},
      overrides: Partial<Call> = {},
    ): Promise<Message[]> {
      const { Messages = [] } = await operations.ReceiveMessage({ QueueUrl, ...others }, call(overrides));
      return Messages;
    },
    /** The only message that a receive gets. */
    async receiveOne(QueueUrl: string, others: Partial<ReceiveMessageRequest> = {}): Promise<Message> {
      const [message, ...rest] = await this.receive(QueueUrl, { MaxNumberOfMessages: 10, ...others });
      if (!message || rest.length > 0)
        throw new Error(`Expected one message, got ${message ? 'more' : 'none'}.`);
      return message;
    },
    /** Visible, in flight, delayed. */
    async counts(QueueUrl: string): Promise<number[]> {
      const { Attributes = {} } = await operations.GetQueueAttributes(
        { QueueUrl, AttributeNames: ['All'] },
        call(),
      );
      return [
        Number(Attributes.ApproximateNumberOfMessages),
        Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        Number(Attributes.ApproximateNumberOfMessagesDelayed),
      ];
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

/** Runs an operation as a promise, so that a test can expect it to be refused however it refuses. */
export async function attempt<T>(operation: () => T | Promise<T>): Promise<T> {
  return operation();
}

/** What a promise settles to within a few turns of the event loop: waiting longer, for a timer say, is a failure. */
export async function atOnce<T>(promise: Promise<T>): Promise<T> {
  const tooLate = (async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    throw new Error('It is still waiting.');
  })();
  return Promise.race([promise, tooLate]);
}
