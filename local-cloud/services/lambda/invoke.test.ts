import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

type TestLambda = ReturnType<typeof testLambda>;

const echo = 'export const handler = async (event) => event';
const slow = 'export const handler = () => new Promise((r) => setTimeout(r, 60_000))';

const invoke = (lambda: TestLambda, input: Parameters<TestLambda['lambda']['Invoke']>[0]) =>
  lambda.lambda.Invoke(input, lambda.call());

const bytes = (text: string) => Buffer.from(text) as Uint8Array as never;

/** Waits until `count` invocations of the account have started. */
async function started(lambda: TestLambda, count: number): Promise<void> {
  while (lambda.journal('cold-start').length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a synchronous invocation', () => {
  it('hands over the event and gives the answer', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    expect((await lambda.invoke(name, { order: { id: 'ö' }, list: [1, null] })).value).toEqual({
      order: { id: 'ö' },
      list: [1, null],
    });
  });

  it('hands over the client context, whatever its characters', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async (_, context) => context.clientContext');
    const ClientContext = Buffer.from('{"custom":{"from":"Köln\\n😀"}}').toString('base64');
    const { Payload } = await invoke(lambda, { FunctionName: name, ClientContext });
    expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString())).toEqual({
      custom: { from: 'Köln\n😀' },
    });
  });

  it('refuses a client context that is no JSON', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    await expect(invoke(lambda, { FunctionName: name, ClientContext: 'bm90IGpzb24=' })).rejects.toMatchObject(
      {
        name: 'InvalidRequestContentException',
        message: 'Client context must be a valid Base64-encoded JSON object.',
      },
    );
  });

  it('says status 200 and the version', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    expect(await invoke(lambda, { FunctionName: name, Payload: bytes('1') })).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
  });

  it('without a payload has an empty event', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    const { Payload } = await invoke(lambda, { FunctionName: name });
    expect(Buffer.from(Payload as Uint8Array).toString()).toBe('{}');
  });

  it.each([
    ['a name', 'orders'],
    ['a name with $LATEST', 'orders:$LATEST'],
    ['an ARN', 'arn:aws:lambda:us-east-1:123456789012:function:orders'],
    ['an ARN with $LATEST', 'arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST'],
    ['a partial ARN', '123456789012:function:orders'],
  ])('finds the function by %s', async (_what, FunctionName) => {
    await using lambda = testLambda();
    await lambda.create(echo, { FunctionName: 'orders' });
    expect((await lambda.invoke(FunctionName, 5)).value).toBe(5);
  });

  it('of a function that is not there', async () => {
    await using lambda = testLambda();
    await expect(lambda.invoke('nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST',
      status: 404,
    });
  });

  it('of a version or alias that is not there', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    const notFound = {
      name: 'ResourceNotFoundException',
      message: `Function not found: arn:aws:lambda:us-east-1:123456789012:function:${name}:live`,
    };
    await expect(lambda.invoke(`${name}:live`)).rejects.toMatchObject(notFound);
    await expect(lambda.invoke(name, {}, { Qualifier: 'live' })).rejects.toMatchObject(notFound);
  });

  it('with a payload that is no JSON', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    await expect(invoke(lambda, { FunctionName: name, Payload: bytes('{no') })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      message: expect.stringContaining('Could not parse request body into json: '),
      status: 400,
    });
  });

  it('with more than 6 MB', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    await expect(
      invoke(lambda, { FunctionName: name, Payload: bytes(`"${'x'.repeat(6_291_456)}"`) }),
    ).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      status: 413,
    });
  });

  it('with just 6 MB', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async (event) => event.length');
    const { Payload } = await invoke(lambda, {
      FunctionName: name,
      Payload: bytes(`"${'x'.repeat(6_291_454)}"`),
    });
    expect(Buffer.from(Payload as Uint8Array).toString()).toBe('6291454');
  });
});

describe('a dry run', () => {
  it('checks and does not run', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    expect(await invoke(lambda, { FunctionName: name, InvocationType: 'DryRun' })).toEqual({
      StatusCode: 204,
    });
    expect(lambda.journal('cold-start')).toEqual([]);
  });
});

describe('throttling', () => {
  it('reserved concurrency is used up', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(slow, { Timeout: 60 });
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName: name, ReservedConcurrentExecutions: 1 },
      lambda.call(),
    );
    void lambda.invoke(name).catch(() => {});
    await started(lambda, 1);
    await expect(lambda.invoke(name)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    expect(lambda.journal('throttle')).toMatchObject([
      { functionName: name, reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    ]);
  });

  it('reserved concurrency of 0 closes a function', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName: name, ReservedConcurrentExecutions: 0 },
      lambda.call(),
    );
    await expect(lambda.invoke(name)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await lambda.lambda.DeleteFunctionConcurrency({ FunctionName: name }, lambda.call());
    expect((await lambda.invoke(name, 1)).value).toBe(1);
  });

  it("the account's concurrency is used up", async () => {
    await using lambda = testLambda({ concurrencyLimit: 1 });
    const name = await lambda.create(slow, { Timeout: 60 });
    const other = await lambda.create(echo);
    void lambda.invoke(name).catch(() => {});
    await started(lambda, 1);
    await expect(lambda.invoke(other)).rejects.toMatchObject({
      members: { Reason: 'ConcurrentInvocationLimitExceeded' },
    });
  });

  it('a slot is free again after an invocation, however it ended', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      "export const handler = async ({ how }) => { if (how === 'exit') process.exit(1); throw new Error(how) }",
    );
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName: name, ReservedConcurrentExecutions: 1 },
      lambda.call(),
    );
    for (const how of ['throw', 'exit', 'throw'])
      expect((await lambda.invoke(name, { how })).functionError).toBe('Unhandled');
  });
});

describe('faults', () => {
  it('occupied slots are taken until they are given back', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(echo);
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName: name, ReservedConcurrentExecutions: 100 },
      lambda.call(),
    );
    const release = lambda.faults.occupy(name, 100);
    await expect(lambda.invoke(name)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    release();
    expect((await lambda.invoke(name, 1)).value).toBe(1);
  });

  it('an environment dies after its second call of an operation has taken effect', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(slow, { Timeout: 60 });
    lambda.faults.killAfter(name, { service: 'logs', operation: 'CreateLogGroup', calls: 2 });
    const principal = {
      type: 'role' as const,
      arn: `arn:aws:sts::123456789012:assumed-role/worker/${name}`,
      accountId: '123456789012',
      roleArn: 'r',
      sessionName: name,
    };
    const invocation = lambda.invoke(name);
    await started(lambda, 1);
    await lambda.logs.CreateLogGroup({ logGroupName: 'one' }, lambda.call({ principal }));
    await lambda.logs.CreateLogGroup({ logGroupName: 'of-others' }, lambda.call());
    expect(lambda.journal('environment-end')).toEqual([]);
    await lambda.logs.CreateLogGroup({ logGroupName: 'two' }, lambda.call({ principal }));
    expect((await invocation).value).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(lambda.journal('environment-end')).toMatchObject([{ reason: 'fault' }]);
  });
});
