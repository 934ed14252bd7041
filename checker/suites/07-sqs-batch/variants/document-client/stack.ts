import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

const timeout = Duration.minutes(1);

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // A `TableV2` is on demand unless it says otherwise.
    const orders = new TableV2(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ledger = new TableV2(this, 'Ledger', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      sortKey: { name: 'effectId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const dead = new Queue(this, 'Dead', { retentionPeriod: Duration.days(14) });
    const incoming = new Queue(this, 'Incoming', {
      visibilityTimeout: Duration.seconds(365),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });

    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_24_X,
      timeout,
      memorySize: 256,
      environment: { TABLE_NAME: orders.tableName, LEDGER_TABLE: ledger.tableName },
    });
    orders.grant(worker, 'dynamodb:UpdateItem');
    ledger.grant(worker, 'dynamodb:PutItem');

    const mayConsume = incoming.grantConsumeMessages(worker);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: incoming.queueArn,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(5),
      maxConcurrency: 50,
      reportBatchItemFailures: true,
    });
    // AWS refuses a mapping whose function may not receive yet.
    mayConsume.applyBefore(mapping);

    for (const [name, value] of Object.entries({
      QueueUrl: incoming.queueUrl,
      DeadLetterQueueUrl: dead.queueUrl,
      TableName: orders.tableName,
      FunctionName: worker.functionName,
      LedgerTableName: ledger.tableName,
    })) {
      new CfnOutput(this, name, { value });
    }
  }
}
