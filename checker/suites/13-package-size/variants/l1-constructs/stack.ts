import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new CfnTable(this, 'Orders', {
      attributeDefinitions: [{ attributeName: 'orderId', attributeType: 'S' }],
      keySchema: [{ attributeName: 'orderId', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      policies: [
        {
          policyName: 'orders',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: table.attrArn }],
          },
        },
      ],
    });
    const code = new Asset(this, 'Code', { path: join(import.meta.dirname, 'code') });
    const receiver = new CfnFunction(this, 'Receiver', {
      code: { s3Bucket: code.s3BucketName, s3Key: code.s3ObjectKey },
      handler: 'receive.handler',
      runtime: 'nodejs22.x',
      role: role.attrArn,
      memorySize: 256,
      environment: { variables: { TABLE_NAME: table.ref } },
    });
    new CfnOutput(this, 'FunctionName', { value: receiver.ref });
  }
}
