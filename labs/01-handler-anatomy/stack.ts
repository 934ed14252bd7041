import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // TODO 6: Pay by request, and leave nothing behind when the stack is deleted.
    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
    });

    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      environment: { TABLE_NAME: table.tableName },
      bundling: { format: OutputFormat.ESM },
    });
    table.grantWriteData(receiver);

    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
