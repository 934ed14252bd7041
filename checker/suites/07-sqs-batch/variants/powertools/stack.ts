import * as path from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export class LabStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const ordersTable = new dynamodb.Table(this, 'OrdersTable', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const ledgerTable = new dynamodb.Table(this, 'LedgerTable', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'effectId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });

    const dlq = new sqs.Queue(this, 'OrdersDlq', { retentionPeriod: cdk.Duration.days(14) });
    const ordersQueue = new sqs.Queue(this, 'OrdersQueue', {
      visibilityTimeout: cdk.Duration.minutes(5),
      deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
    });

    const fn = new nodejs.NodejsFunction(this, 'OrdersWorker', {
      entry: path.join(import.meta.dirname, 'worker.ts'),
      handler: 'handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: cdk.Duration.seconds(30),
      // As much as the mapping may use: none of it can be taken by another function.
      reservedConcurrentExecutions: 50,
      bundling: { minify: true, sourceMap: true },
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        TABLE_NAME: ordersTable.tableName,
        LEDGER_TABLE: ledgerTable.tableName,
      },
      events: [
        new SqsEventSource(ordersQueue, {
          batchSize: 10,
          maxBatchingWindow: cdk.Duration.seconds(5),
          maxConcurrency: 50,
          reportBatchItemFailures: true,
        }),
      ],
    });
    ordersTable.grantWriteData(fn);
    ledgerTable.grantWriteData(fn);

    new cdk.CfnOutput(this, 'QueueUrl', { value: ordersQueue.queueUrl });
    new cdk.CfnOutput(this, 'DeadLetterQueueUrl', { value: dlq.queueUrl });
    new cdk.CfnOutput(this, 'TableName', { value: ordersTable.tableName });
    new cdk.CfnOutput(this, 'FunctionName', { value: fn.functionName });
    new cdk.CfnOutput(this, 'LedgerTableName', { value: ledgerTable.tableName });
  }
}
