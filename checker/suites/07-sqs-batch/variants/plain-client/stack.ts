import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Every permission is written out, in a role of the stack's own. */
export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const onDemand = {
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    const orderId = { name: 'orderId', type: dynamodb.AttributeType.STRING };
    const effectId = { name: 'effectId', type: dynamodb.AttributeType.STRING };
    const table = new dynamodb.Table(this, 'Table', { partitionKey: orderId, ...onDemand });
    const ledger = new dynamodb.Table(this, 'LedgerTable', {
      partitionKey: orderId,
      sortKey: effectId,
      ...onDemand,
    });

    const deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', {
      retentionPeriod: Duration.seconds(1_209_600),
    });
    const queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(125),
      retentionPeriod: Duration.days(7),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
    });

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const policy = new iam.Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          resources: [queue.queueArn],
        }),
        new iam.PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [table.tableArn, ledger.tableArn],
        }),
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
      ],
    });

    const fn = new NodejsFunction(this, 'Function', {
      entry: fileURLToPath(new URL('./worker.ts', import.meta.url)),
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(20),
      role,
      logGroup,
      environment: { TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.tableName },
      bundling: { format: OutputFormat.CJS, target: 'es2022' },
    });
    const mapping = fn.addEventSourceMapping('Orders', {
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(5),
      maxConcurrency: 50,
      reportBatchItemFailures: true,
    });
    mapping.node.addDependency(policy);

    new CfnOutput(this, 'QueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: fn.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.tableName });
  }
}
