import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as eventSources from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

const timeoutSeconds = 15;
const windowSeconds = 5;

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const key = { name: 'orderId', type: dynamodb.AttributeType.STRING };
    const orders = new dynamodb.TableV2(this, 'OrdersTable', {
      partitionKey: key,
      billing: dynamodb.Billing.onDemand(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ledger = new dynamodb.Table(this, 'LedgerTable', {
      partitionKey: key,
      sortKey: { name: 'effectId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const deadLetterQueue = new sqs.Queue(this, 'Dead', { retentionPeriod: Duration.days(14) });
    const queue = new sqs.Queue(this, 'Orders', {
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds + windowSeconds),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
    });

    const worker = new NodejsFunction(this, 'OrderWorker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(timeoutSeconds),
      reservedConcurrentExecutions: 60,
      bundling: { format: OutputFormat.ESM, minify: true, sourceMap: true },
    });
    worker.addEnvironment('TABLE_NAME', orders.tableName).addEnvironment('LEDGER_TABLE', ledger.tableName);
    orders.grantWriteData(worker);
    ledger.grantWriteData(worker);
    worker.addEventSource(
      new eventSources.SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(windowSeconds),
        maxConcurrency: 50,
        reportBatchItemFailures: true,
      }),
    );

    const outputs = {
      QueueUrl: queue.queueUrl,
      DeadLetterQueueUrl: deadLetterQueue.queueUrl,
      TableName: orders.tableName,
      FunctionName: worker.functionName,
      LedgerTableName: ledger.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
