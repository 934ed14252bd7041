import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy, CfnRole, Role } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, type CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** CloudFormation's own resources, but for the function: NodejsFunction bundles its TypeScript. */
export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new CfnTable(this, 'Table', {
      keySchema: [{ attributeName: 'orderId', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'orderId', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    const ledger = new CfnTable(this, 'Ledger', {
      keySchema: [
        { attributeName: 'orderId', keyType: 'HASH' },
        { attributeName: 'effectId', keyType: 'RANGE' },
      ],
      attributeDefinitions: [
        { attributeName: 'orderId', attributeType: 'S' },
        { attributeName: 'effectId', attributeType: 'S' },
      ],
      billingMode: 'PAY_PER_REQUEST',
    });
    for (const resource of [table, ledger]) resource.applyRemovalPolicy(RemovalPolicy.DESTROY);

    const deadLetters = new CfnQueue(this, 'DeadLetters', { messageRetentionPeriod: 1_209_600 });
    const queue = new CfnQueue(this, 'Queue', {
      visibilityTimeout: 65,
      redrivePolicy: { deadLetterTargetArn: deadLetters.attrArn, maxReceiveCount: 5 },
    });

    const role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      managedPolicyArns: [
        `arn:${this.partition}:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole`,
      ],
    });
    const policy = new CfnPolicy(this, 'Policy', {
      policyName: 'orders',
      roles: [role.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: ledger.attrArn },
          {
            Effect: 'Allow',
            Action: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem'],
            Resource: table.attrArn,
          },
        ],
      },
    });

    const worker = new NodejsFunction(this, 'Worker', {
      entry: join(import.meta.dirname, 'worker.ts'),
      runtime: Runtime.NODEJS_22_X,
      role: Role.fromRoleArn(this, 'WorkerRole', role.attrArn, { mutable: false }),
      environment: { TABLE_NAME: table.ref, LEDGER_TABLE: ledger.ref },
    });
    worker.node.addDependency(policy);
    (worker.node.defaultChild as CfnFunction).timeout = 10;

    new CfnEventSourceMapping(this, 'Mapping', {
      functionName: worker.functionName,
      eventSourceArn: queue.attrArn,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      scalingConfig: { maximumConcurrency: 50 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });

    new CfnOutput(this, 'QueueUrl', { value: queue.ref });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.ref });
    new CfnOutput(this, 'TableName', { value: table.ref });
    new CfnOutput(this, 'FunctionName', { value: worker.functionName });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.ref });
  }
}
