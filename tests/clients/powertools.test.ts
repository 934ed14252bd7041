import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';

/** Powertools as they come from npm, in a function of the account. The tracer is left out: it asks for X-Ray. */
let account: Account;
let folder: string;
let functionName: string;
let tableName: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'powertools-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'powertools-handler.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    external: ['@aws-sdk/*', '@smithy/*'],
  });
  account = createAccount();
  await account.listen();
  const { resources } = await account.deploy({
    stackName: 'Orders',
    template: TEMPLATE,
    assets: { 'code.zip': folder },
  });
  // A template cannot make a SecureString.
  await account.services.ssm.PutParameter(
    { Name: '/orders/secret/key', Type: 'SecureString', Value: 'hidden' },
    account.call(),
  );
  functionName = resources.Function?.physicalId ?? '';
  tableName = resources.Table?.physicalId ?? '';
});

afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

async function invoke(...bodies: string[]) {
  const Records = bodies.map((body, index) => ({
    messageId: `message-${index}-${body}`,
    receiptHandle: 'handle',
    body,
    attributes: {},
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:orders',
    awsRegion: 'us-east-1',
  }));
  const { Payload, FunctionError } = await account.services.lambda.Invoke(
    { FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ Records })) },
    account.call(),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as Record<string, unknown>;
  if (FunctionError) throw new Error(JSON.stringify(answer));
  return answer;
}

async function logLines(): Promise<Record<string, unknown>[]> {
  const { events = [] } = await account.services.logs.FilterLogEvents(
    { logGroupName: `/aws/lambda/${functionName}` },
    account.call(),
  );
  return events.flatMap(({ message = '' }) =>
    message.startsWith('{') ? [JSON.parse(message) as Record<string, unknown>] : [],
  );
}

test('parameters are read by name, by path and decrypted', async () => {
  expect(await invoke('a')).toMatchObject({
    limit: '5',
    all: { limit: '5', 'secret/key': expect.not.stringContaining('hidden') },
    secret: { key: 'hidden' },
  });
});

test('batch reports the message that failed, and no other', async () => {
  expect(await invoke('b', 'poison')).toMatchObject({
    response: { batchItemFailures: [{ itemIdentifier: 'message-1-poison' }] },
  });
});

test('idempotency takes the same message once, and remembers it in the table', async () => {
  await invoke('same');
  await invoke('same');
  const taken = (await logLines()).filter(
    ({ message, messageId }) => message === 'taken' && messageId === 'message-0-same',
  );
  expect(taken).toHaveLength(1);
  const { Items = [] } = await account.services.dynamodb.Scan({ TableName: tableName }, account.call());
  expect(Items.map(({ status }) => status?.S)).toContain('COMPLETED');
});

test('logger and metrics write their lines with what the function knows of itself', async () => {
  await invoke('logged');
  const lines = await logLines();
  const line = lines.find(({ messageId }) => messageId === 'message-0-logged');
  expect(line).toMatchObject({ level: 'INFO', service: 'orders', function_name: functionName });
  expect(lines).toContainEqual(expect.objectContaining({ taken: 1, _aws: expect.anything() }));
});

const TEMPLATE = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
    Limit: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/orders/limit', Type: 'String', Value: '5' },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'orders',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['ssm:GetParameter', 'ssm:GetParametersByPath'],
                  Resource: { 'Fn::Sub': 'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/orders*' },
                },
                {
                  Effect: 'Allow',
                  Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:GetItem'],
                  Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
                },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['Limit'],
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        MemorySize: 512,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } },
      },
    },
  },
};
