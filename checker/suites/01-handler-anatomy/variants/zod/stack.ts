import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** A global table, which is on-demand by default, and the SDK inside the bundle. */
export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new TableV2(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { minify: true, bundleAwsSDK: true },
      environment: { TABLE_NAME: table.tableName },
    });
    table.grantReadWriteData(receiver);
    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
