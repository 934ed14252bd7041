import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../account.ts';

/** A stack as CDK writes it, deployed on an account with all its real services. */
let folder: string;
let template: object;
let assets: Record<string, string>;
let account: Account;

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'cdk-test-'));
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => ({ ok: true });');
  ({ template, assets } = await synthesize(join(folder, 'out')));
  account = createAccount({ clock: 'warp' });
  await account.listen();
});

afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a stack of queues, tables, a function and an alarm is deployed, and its function runs', async () => {
  const { outputs, resources } = await account.deploy({ stackName: 'Orders', template, assets });
  expect(Object.values(resources).map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'AWS::CloudWatch::Alarm',
      'AWS::DynamoDB::GlobalTable',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]),
  );
  const { Payload } = await account.services.lambda.Invoke(
    { FunctionName: outputs.FunctionName },
    account.call(),
  );
  expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual({ ok: true });
});

test('deploying it again changes nothing', async () => {
  const first = await account.deploy({ stackName: 'Orders', template, assets });
  expect(await account.deploy({ stackName: 'Orders', template, assets })).toEqual(first);
});

test('an update changes function and mapping in place', async () => {
  const before = await account.deploy({ stackName: 'Orders', template, assets });
  const changed = withChanges({
    'AWS::Lambda::Function': { MemorySize: 512, ReservedConcurrentExecutions: undefined },
    'AWS::Lambda::EventSourceMapping': { BatchSize: 5, ScalingConfig: undefined },
  });
  const after = await account.deploy({ stackName: 'Orders', template: changed, assets });
  expect(after.resources).toEqual(before.resources);
  const { FunctionName } = after.outputs;
  const { lambda } = account.services;
  const call = account.call();
  expect(await lambda.GetFunctionConfiguration({ FunctionName }, call)).toMatchObject({
    MemorySize: 512,
    Timeout: 30,
  });
  const { ReservedConcurrentExecutions } = await lambda.GetFunctionConcurrency({ FunctionName }, call);
  expect(ReservedConcurrentExecutions).toBeUndefined();
  const { EventSourceMappings: [mapping] = [] } = await lambda.ListEventSourceMappings(
    { FunctionName },
    call,
  );
  expect(mapping).toMatchObject({ BatchSize: 5, MaximumBatchingWindowInSeconds: 5 });
  expect(mapping?.ScalingConfig?.MaximumConcurrency).toBeUndefined();
});

test('the SDK creates a stack over the wire', async () => {
  const client = new CloudFormationClient({
    endpoint: account.cloud.endpoint(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const TemplateBody = JSON.stringify({
    Resources: { Orders: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'wire' } } },
    Outputs: { Name: { Value: { 'Fn::GetAtt': ['Orders', 'QueueName'] } } },
  });
  await client.send(new CreateStackCommand({ StackName: 'Wire', TemplateBody }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 10, minDelay: 1 }, { StackName: 'Wire' });
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'Wire' }));
  expect(stack?.Outputs).toEqual([expect.objectContaining({ OutputKey: 'Name', OutputValue: 'wire' })]);
  await expect(client.send(new DescribeStacksCommand({ StackName: 'None' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id None does not exist',
  });
});

test('a deleted stack leaves nothing', async () => {
  const { DeleteStack } = account.services.cloudformation;
  await DeleteStack({ StackName: 'Orders' }, account.call());
  await expect
    .poll(async () => (await account.services.lambda.ListFunctions({}, account.call())).Functions)
    .toEqual([]);
  expect((await account.services.dynamodb.ListTables({}, account.call())).TableNames).toEqual([]);
  const { Roles = [] } = await account.services.iam.ListRoles({}, account.call());
  expect(Roles.filter(({ RoleName }) => !RoleName?.startsWith('cdk-'))).toEqual([]);
});

/** The template with other properties for all resources of some types; an undefined one is taken out. */
function withChanges(changes: Record<string, object>): object {
  const copy = structuredClone(template) as {
    Resources: Record<string, { Type: string; Properties?: object }>;
  };
  for (const resource of Object.values(copy.Resources)) {
    resource.Properties = JSON.parse(JSON.stringify({ ...resource.Properties, ...changes[resource.Type] }));
  }
  return copy;
}

async function synthesize(outdir: string) {
  const { App, CfnOutput, Duration, RemovalPolicy, Stack } = await import('aws-cdk-lib');
  const { Alarm } = await import('aws-cdk-lib/aws-cloudwatch');
  const { AttributeType, BillingMode, Table, TableV2 } = await import('aws-cdk-lib/aws-dynamodb');
  const { Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda');
  const { SqsEventSource } = await import('aws-cdk-lib/aws-lambda-event-sources');
  const { LogGroup, RetentionDays } = await import('aws-cdk-lib/aws-logs');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');

  const app = new App({ outdir });
  const stack = new Stack(app, 'Orders');
  const deadLetters = new Queue(stack, 'DeadLetters', {
    retentionPeriod: Duration.days(14),
    enforceSSL: true,
  });
  const queue = new Queue(stack, 'Queue', {
    visibilityTimeout: Duration.seconds(185),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
  });
  const partitionKey = { name: 'orderId', type: AttributeType.STRING };
  const removalPolicy = RemovalPolicy.DESTROY;
  const orders = new Table(stack, 'Orders', {
    partitionKey,
    removalPolicy,
    billingMode: BillingMode.PAY_PER_REQUEST,
  });
  const ledger = new TableV2(stack, 'Ledger', {
    partitionKey,
    removalPolicy,
    sortKey: { name: 'effectId', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
  });
  const worker = new LambdaFunction(stack, 'Worker', {
    code: Code.fromAsset(folder, { exclude: ['out'] }),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    timeout: Duration.seconds(30),
    reservedConcurrentExecutions: 100,
    environment: { TABLE_NAME: orders.tableName },
    logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.TWO_WEEKS, removalPolicy }),
  });
  worker.addEventSource(
    new SqsEventSource(queue, {
      maxBatchingWindow: Duration.seconds(5),
      reportBatchItemFailures: true,
      maxConcurrency: 50,
    }),
  );
  orders.grantWriteData(worker);
  ledger.grantReadWriteData(worker);
  new Alarm(stack, 'Alarm', {
    metric: deadLetters.metricApproximateNumberOfMessagesVisible(),
    threshold: 1,
    evaluationPeriods: 1,
  });
  new CfnOutput(stack, 'FunctionName', { value: worker.functionName });
  app.synth();

  const template = JSON.parse(readFileSync(join(outdir, 'Orders.template.json'), 'utf8'));
  const published = JSON.parse(readFileSync(join(outdir, 'Orders.assets.json'), 'utf8'));
  const files: Record<string, { source: { path: string; packaging: string } }> = published.files;
  const folders = Object.entries(files)
    .filter(([, { source }]) => source.packaging === 'zip')
    .map(([hash, { source }]) => [`${hash}.zip`, join(outdir, source.path)]);
  return { template, assets: Object.fromEntries(folders) };
}
