import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnEventSourceMapping, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const removalPolicy = RemovalPolicy.DESTROY;
    const billing = Billing.onDemand();
    const S = AttributeType.STRING;
    const idempotency = new TableV2(this, 'Seen', {
      removalPolicy,
      billing,
      partitionKey: { name: 'id', type: S },
      timeToLiveAttribute: 'expiry',
    });
    const ledger = new TableV2(this, 'Ledger', {
      removalPolicy,
      billing,
      partitionKey: { name: 'orderId', type: S },
      sortKey: { name: 'effectId', type: S },
    });
    const control = new TableV2(this, 'Control', {
      removalPolicy,
      billing,
      partitionKey: { name: 'id', type: S },
    });
    const dlq = new CfnQueue(this, 'Dead', { messageRetentionPeriod: 1_209_600 });
    const queue = new CfnQueue(this, 'Orders', {
      visibilityTimeout: 125,
      redrivePolicy: { deadLetterTargetArn: dlq.attrArn, maxReceiveCount: 5 },
    });
    const fn = new NodejsFunction(this, 'Charge', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(20),
      memorySize: 1024,
      environment: {
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LEDGER_TABLE: ledger.tableName,
        CONTROL_TABLE: control.tableName,
      },
      initialPolicy: [
        new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [idempotency.tableArn] }),
        new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [ledger.tableArn] }),
        new PolicyStatement({
          actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          resources: [control.tableArn],
        }),
        new PolicyStatement({
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          resources: [queue.attrArn],
        }),
      ],
    });
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      functionName: fn.functionName,
      eventSourceArn: queue.attrArn,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: 50 },
    });
    mapping.node.addDependency(fn);
    const outputs = {
      FunctionName: fn.functionName,
      QueueUrl: queue.ref,
      DeadLetterQueueUrl: dlq.ref,
      IdempotencyTableName: idempotency.tableName,
      LedgerTableName: ledger.tableName,
      ControlTableName: control.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
