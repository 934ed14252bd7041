import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../account.ts';
import { testAsync } from './async/testing.ts';
import { enterFunction, traceHeaderOfBatch, withoutLineage } from './recursion.ts';
import { testLambda } from './testing.ts';

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
const orders = { arn: 'arn:aws:lambda:us-east-1:123456789012:function:orders' };
const billing = { arn: 'arn:aws:lambda:us-east-1:123456789012:function:billing' };

describe('the lineage in a trace header', () => {
  it('counts the runs of a function from 0', () => {
    const first = enterFunction(ROOT, orders).traceHeader;
    expect(first).toMatch(/^Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=[0-9a-f]{8}:0$/);
    expect(enterFunction(first, orders).traceHeader).toBe(first.replace(':0', ':1'));
  });

  it('counts each function by itself', () => {
    const both = enterFunction(enterFunction(ROOT, orders).traceHeader, billing).traceHeader;
    expect(both).toMatch(/Lineage=[0-9a-f]{8}:0\|[0-9a-f]{8}:0$/);
  });

  it('allows 16 runs in one chain', () => {
    let traceHeader = ROOT;
    const loops = Array.from({ length: 17 }, () => {
      const entered = enterFunction(traceHeader, orders);
      ({ traceHeader } = entered);
      return entered.isLoop;
    });
    expect(loops.indexOf(true)).toBe(16);
  });

  it('of a batch is that of the message that has come furthest', () => {
    const of = (runs: number) => `Root=1-a;Lineage=a87bd80c:${runs}`;
    expect(traceHeaderOfBatch(ROOT, ['Root=1-b', of(2), of(7), of(3)])).toBe(`${ROOT};Lineage=a87bd80c:7`);
    expect(traceHeaderOfBatch(ROOT, [])).toBe(ROOT);
  });

  it('is taken out without touching the rest', () => {
    expect(withoutLineage(`Root=1-a;Lineage=a87bd80c:1|68fd508a:5;Sampled=0`)).toBe('Root=1-a;Sampled=0');
  });
});

describe('the setting for loops', () => {
  it('is Terminate until it is changed', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create('export const handler = () => 1');
    const get = () => lambda.lambda.GetFunctionRecursionConfig({ FunctionName }, lambda.call());
    expect(await get()).toEqual({ RecursiveLoop: 'Terminate' });
    const input = { FunctionName, RecursiveLoop: 'Allow' as const };
    expect(await lambda.lambda.PutFunctionRecursionConfig(input, lambda.call())).toEqual({
      RecursiveLoop: 'Allow',
    });
    expect(await get()).toEqual({ RecursiveLoop: 'Allow' });
  });

  it.each([
    ['Forbid', 'function-1', "Value 'Forbid' at 'recursiveLoop'"],
    ['Allow', 'function-1:live', "Value 'function-1:live' at 'functionName'"],
  ])('cannot be %s of %s', async (RecursiveLoop, FunctionName, message) => {
    await using lambda = testLambda();
    await lambda.create('export const handler = () => 1');
    const input = { FunctionName, RecursiveLoop: RecursiveLoop as 'Allow' };
    await expect(lambda.lambda.PutFunctionRecursionConfig(input, lambda.call())).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('functions that are the destinations of each other', () => {
  it('run 16 times each', async () => {
    await using account = await testAsync();
    await account.create('export const handler = async () => 1', { FunctionName: 'billing' });
    for (const [FunctionName, next] of [
      ['orders', 'billing'],
      ['billing', 'orders'],
    ] as const) {
      const DestinationConfig = { OnSuccess: { Destination: account.arn(next) } };
      await account.lambda.PutFunctionEventInvokeConfig({ FunctionName, DestinationConfig }, account.call());
    }
    await account.send({});
    await account.wait();
    const ran = account.journal('invocation').map(({ functionName }) => functionName);
    expect([ran.filter((name) => name === 'orders').length, ran.length]).toEqual([16, 32]);
    expect(account.journal('recursion')).toMatchObject([{ functionName: 'orders' }]);
  });
});

describe('a function with an SDK that goes on calling itself', () => {
  const INVOKES = `
    import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
    const lambda = new LambdaClient({});
    export const handler = async ({ left, type }) => {
      if (left === 0) return;
      const Payload = JSON.stringify({ left: left - 1, type });
      await lambda.send(new InvokeCommand({ FunctionName: 'orders', InvocationType: type, Payload }));
    };`;

  it('asynchronously runs 16 times, and the event goes to where failures go', async () => {
    await using account = await accountWith(INVOKES);
    await account.invoke({ left: 30, type: 'Event' });
    await account.wait(60);
    expect(account.runs()).toBe(16);
    expect(await account.bodies()).toMatchObject([
      { requestContext: { condition: 'RecursiveInvocation' }, requestPayload: { left: 14 } },
    ]);
  });

  it('synchronously is told so by the call', async () => {
    await using account = await accountWith(INVOKES);
    await account.invoke({ left: 30, type: 'RequestResponse' });
    await account.wait(60);
    expect(account.runs()).toBe(16);
    const refused = account.journal('call').filter(({ service, error }) => service === 'lambda' && error);
    expect(refused).toMatchObject([{ operation: 'Invoke', error: 'RecursiveInvocationException' }]);
  });

  it('goes on when loops are allowed', async () => {
    await using account = await accountWith(INVOKES);
    await account.services.lambda.PutFunctionRecursionConfig(
      { FunctionName: 'orders', RecursiveLoop: 'Allow' },
      account.call(),
    );
    await account.invoke({ left: 20, type: 'Event' });
    await account.wait(60);
    expect(account.runs()).toBe(21);
  });

  it('through a queue runs 16 times, and the message stays', async () => {
    await using account = await accountWith(`
      import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
      const sqs = new SQSClient({});
      export const handler = async () => {
        await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: 'again' }));
      };`);
    await account.mapQueue();
    await account.services.sqs.SendMessage(
      { QueueUrl: account.queueUrl, MessageBody: 'once' },
      account.call(),
    );
    await account.wait(60);
    expect(account.runs()).toBe(16);
    const { Attributes } = await account.services.sqs.GetQueueAttributes(
      { QueueUrl: account.queueUrl, AttributeNames: ['All'] },
      account.call(),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes ?? {};
    expect(Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible)).toBe(1);
  });

  it('through S3 runs 16 times', async () => {
    await using account = await accountWith(`
      import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      const s3 = new S3Client({ forcePathStyle: true });
      export const handler = async () => {
        await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'again', Body: 'x' }));
      };`);
    await account.notify();
    await account.services.s3.PutObject({ Bucket: 'uploads', Key: 'once', Body: 'x' }, account.call());
    await account.wait(60);
    expect(account.runs()).toBe(16);
  });

  it('through EventBridge is not noticed', async () => {
    await using account = await accountWith(`
      import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
      const events = new EventBridgeClient({});
      export const handler = async ({ detail: { left } }) => {
        if (left === 0) return;
        const Detail = JSON.stringify({ left: left - 1 });
        await events.send(new PutEventsCommand({ Entries: [{ Source: 'loop', DetailType: 'again', Detail }] }));
      };`);
    await account.addRule('loop');
    const Entries = [{ Source: 'loop', DetailType: 'once', Detail: '{"left":20}' }];
    await account.services.eventbridge.PutEvents({ Entries }, account.call());
    await account.wait(60);
    expect(account.runs()).toBe(21);
  });
});

/** An account with one function, `orders`, that may call everything, and a queue for what becomes of its failures. */
async function accountWith(source: string) {
  const account = createAccount({ clock: 'warp' });
  await account.listen();
  const { services } = account;
  const call = () => account.call();
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await services.iam.CreateRole(
    {
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    },
    call(),
  );
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  await services.iam.PutRolePolicy(
    {
      RoleName: 'worker',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    },
    call(),
  );
  const { QueueUrl = '' } = await services.sqs.CreateQueue({ QueueName: 'orders' }, call());
  const failed = await services.sqs.CreateQueue({ QueueName: 'failed' }, call());
  const folder = join(account.cloud.scratch, 'bundle');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.mjs'), source);
  account.assets.register('bundle.zip', folder);
  const { FunctionArn = '' } = await services.lambda.CreateFunction(
    {
      FunctionName: 'orders',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Timeout: 25,
      MemorySize: 512,
      Environment: { Variables: { QUEUE_URL: QueueUrl } },
      Code: { S3Bucket: 'assets', S3Key: 'bundle.zip' },
    },
    call(),
  );
  const Destination = 'arn:aws:sqs:us-east-1:123456789012:failed';
  await services.lambda.PutFunctionEventInvokeConfig(
    { FunctionName: 'orders', MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination } } },
    call(),
  );
  const letIn = (Principal: string) =>
    services.lambda.AddPermission(
      { FunctionName: 'orders', StatementId: 'caller', Action: 'lambda:InvokeFunction', Principal },
      call(),
    );

  return {
    services,
    call,
    queueUrl: QueueUrl,
    journal: <Type extends 'call' | 'invocation'>(type: Type) =>
      account.cloud.journal
        .read()
        .filter((entry): entry is Extract<typeof entry, { type: Type }> => entry.type === type),
    /** How often the function ran. */
    runs: () => account.cloud.journal.read().filter(({ type }) => type === 'invocation').length,
    wait: (seconds: number) => account.cloud.clock.advance(seconds * 1000),
    async invoke(event: object): Promise<void> {
      const Payload = Buffer.from(JSON.stringify(event));
      await services.lambda.Invoke({ FunctionName: 'orders', InvocationType: 'Event', Payload }, call());
    },
    /** What became of failures. */
    async bodies(): Promise<unknown[]> {
      const { Messages = [] } = await services.sqs.ReceiveMessage({ QueueUrl: failed.QueueUrl }, call());
      return Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown);
    },
    async mapQueue(): Promise<void> {
      const EventSourceArn = 'arn:aws:sqs:us-east-1:123456789012:orders';
      await services.lambda.CreateEventSourceMapping({ FunctionName: 'orders', EventSourceArn }, call());
    },
    async notify(): Promise<void> {
      await letIn('s3.amazonaws.com');
      await services.s3.CreateBucket({ Bucket: 'uploads' }, call());
      const LambdaFunctionConfigurations = [
        { LambdaFunctionArn: FunctionArn, Events: ['s3:ObjectCreated:*' as const] },
      ];
      await services.s3.PutBucketNotificationConfiguration(
        { Bucket: 'uploads', NotificationConfiguration: { LambdaFunctionConfigurations } },
        call(),
      );
    },
    async addRule(source: string): Promise<void> {
      await letIn('events.amazonaws.com');
      const EventPattern = JSON.stringify({ source: [source] });
      await services.eventbridge.PutRule({ Name: 'loop', EventPattern }, call());
      await services.eventbridge.PutTargets(
        { Rule: 'loop', Targets: [{ Id: 'orders', Arn: FunctionArn }] },
        call(),
      );
    },
    [Symbol.asyncDispose]: () => account.close(),
  };
}
