import { fileURLToPath } from 'node:url';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** Low-level table, own policy statement, CommonJS bundle on ARM. */
export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new CfnTable(this, 'Table', {
      keySchema: [{ attributeName: 'orderId', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'orderId', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const fn = new NodejsFunction(this, 'Function', {
      entry: fileURLToPath(new URL('./handler.ts', import.meta.url)),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      environment: { TABLE_NAME: table.ref },
    });
    fn.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['dynamodb:PutItem'],
        resources: [table.attrArn],
      }),
    );
    new CfnOutput(this, 'FunctionName', { value: fn.functionName });
    new CfnOutput(this, 'TableName', { value: table.ref });
  }
}
