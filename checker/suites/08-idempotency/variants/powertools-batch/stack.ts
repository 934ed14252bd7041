import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A delivery makes some ten calls of at most 3 s, and seldom a slow one; the rest is room. */
const timeout = Duration.seconds(30);

/** How long Lambda may collect a batch before it calls the function. */
const batchingWindow = Duration.seconds(5);

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = { billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY };
    const records = new Table(this, 'Idempotency', {
      ...table,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiration',
    });
    const ledger = new Table(this, 'Ledger', {
      ...table,
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      sortKey: { name: 'effectId', type: AttributeType.STRING },
    });
    const control = new Table(this, 'Control', {
      ...table,
      partitionKey: { name: 'id', type: AttributeType.STRING },
    });

    // The queue is the one of lab 07.
    const deadLetters = new Queue(this, 'DeadLetters', {
      retentionPeriod: Duration.days(14),
      queueName: `${this.stackName}-dead`,
      enforceSSL: true,
      redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
    });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS_MANAGED,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + batchingWindow.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });

    const handler = new NodejsFunction(this, 'Handler', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout,
      environment: {
        IDEMPOTENCY_TABLE: records.tableName,
        LEDGER_TABLE: ledger.tableName,
        CONTROL_TABLE: control.tableName,
      },
      bundling: { format: OutputFormat.ESM },
      logGroup: new LogGroup(this, 'HandlerLogs', {
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    records.grant(
      handler,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    ledger.grant(handler, 'dynamodb:PutItem');
    control.grant(handler, 'dynamodb:GetItem', 'dynamodb:UpdateItem');

    queue.grantConsumeMessages(handler);
    const live = handler.addAlias('live');
    live.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: batchingWindow,
        maxConcurrency: 50,
        reportBatchItemFailures: true,
      }),
    );

    new CfnOutput(this, 'FunctionName', { value: handler.functionName });
    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
    new CfnOutput(this, 'IdempotencyTableName', { value: records.tableName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
    new CfnOutput(this, 'ControlTableName', { value: control.tableName });
  }
}
