import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Account, createAccount } from './account.ts';
import { type ControlClient, createControlClient } from './control-client.ts';

const TOKEN = 'a-token';
let account: Account;
let url: string;
let control: ControlClient;

beforeEach(async () => {
  account = createAccount({ clock: 'warp', controlToken: TOKEN });
  url = await account.listen();
  control = createControlClient(url, TOKEN);
});
afterEach(() => account.close());

const post = (action: string, body: string, token = TOKEN) =>
  fetch(`${url}/_control/${action}`, { method: 'POST', headers: { 'x-control-token': token }, body });

describe('the control endpoint', () => {
  test('wants its token', async () => {
    expect((await post('now', '{}', 'another')).status).toBe(403);
  });

  test('has no other actions', async () => {
    const answer = await post('delete-everything', '{}');
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { message: 'There is no control action delete-everything.' },
    ]);
  });

  test.each([
    ['now', '{"when":"later"}', 'Unrecognized key: "when"'],
    ['advance', '{"ms":-1}', 'ms: Too small: expected number to be >=0'],
    ['advance', 'no JSON', 'The body is no JSON.'],
    ['advance', '3', 'Invalid input: expected object, received number'],
    ['inject-fault', '{"kind":"slow","service":"sqs"}', 'kind: takes error, latency or short-page'],
    ['inject-fault', '{"kind":"latency","service":"sqs"}', 'ms: Invalid input: expected number'],
    ['inject-fault', '{"kind":"error","service":"sqs","code":"Down","status":200}', 'status: Too small'],
    ['inject-fault', '{"kind":"error","service":"sqs","code":"Down","operations":[]}', 'Unrecognized key'],
    [
      'inject-fault',
      '{"kind":"error","service":"eventbridge","code":"Down"}',
      'service: there is no service',
    ],
    [
      'inject-fault',
      '{"kind":"short-page","service":"dynamodb","operation":"GetItem","items":1}',
      'operation: takes Query, Scan or both',
    ],
    ['kill-after', '{"functionName":"worker"}', 'service: Invalid input'],
    ['kill-after', '{"functionName":"worker","service":"sqs","calls":0}', 'calls: Too small'],
    ['fail-entries', '{"times":0}', 'times: Too small: expected number to be >0'],
    ['occupy', '{"functionName":"worker","slots":"all"}', 'slots: Invalid input: expected'],
    ['kill-environments', '{}', 'functionName: Invalid input'],
    ['undo', '{}', 'id: Invalid input'],
  ])('refuses %s with %s, says why, and goes on', async (action, body, why) => {
    const answer = await post(action, body);
    expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringContaining(why) }]);
    expect(await control.now()).toMatchObject({ seq: expect.any(Number) });
  });

  test('names every member that is wrong', async () => {
    await expect(control.occupy('', 1.5)).rejects.toThrow(/functionName: Too small.*; slots: Invalid input/);
  });

  test('refuses a fault of an operation that the account does not have, for it would never strike', async () => {
    const fault = { kind: 'error', code: 'Down', service: 'sqs' } as const;
    await expect(control.injectFault({ ...fault, operation: ['SendMessage', 'SendMail'] })).rejects.toThrow(
      'inject-fault: The input is wrong. operation: sqs has no operation SendMail in this account.',
    );
    await expect(control.killAfter('worker', { service: 'dynamodb', operation: 'Put' })).rejects.toThrow(
      'operation: dynamodb has no operation Put in this account',
    );
    await expect(control.killAfter('worker', { service: 'sqss', operation: 'Put' })).rejects.toThrow(
      /service: there is no service sqss; there are apigateway, .*, sqs, .*, xray\.$/,
    );
  });
});

describe('a fault from outside', () => {
  const queue = { QueueName: 'orders' };

  test('strikes a service, until it is taken back', async () => {
    const id = await control.injectFault({
      kind: 'error',
      service: 'sqs',
      operation: ['CreateQueue', 'DeleteQueue'],
      code: 'ServiceUnavailable',
    });
    const create = () => account.services.sqs.CreateQueue(queue, account.call());
    await expect(create()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await control.undo(id);
    expect(await create()).toMatchObject({ QueueUrl: expect.stringContaining('orders') });
  });

  test('lets queries and scans of a table end early, and say where', async () => {
    const { dynamodb } = account.services;
    await dynamodb.CreateTable(
      {
        TableName: 'orders',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
      account.call(),
    );
    for (const S of ['o-1', 'o-2', 'o-3'])
      await dynamodb.PutItem({ TableName: 'orders', Item: { id: { S } } }, account.call());
    const pages = async (Limit?: number) => {
      const counts: unknown[] = [];
      let ExclusiveStartKey: Awaited<ReturnType<typeof dynamodb.Scan>>['LastEvaluatedKey'];
      do {
        const page = await dynamodb.Scan({ TableName: 'orders', Limit, ExclusiveStartKey }, account.call());
        counts.push(page.Count);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return counts;
    };
    const id = await control.injectFault({
      kind: 'short-page',
      service: 'dynamodb',
      match: { TableName: 'orders' },
      items: 2,
    });
    expect(await pages()).toEqual([2, 1]);
    expect(await pages(1)).toEqual([1, 1, 1, 0]);
    expect(await pages(100)).toEqual([2, 1]);
    await control.undo(id);
    expect(await pages()).toEqual([3]);
  });

  test('fails single entries of PutEvents', async () => {
    await control.failEntries({ detailContains: 'o-2', errorCode: 'ThrottlingException' });
    const entry = (orderId: string) => ({
      Source: 'shop',
      DetailType: 'Order',
      Detail: JSON.stringify({ orderId }),
    });
    const put = () =>
      account.services.eventbridge.PutEvents({ Entries: [entry('o-1'), entry('o-2')] }, account.call());
    expect(await put()).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{}, { ErrorCode: 'ThrottlingException' }],
    });
    await control.clearFaults();
    expect(await put()).toMatchObject({ FailedEntryCount: 0 });
  });

  test('makes calls slow, and taking it back lets them go on', async () => {
    const id = await control.injectFault({ kind: 'latency', service: 'sqs', ms: 600_000 });
    const created = account.services.sqs.CreateQueue(queue, account.call());
    await control.undo(id);
    expect(await created).toMatchObject({ QueueUrl: expect.stringContaining('orders') });
  });

  test('goes with all others when they are cleared', async () => {
    const { sqs, eventbridge } = account.services;
    await control.injectFault({ kind: 'error', service: 'sqs', code: 'ServiceUnavailable' });
    await control.failEntries({ errorMessage: 'Down.' });
    await control.clearFaults();
    expect(await sqs.CreateQueue(queue, account.call())).toMatchObject({ QueueUrl: expect.any(String) });
    const entry = { Source: 'shop', DetailType: 'Order', Detail: '{}' };
    expect(await eventbridge.PutEvents({ Entries: [entry] }, account.call())).toMatchObject({
      FailedEntryCount: 0,
    });
  });
});

describe('a fault of a function from outside', () => {
  const HANDLER = `
    import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
    const sqs = new SQSClient();
    export const handler = async ({ sends = 0 }) => {
      for (let n = 1; n <= sends; n++)
        await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: String(n) }));
      return 'done';
    };`;
  const policy = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  let QueueUrl: string | undefined;

  beforeEach(async () => {
    const { iam, lambda, sqs } = account.services;
    const code = join(account.cloud.scratch, 'worker-code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), HANDLER);
    account.assets.register('code.zip', code);
    ({ QueueUrl } = await sqs.CreateQueue({ QueueName: 'orders' }, account.call()));
    await iam.CreateRole(
      {
        RoleName: 'worker',
        AssumeRolePolicyDocument: policy({
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      },
      account.call(),
    );
    await iam.PutRolePolicy(
      {
        RoleName: 'worker',
        PolicyName: 'send',
        PolicyDocument: policy({ Action: 'sqs:SendMessage', Resource: '*' }),
      },
      account.call(),
    );
    await lambda.CreateFunction(
      {
        FunctionName: 'worker',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::123456789012:role/worker',
        Environment: { Variables: { QUEUE_URL: QueueUrl ?? '' } },
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
      },
      account.call(),
    );
  });

  const invoke = async (event: object) => {
    const Payload = Buffer.from(JSON.stringify(event));
    const output = await account.services.lambda.Invoke({ FunctionName: 'worker', Payload }, account.call());
    return JSON.parse(Buffer.from(output.Payload ?? []).toString()) as unknown;
  };
  const reserve = (slots: number) =>
    account.services.lambda.PutFunctionConcurrency(
      { FunctionName: 'worker', ReservedConcurrentExecutions: slots },
      account.call(),
    );
  const sent = async () => {
    const { Attributes } = await account.services.sqs.GetQueueAttributes(
      { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] },
      account.call(),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  };

  test('kills it when its second call has taken effect, once', async () => {
    await control.killAfter('worker', { service: 'sqs', operation: 'SendMessage', calls: 2 });
    expect(await invoke({ sends: 3 })).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await sent()).toBe(2);
    expect(await invoke({ sends: 3 })).toBe('done');
  });

  test('is called off by its id, before the function has made its calls', async () => {
    const id = await control.killAfter('worker', { service: 'sqs' });
    await control.undo(id);
    expect(await invoke({ sends: 1 })).toBe('done');
  });

  test('holds up who would race, until nobody is left who could still come', async () => {
    await control.injectFault({
      kind: 'latency',
      service: 'sqs',
      operation: 'SendMessage',
      together: 3,
      ms: 60_000,
    });
    const held = invoke({ sends: 1 });
    expect(await Promise.race([held, invoke({})])).toBe('done');
    expect(await sent()).toBe(0);
    expect(await invoke({})).toBe('done');
    expect(await held).toBe('done');
    expect(await sent()).toBe(1);
  });

  test('takes its slots until they are given back, or all faults are cleared', async () => {
    await reserve(2);
    const id = await control.occupy('worker', 2);
    await expect(invoke({})).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await control.undo(id);
    expect(await invoke({})).toBe('done');
    await control.occupy('worker', 2);
    await control.killAfter('worker', { service: 'sqs' });
    await control.clearFaults();
    expect(await invoke({ sends: 1 })).toBe('done');
  });

  test('ends its environments: the next invocation is a cold start', async () => {
    expect(await invoke({})).toBe('done');
    await control.killEnvironments('worker');
    expect(await invoke({})).toBe('done');
    const { entries } = await control.journal();
    expect(entries.filter(({ type }) => type === 'cold-start')).toHaveLength(2);
  });
});
