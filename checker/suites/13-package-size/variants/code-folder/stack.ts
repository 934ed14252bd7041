import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const receiver = new LambdaFunction(this, 'Receiver', {
      code: Code.fromAsset(join(import.meta.dirname, 'code'), { exclude: ['*.d.mts'] }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      environment: { TABLE_NAME: table.tableName },
    });
    table.grantReadWriteData(receiver);
    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
  }
}
