import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** A role of its own, shared by nothing. */
export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const orders = new TableV2(this, 'OrdersTable', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'ReceiverRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
    });
    orders.grant(role, 'dynamodb:PutItem');
    const receiver = new NodejsFunction(this, 'OrderReceiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      role,
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(15),
      bundling: { format: OutputFormat.ESM, sourceMap: true },
      environment: { TABLE_NAME: orders.tableName, NODE_OPTIONS: '--enable-source-maps' },
    });
    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
    new CfnOutput(this, 'TableName', { value: orders.tableName });
  }
}
