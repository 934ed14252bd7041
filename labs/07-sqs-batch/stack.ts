import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

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

    // TODO 4: A message that failed 5 times ends here and stays for 14 days. Who hears of it? An alarm is up to you.
    const deadLetters = new Queue(this, 'DeadLetters');

    // TODO 5: A message must stay invisible for as long as the function and its retries may need.
    const queue = new Queue(this, 'Queue');

    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_24_X,
      memorySize: 512,
      timeout: Duration.seconds(30),
      environment: { TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.tableName },
      bundling: { format: OutputFormat.ESM },
      logGroup: new LogGroup(this, 'WorkerLogs', {
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    table.grant(worker, 'dynamodb:PutItem');
    ledger.grant(worker, 'dynamodb:PutItem');

    // TODO 6: Batches of 10, 5 s to collect one, 50 at a time, and the handler's answer counts message by message.
    worker.addEventSource(new SqsEventSource(queue));

    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: worker.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
  }
}
