import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
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
      partitionKey: { name: 'id', type: AttributeType.STRING },
      // Tidies up, no more: an expired record can still be there for days, so the code looks at the time itself.
      timeToLiveAttribute: 'expiresAt',
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

    const deadLetters = new Queue(this, 'DeadLetters', {
      // Longer than a record lives: a redrive on day 3 finds none, and relies on the key that payments got.
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      // Also longer than a lease, which ends with its invocation: the retry after a crash finds the way free.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + batchingWindow.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });

    const handler = new NodejsFunction(this, 'Handler', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
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
    // No read: a write that is refused brings the record along.
    records.grant(handler, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
    ledger.grant(handler, 'dynamodb:PutItem');
    control.grant(handler, 'dynamodb:GetItem', 'dynamodb:UpdateItem');

    handler.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: batchingWindow,
        maxConcurrency: 50,
        reportBatchItemFailures: true,
      }),
    );

    // A conflict, or an order that nobody could charge. Add an action: the topic that reaches your team.
    new Alarm(this, 'DeadLettersAlarm', {
      alarmDescription: 'Orders were not charged: find out why, then redrive them.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // SQS reports no metric for a queue that was idle for 6 hours.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

    new CfnOutput(this, 'FunctionName', { value: handler.functionName });
    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
    new CfnOutput(this, 'IdempotencyTableName', { value: records.tableName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
    new CfnOutput(this, 'ControlTableName', { value: control.tableName });
  }
}
