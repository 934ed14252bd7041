import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { Alias, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new CfnTable(this, 'Orders', {
      attributeDefinitions: [{ attributeName: 'orderId', attributeType: 'S' }],
      keySchema: [{ attributeName: 'orderId', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      environment: { TABLE_NAME: table.ref, NODE_OPTIONS: '--enable-source-maps' },
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        externalModules: [],
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        banner: "import { createRequire } from 'module';const require = createRequire(import.meta.url);",
      },
    });
    new CfnPolicy(this, 'Write', {
      policyName: 'write-orders',
      roles: [receiver.role?.roleName ?? ''],
      policyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: table.attrArn },
      },
    });
    new Alias(this, 'Live', { aliasName: 'live', version: receiver.currentVersion });
    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
    new CfnOutput(this, 'TableName', { value: table.ref });
  }
}
