import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { OrderWorker } from './order-worker.ts';

/** The queue of orders, its dead-letter queue, and the mapping that feeds the worker. */
export class OrderQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { worker }: { worker: OrderWorker }) {
    super(scope, id);
    const window = Duration.seconds(5);
    this.deadLetters = new Queue(this, 'DeadLetters', { retentionPeriod: Duration.days(14) });
    const deadLetterQueue: DeadLetterQueue = { queue: this.deadLetters, maxReceiveCount: 5 };
    this.queue = new Queue(this, 'Orders', {
      visibilityTimeout: worker.timeout.plus(Duration.minutes(10)),
      retentionPeriod: Duration.days(10),
      deadLetterQueue,
    });
    worker.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        maxBatchingWindow: window,
        maxConcurrency: 50,
        reportBatchItemFailures: true,
      }),
    );
  }
}
