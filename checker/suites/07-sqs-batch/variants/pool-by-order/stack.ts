import { join } from 'node:path';
import { ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, CfnTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ledger = new CfnTable(this, 'Ledger', {
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: [
        { attributeName: 'orderId', attributeType: 'S' },
        { attributeName: 'effectId', attributeType: 'S' },
      ],
      keySchema: [
        { attributeName: 'orderId', keyType: 'HASH' },
        { attributeName: 'effectId', keyType: 'RANGE' },
      ],
    });
    const dlq = new Queue(this, 'Dlq', {
      retentionPeriod: Duration.seconds(1_209_600),
      encryption: QueueEncryption.SQS_MANAGED,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const timeout = Duration.minutes(1);
    const queue = new Queue(this, 'Source', {
      visibilityTimeout: Duration.hours(1),
      retentionPeriod: Duration.days(7),
      deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
    });
    const role = new Role(this, 'WorkerRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaSQSQueueExecutionRole'),
      ],
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [
          this.formatArn({
            service: 'dynamodb',
            resource: 'table',
            resourceName: table.tableName,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        ],
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:Put*'], resources: [ledger.attrArn] }));
    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_24_X,
      role,
      timeout,
      memorySize: 256,
      reservedConcurrentExecutions: 50,
      environment: { TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.ref },
      bundling: { format: OutputFormat.ESM, mainFields: ['module', 'main'] },
    });
    new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(5),
      maxConcurrency: 50,
      reportBatchItemFailures: true,
      enabled: true,
    });
    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: dlq.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: worker.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.ref });
  }
}
