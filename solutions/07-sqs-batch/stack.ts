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

/** Twice what a slow batch needs: 2 attempts at the ledger and 3 at the table, 3 s each. */
const timeout = Duration.seconds(30);

/** How long Lambda may collect a batch before it calls the function. */
const batchingWindow = Duration.seconds(5);

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ledger = new Table(this, 'Ledger', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      sortKey: { name: 'effectId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const deadLetters = new Queue(this, 'DeadLetters', {
      // The longest that SQS allows. A message keeps its age when it moves here: the source's 4 days count too.
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      // Six timeouts leave Lambda time to retry a throttled batch; messages also wait while a batch is collected.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + batchingWindow.toSeconds()),
      // Throttled deliveries count as receives: with fewer than 5, good messages end in the dead-letter queue.
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });

    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_24_X,
      // CPU comes with memory: with the default of 128 MB the first batch waits long for the SDK to load.
      memorySize: 512,
      timeout,
      // No reserved concurrency: below the mapping's maximum it would throttle, and throttled messages count up.
      environment: { TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.tableName },
      bundling: { format: OutputFormat.ESM },
      logGroup: new LogGroup(this, 'WorkerLogs', {
        // As long as the dead letters that these lines explain.
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    table.grant(worker, 'dynamodb:PutItem');
    ledger.grant(worker, 'dynamodb:PutItem');

    // Also grants the function what a consumer of the queue needs: receive, delete, read the attributes.
    worker.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: batchingWindow,
        // What does not fit stays in the queue, at no cost in receives.
        maxConcurrency: 50,
        // Without it Lambda ignores the handler's answer and deletes the whole batch.
        reportBatchItemFailures: true,
      }),
    );

    // One message here is one order that nobody has processed. Add an action: the topic that reaches your team.
    new Alarm(this, 'DeadLettersAlarm', {
      alarmDescription: 'Orders wait in the dead-letter queue: find out why, then redrive them.',
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

    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: worker.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
  }
}
