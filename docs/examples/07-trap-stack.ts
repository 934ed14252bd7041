// Wrong on purpose: tests/site/traps.test.ts shows what is missing.
import { Stack } from 'aws-cdk-lib';
import { Code, EventSourceMapping, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export class TrapStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const worker = new LambdaFunction(this, 'Worker', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });
    // region mapping
    // No redrive policy, and a visibility timeout of 30 s.
    const queue = new Queue(this, 'Queue');
    // Nobody allows the function to read the queue.
    new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    // endregion
  }
}
