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

    const records = new CfnTable(this, 'Records', {
      keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
      timeToLiveSpecification: { attributeName: 'expires', enabled: true },
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
    const control = new CfnTable(this, 'Control', {
      keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    for (const table of [records, ledger, control]) table.applyRemovalPolicy(RemovalPolicy.DESTROY);

    const deadLetters = new CfnQueue(this, 'DeadLetters', { messageRetentionPeriod: 1_209_600 });
    const queue = new CfnQueue(this, 'Queue', {
      visibilityTimeout: 95,
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
      policyName: 'tables',
      roles: [role.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
            Resource: records.attrArn,
          },
          { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: ledger.attrArn },
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
            Resource: control.attrArn,
          },
        ],
      },
    });

    const charger = new NodejsFunction(this, 'Charger', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_22_X,
      memorySize: 256,
      role: Role.fromRoleArn(this, 'ChargerRole', role.attrArn, { mutable: false }),
      environment: { IDEMPOTENCY_TABLE: records.ref, LEDGER_TABLE: ledger.ref, CONTROL_TABLE: control.ref },
    });
    charger.node.addDependency(policy);
    (charger.node.defaultChild as CfnFunction).timeout = 15;

    new CfnEventSourceMapping(this, 'Mapping', {
      functionName: charger.functionName,
      eventSourceArn: queue.attrArn,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      scalingConfig: { maximumConcurrency: 50 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });

    new CfnOutput(this, 'FunctionName', { value: charger.functionName });
    new CfnOutput(this, 'QueueUrl', { value: queue.ref });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.ref });
    new CfnOutput(this, 'IdempotencyTableName', { value: records.ref });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.ref });
    new CfnOutput(this, 'ControlTableName', { value: control.ref });
  }
}
