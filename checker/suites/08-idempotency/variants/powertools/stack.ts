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

    const idempotencyTable = new dynamodb.Table(this, 'IdempotencyTable', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // The name that Powertools writes.
      timeToLiveAttribute: 'expiration',
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const ledgerTable = new dynamodb.Table(this, 'LedgerTable', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'effectId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const controlTable = new dynamodb.Table(this, 'ControlTable', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });

    const dlq = new sqs.Queue(this, 'OrdersDlq', { retentionPeriod: cdk.Duration.days(14) });
    const ordersQueue = new sqs.Queue(this, 'OrdersQueue', {
      visibilityTimeout: cdk.Duration.minutes(5),
      deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
    });

    const fn = new nodejs.NodejsFunction(this, 'Charger', {
      entry: path.join(import.meta.dirname, 'handler.ts'),
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: cdk.Duration.seconds(30),
      bundling: { minify: true, sourceMap: true },
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        IDEMPOTENCY_TABLE: idempotencyTable.tableName,
        LEDGER_TABLE: ledgerTable.tableName,
        CONTROL_TABLE: controlTable.tableName,
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
    idempotencyTable.grantReadWriteData(fn);
    ledgerTable.grantWriteData(fn);
    controlTable.grantReadWriteData(fn);

    new cdk.CfnOutput(this, 'FunctionName', { value: fn.functionName });
    new cdk.CfnOutput(this, 'QueueUrl', { value: ordersQueue.queueUrl });
    new cdk.CfnOutput(this, 'DeadLetterQueueUrl', { value: dlq.queueUrl });
    new cdk.CfnOutput(this, 'IdempotencyTableName', { value: idempotencyTable.tableName });
    new cdk.CfnOutput(this, 'LedgerTableName', { value: ledgerTable.tableName });
    new cdk.CfnOutput(this, 'ControlTableName', { value: controlTable.tableName });
  }
}
