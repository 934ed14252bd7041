import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      // Nothing to pay while no order comes; the default reserves 5 reads and 5 writes a second.
      billingMode: BillingMode.PAY_PER_REQUEST,
      // A sandbox: the default would leave the table, and its cost, behind.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      // CPU comes with memory: with the default of 128 MB the first request waits long for the SDK to load.
      memorySize: 512,
      // Three attempts of 2 s at the table and the pauses between them. The default is 3 s.
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName },
      bundling: { format: OutputFormat.ESM },
      logGroup: new LogGroup(this, 'ReceiverLogs', {
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    table.grant(receiver, 'dynamodb:PutItem');

    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
