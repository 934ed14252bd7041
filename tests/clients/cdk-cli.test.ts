import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, type OpenAccount, openAccount } from './account.ts';

/** The CDK CLI as it comes from npm, on the stack of lab 07 with a bucket and an HTTP API beside it. */
const ROOT = join(import.meta.dirname, '../..');
const APP = `import { App, CfnOutput } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { LabStack } from './stack.ts';

const stack = new LabStack(new App(), 'Orders');
new Bucket(stack, 'Receipts', { versioned: process.env.VERSIONED === 'true' });
new CfnOutput(stack, 'ApiUrl', { value: new HttpApi(stack, 'Api').url ?? '' });
// Only the service finds out that the policy is none.
if (process.env.BROKEN === 'true') new CfnQueue(stack, 'Broken', { redrivePolicy: { deadLetterTargetArn: 'none' } });
`;

let open: OpenAccount;
let app: string;

beforeAll(async () => {
  open = await openAccount();
  app = join(open.home, 'app');
  mkdirSync(app);
  // Dereferenced: what is given lies beside the starter.
  for (const file of ['stack.ts', 'worker.ts', 'order.ts', 'given']) {
    cpSync(join(ROOT, 'solutions/07-sqs-batch', file), join(app, file), {
      recursive: true,
      dereference: true,
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'), 'junction');
  writeFileSync(join(app, 'app.ts'), APP);
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  // NodejsFunction looks for it to find the project's root.
  writeFileSync(join(app, 'package-lock.json'), '{}');
});

afterAll(() => open.close());

function cdk(args: readonly string[], change: '' | 'VERSIONED' | 'BROKEN' = ''): Promise<Ended> {
  const assignment = change && `${change}=true `;
  return open.run(
    join(ROOT, 'node_modules/.bin/cdk'),
    [...args, '--no-notices', '--app', `${assignment}node --import tsx app.ts`],
    app,
  );
}

const deploy = (...args: string[]) => cdk(['deploy', '--require-approval', 'never', ...args]);
const stackStatus = async () => {
  const { cloudformation } = open.account.services;
  const { Stacks = [] } = await cloudformation.DescribeStacks({}, open.account.call());
  return Stacks.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`);
};

// One story, told in order: each test begins where the one before it ended.
test('list names the stack', async () => {
  expect((await cdk(['list'])).stdout.trim().split('\n').at(-1)).toBe('Orders');
});

test('deploy publishes the code and makes the stack, and its function works', async () => {
  const { code, output } = await deploy('--outputs-file', 'outputs.json');
  expect(output).toContain('✅  Orders');
  expect(code).toBe(0);
  const { Orders } = JSON.parse(readFileSync(join(app, 'outputs.json'), 'utf8')) as {
    Orders: Record<string, string>;
  };
  const sqs = new SQSClient({
    endpoint: open.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const order = {
    orderId: 'order-1',
    customerId: 'customer-1',
    items: [{ sku: 'mug', quantity: 1, unitPriceCents: 900 }],
    totalCents: 900,
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: Orders?.QueueUrl, MessageBody: JSON.stringify(order) }));
  const items = async () => {
    const { Items = [] } = await open.account.services.dynamodb.Scan(
      { TableName: Orders?.LedgerTableName ?? '' },
      open.account.call(),
    );
    return Items.map(({ orderId }) => orderId?.S);
  };
  await expect.poll(items, { timeout: 30_000 }).toEqual(['order-1']);
  expect((await fetch(Orders?.ApiUrl ?? '')).status).toBe(404);
});

test('deploy again finds nothing to do', async () => {
  const { code, output } = await deploy();
  expect(output).toContain('✅  Orders (no changes)');
  expect(code).toBe(0);
});

test('diff shows a change, through a change set, and leaves the stack alone', async () => {
  const { output } = await cdk(['diff'], 'VERSIONED');
  expect(output).toContain('[~] AWS::S3::Bucket Receipts');
  expect(output).not.toContain('Could not create a change set');
  expect(await stackStatus()).toEqual(['Orders CREATE_COMPLETE']);
});

test('deploy with a change updates the stack', async () => {
  const { output } = await cdk(['deploy', '--require-approval', 'never'], 'VERSIONED');
  expect(output).toMatch(/UPDATE_COMPLETE\s+\| AWS::S3::Bucket/);
  expect(await stackStatus()).toEqual(['Orders UPDATE_COMPLETE']);
});

test('deploy without a change set updates the stack too', async () => {
  const { code, output } = await deploy('--method=direct');
  expect(output).toMatch(/UPDATE_COMPLETE\s+\| AWS::S3::Bucket/);
  expect(code).toBe(0);
});

test("a deploy that fails rolls back and prints the failing resource's reason", async () => {
  const { code, output } = await cdk(['deploy', '--require-approval', 'never'], 'BROKEN');
  expect(code).toBe(1);
  expect(output).toMatch(/CREATE_FAILED\s+\| AWS::SQS::Queue\s+\| Broken/);
  expect(output).toMatch(/RedrivePolicy/);
  expect(await stackStatus()).toEqual(['Orders UPDATE_ROLLBACK_COMPLETE']);
});

test('destroy leaves nothing but what is retained', async () => {
  const { code, output } = await cdk(['destroy', '--force']);
  expect(output).toContain('✅  Orders: destroyed');
  expect(code).toBe(0);
  expect(await stackStatus()).toEqual([]);
  expect((await open.account.services.lambda.ListFunctions({}, open.account.call())).Functions).toEqual([]);
});
