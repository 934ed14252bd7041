import type { InvocationRequest } from '@aws-sdk/client-lambda';
import type { Message } from '@aws-sdk/client-sqs';
import { testLambda } from '../testing.ts';

/** Fails as often as the event says, then returns what it was given. */
const HANDLER = `
  let runs = 0;
  export const handler = async (event, context) => {
    if (++runs <= (event.failures ?? 0)) throw new Error(event.message ?? 'Out of stock');
    return { orderId: event.orderId };
  }`;

type Options = Parameters<typeof testLambda>[0];

/** An account in warp time with the function `orders`, and queues for what comes of its asynchronous invocations. */
export async function testAsync(options: Options = {}) {
  const lambda = testLambda({ clock: 'warp', ...options });
  const { sqs, cloud } = lambda;
  await lambda.create(HANDLER, { FunctionName: 'orders' });

  const noted = (...what: string[]) =>
    lambda.journal('async-event').filter((entry) => what.includes(entry.what));

  return {
    ...lambda,
    arn: (resource: string) => `arn:aws:lambda:us-east-1:123456789012:function:${resource}`,
    /** Makes a queue and gives its ARN. */
    async queue(QueueName: string): Promise<string> {
      await sqs.CreateQueue({ QueueName }, lambda.call());
      return `arn:aws:sqs:us-east-1:123456789012:${QueueName}`;
    },
    /** Invokes asynchronously and gives the request's id. */
    async send(event: unknown, input: Partial<InvocationRequest> = {}): Promise<string> {
      const call = lambda.call();
      const Payload = Buffer.from(JSON.stringify(event)) as Uint8Array as InvocationRequest['Payload'];
      await lambda.lambda.Invoke(
        { FunctionName: 'orders', InvocationType: 'Event', Payload, ...input },
        call,
      );
      return call.requestId;
    },
    /**
     * Lets so many seconds of cloud time pass, and what they bring. By default enough for a process to start on a busy
     * machine, and too little for a second attempt.
     */
    wait: (seconds = 30): Promise<void> => cloud.clock.advance(seconds * 1000),
    /** The messages in a queue. */
    async messages(queueArn: string): Promise<Message[]> {
      const { Messages = [] } = await sqs.ReceiveMessage(
        {
          QueueUrl: `https://sqs/123456789012/${queueArn.slice(queueArn.lastIndexOf(':') + 1)}`,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        },
        lambda.call(),
      );
      return Messages;
    },
    /** The records in a queue. */
    async records(queueArn: string) {
      return (await this.messages(queueArn)).map(({ Body = '' }) => JSON.parse(Body) as unknown);
    },
    /** How often the function was to run. */
    attempts: (): number => noted('attempt').length,
    /** How long events waited for each further attempt, in whole seconds. */
    waits(): number[] {
      const attempts = noted('attempt');
      return lambda.journal('retry').map(({ seq, at }) => {
        const next = attempts.find((attempt) => attempt.seq > seq);
        // Real time passes as well, between the decision and its entry.
        return Math.round(((next?.at ?? Number.NaN) - at) / 1000);
      });
    },
    /** What the journal says of asynchronous events. */
    notes: noted,
    [Symbol.asyncDispose]: () => lambda[Symbol.asyncDispose](),
  };
}
