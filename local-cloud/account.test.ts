import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from './account.ts';
import { type ControlClient, createControlClient } from './control-client.ts';

/** The account as its clients see it: the real SDK over the wire, real processes, warp time. */
const TOKEN = 'test-token';
let account: Account;
let control: ControlClient;
let folder: string;
let options: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

const HANDLER = `
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient();
export const handler = async (event, context) => {
  const batchItemFailures = [];
  for (const { body, messageId } of event.Records ?? []) {
    if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
    else await client.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { id: { S: body } } }));
  }
  console.log('handled', event.Records?.length ?? 0);
  return event.Records ? { batchItemFailures } : { requestId: context.awsRequestId, now: Date.now(), event };
};
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'account-test-'));
  mkdirSync(join(folder, 'code'));
  writeFileSync(join(folder, 'code', 'index.mjs'), HANDLER);
  account = createAccount({ clock: 'warp', controlToken: TOKEN, scratchRoot: folder });
  const endpoint = await account.listen();
  control = createControlClient(endpoint, TOKEN);
  options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  account.assets.register('code.zip', join(folder, 'code'));
  await makeRole('worker', [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'dynamodb:PutItem',
    'logs:*',
  ]);
  await new DynamoDBClient(options).send(
    new CreateTableCommand({
      TableName: 'orders',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

test('who calls is who signed', async () => {
  const asAccount = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  expect(asAccount.Arn).toBe('arn:aws:iam::123456789012:root');
  const { Credentials } = await new STSClient(options)
    .send(new AssumeRoleCommand({ RoleArn: roleArn('anybody'), RoleSessionName: 'me' }))
    .catch(async () => {
      await makeRole('anybody', ['sqs:*'], { AWS: 'arn:aws:iam::123456789012:root' });
      return new STSClient(options).send(
        new AssumeRoleCommand({ RoleArn: roleArn('anybody'), RoleSessionName: 'me' }),
      );
    });
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const asRole = await new STSClient({ ...options, credentials }).send(new GetCallerIdentityCommand({}));
  expect(asRole.Arn).toBe('arn:aws:sts::123456789012:assumed-role/anybody/me');
  const denied = new DynamoDBClient({ ...options, credentials }).send(
    new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'a' } } }),
  );
  await expect(denied).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'assumed-role/anybody/me is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/orders because no identity-based policy allows the dynamodb:GetItem action',
    ),
  });
});

test('a function answers, sees cloud time, and its lines are in the log tail and in CloudWatch Logs', async () => {
  await makeFunction('echo');
  await control.advance(3 * 24 * 3600 * 1000);
  const { now } = await control.now();
  const output = await new LambdaClient(options).send(
    new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{"orderId":"A-1"}'), LogType: 'Tail' }),
  );
  expect(output.FunctionError).toBeUndefined();
  const answer = JSON.parse(Buffer.from(output.Payload ?? []).toString());
  expect(answer.event).toEqual({ orderId: 'A-1' });
  expect(Math.abs(answer.now - now)).toBeLessThan(60_000);
  const tail = Buffer.from(output.LogResult ?? '', 'base64').toString();
  expect(tail).toMatch(
    /START RequestId: (\S+) Version: \$LATEST\n.*\t\1\tINFO\thandled 0\nEND RequestId: \1\nREPORT RequestId: \1\tDuration: /s,
  );
  expect(tail).toContain(answer.requestId);
  const logs = await new CloudWatchLogsClient(options).send(
    new FilterLogEventsCommand({ logGroupName: '/aws/lambda/echo' }),
  );
  expect(logs.events?.some(({ message }) => message?.includes('handled 0'))).toBe(true);
});

test('a poison message goes round five times and ends in the dead-letter queue; the good ones are processed', async () => {
  const sqs = new SQSClient(options);
  const { QueueUrl: deadLetters } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'orders',
      Attributes: {
        VisibilityTimeout: '60',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead',
          maxReceiveCount: 5,
        }),
      },
    }),
  );
  await makeFunction('worker');
  await new LambdaClient(options).send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:orders',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 5,
    }),
  );
  const startedAt = (await control.now()).now;
  for (const MessageBody of ['good-1', 'poison', 'good-2'])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

  const dead = await eventually(async () => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: deadLetters, MessageSystemAttributeNames: ['All'] }),
    );
    return Messages?.[0];
  });

  expect(dead.Body).toBe('poison');
  const elapsed = (await control.now()).now - startedAt;
  expect(elapsed).toBeGreaterThanOrEqual(5 * 60_000);
  for (const id of ['good-1', 'good-2']) {
    const { Item } = await new DynamoDBClient(options).send(
      new GetItemCommand({ TableName: 'orders', Key: { id: { S: id } } }),
    );
    expect(Item).toEqual({ id: { S: id } });
  }
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('a queue is not read on behalf of a function that is gone', async () => {
  const sqs = new SQSClient(options);
  const lambda = new LambdaClient(options);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'left', Attributes: { VisibilityTimeout: '60' } }),
  );
  await makeFunction('gone');
  const EventSourceArn = 'arn:aws:sqs:us-east-1:123456789012:left';
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'gone', EventSourceArn }));
  await lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'left alone' }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
  );
  expect(Messages?.[0]).toMatchObject({ Body: 'left alone', Attributes: { ApproximateReceiveCount: '1' } });
});

test('closing ends its processes and removes its files', async () => {
  const other = createAccount({ scratchRoot: folder, enforceIam: false });
  const url = await other.listen();
  const { scratch } = other.cloud;
  other.assets.register('code.zip', join(folder, 'code'));
  const { iam, lambda } = other.services;
  await iam.CreateRole(
    { RoleName: 'worker', AssumeRolePolicyDocument: trustPolicy({ Service: 'lambda.amazonaws.com' }) },
    other.call(),
  );
  await lambda.CreateFunction(
    {
      FunctionName: 'echo',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: roleArn('worker'),
      Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    },
    other.call(),
  );
  await lambda.Invoke({ FunctionName: 'echo' }, other.call());
  expect(processesOf(scratch)).toHaveLength(1);

  await other.close();

  expect(processesOf(scratch)).toEqual([]);
  expect(existsSync(scratch)).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
});

/** The environments' command lines name the folder to which they may write. */
function processesOf(scratch: string): string[] {
  const table = execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' });
  return table.split('\n').filter((line) => line.includes(scratch));
}

/** Looks again whenever something has happened in the account, for up to an hour of cloud time. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const until = (await control.now()).now + 3600_000;
  for (;;) {
    const { seq } = await control.now();
    const found = await look();
    if (found !== undefined) return found;
    const { reason } = await control.wait({ until, afterSeq: seq });
    if (reason === 'elapsed') throw new Error('It did not happen within an hour.');
  }
}

const allow = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

const trustPolicy = (principal: object) => allow({ Principal: principal, Action: 'sts:AssumeRole' });

const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function makeRole(
  name: string,
  actions: string[],
  principal: object = { Service: 'lambda.amazonaws.com' },
) {
  const iam = new IAMClient(options);
  await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: trustPolicy(principal),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'inline',
      PolicyDocument: allow({ Action: actions, Resource: '*' }),
    }),
  );
}

async function makeFunction(name: string) {
  await new LambdaClient(options).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: roleArn('worker'),
      Timeout: 10,
      Environment: { Variables: { TABLE_NAME: 'orders' } },
      Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    }),
  );
}
