import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const key = { name: 'orderId', type: AttributeType.STRING };
    const table = new TableV2(this, 'Orders', { partitionKey: key, removalPolicy: RemovalPolicy.DESTROY });
    const ledger = new TableV2(this, 'Ledger', {
      partitionKey: key,
      sortKey: { name: 'effectId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const dlq = new Queue(this, 'Dlq', { retentionPeriod: Duration.days(14), enforceSSL: true });
    const queue = new Queue(this, 'Source', {
      visibilityTimeout: Duration.seconds(65),
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
    });
    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.tableName },
      bundling: { minify: true, externalModules: [] },
    });
    table.grantWriteData(worker);
    ledger.grantWriteData(worker);
    worker.currentVersion.addAlias('live').addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(5),
        maxConcurrency: 50,
        reportBatchItemFailures: true,
      }),
    );
    new Alarm(this, 'Dead', {
      metric: dlq.metricApproximateNumberOfMessagesVisible(),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: dlq.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: worker.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
  }
}
