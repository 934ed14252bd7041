import { describe, expect, it } from 'vitest';
import { testAsync } from './testing.ts';

describe('an asynchronous invocation', () => {
  it('is answered with status 202 and nothing else, before the function has run', async () => {
    await using account = await testAsync();
    const answer = await account.lambda.Invoke(
      { FunctionName: 'orders', InvocationType: 'Event' },
      account.call(),
    );
    expect(answer).toEqual({ StatusCode: 202 });
    expect(account.journal('invocation')).toEqual([]);
    await account.wait();
    expect(account.journal('invocation')).toMatchObject([
      { functionName: 'orders', invocationType: 'Event' },
    ]);
  });

  it('runs under the id that the caller was told', async () => {
    await using account = await testAsync();
    const requestId = await account.send({ orderId: 'o-1' });
    await account.wait();
    expect(account.journal('invocation')).toMatchObject([{ requestId }]);
  });

  it('runs once when it succeeds', async () => {
    await using account = await testAsync();
    await account.send({ orderId: 'o-1' });
    await account.wait(24 * 3600);
    expect(account.journal('invocation')).toHaveLength(1);
  });

  it('is refused above 1 MB', async () => {
    await using account = await testAsync();
    await expect(account.send('x'.repeat(1_048_575))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      message: 'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
      status: 413,
    });
    await account.send('x'.repeat(1_048_574));
  });

  it('is refused at once when the function is not there, or the event is no JSON', async () => {
    await using account = await testAsync();
    await expect(account.send({}, { FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const Payload = Buffer.from('{no') as Uint8Array as never;
    await expect(account.send({}, { Payload })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });

  it('has no client context', async () => {
    await using account = await testAsync();
    await account.create(
      'export const handler = async (_, context) => { if (context.clientContext) throw 1 }',
      {
        FunctionName: 'context',
      },
    );
    await account.send(
      {},
      { FunctionName: 'context', ClientContext: Buffer.from('{"a":1}').toString('base64') },
    );
    await account.wait();
    expect(account.journal('invocation')).toMatchObject([{ functionName: 'context' }]);
    expect(account.journal('invocation')[0]?.error).toBeUndefined();
  });

  it('runs the version that the alias points to when it runs', async () => {
    await using account = await testAsync();
    await account.lambda.PublishVersion({ FunctionName: 'orders' }, account.call());
    await account.lambda.CreateAlias(
      { FunctionName: 'orders', Name: 'live', FunctionVersion: '1' },
      account.call(),
    );
    await account.send({}, { Qualifier: 'live' });
    await account.wait();
    expect(account.journal('invocation')).toMatchObject([{ version: '1' }]);
  });
});

describe('an event that the function fails on', () => {
  it('is tried again after one minute and then after two, under the same id', async () => {
    await using account = await testAsync();
    const requestId = await account.send({ failures: 9 });
    await account.wait(3600);
    expect(account.waits()).toEqual([60, 120]);
    expect(account.journal('invocation').map((entry) => entry.requestId)).toEqual([
      requestId,
      requestId,
      requestId,
    ]);
    expect(account.notes('dropped')).toMatchObject([{ requestId, reason: 'RetriesExhausted' }]);
  });

  it('is done with when an attempt succeeds', async () => {
    await using account = await testAsync();
    await account.send({ failures: 1 });
    await account.wait(3600);
    expect(account.attempts()).toBe(2);
    expect(account.notes('dropped')).toEqual([]);
  });

  it.each([0, 1])('is tried again %i times when that is configured', async (MaximumRetryAttempts) => {
    await using account = await testAsync();
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'orders', MaximumRetryAttempts },
      account.call(),
    );
    await account.send({ failures: 9 });
    await account.wait(3600);
    expect(account.attempts()).toBe(1 + MaximumRetryAttempts);
  });

  it('is given up as soon as the next attempt would come too late', async () => {
    await using account = await testAsync();
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'orders', MaximumEventAgeInSeconds: 100 },
      account.call(),
    );
    await account.send({ failures: 9 });
    await account.wait(3600);
    expect(account.attempts()).toBe(2);
    expect(account.notes('dropped')).toMatchObject([{ reason: 'EventAgeExceeded' }]);
  });

  it('also by running out of time', async () => {
    await using account = await testAsync();
    await account.create('export const handler = () => new Promise(() => setInterval(() => {}, 1000))', {
      FunctionName: 'slow',
      Timeout: 1,
    });
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'slow', MaximumRetryAttempts: 0 },
      account.call(),
    );
    await account.send({}, { FunctionName: 'slow' });
    await account.wait(60);
    expect(account.journal('invocation')).toMatchObject([{ error: 'Sandbox.Timedout' }]);
    expect(account.notes('dropped')).toMatchObject([{ functionName: 'slow', reason: 'RetriesExhausted' }]);
  });

  it('is dropped when the function is deleted meanwhile', async () => {
    await using account = await testAsync();
    await account.send({ failures: 9 });
    await account.wait(10);
    await account.lambda.DeleteFunction({ FunctionName: 'orders' }, account.call());
    await account.wait(3600);
    expect(account.attempts()).toBe(1);
    expect(account.notes('dropped')).toMatchObject([{ reason: 'ResourceNotFoundException' }]);
  });

  it('is tried with the settings of the alias that was named', async () => {
    await using account = await testAsync();
    await account.lambda.CreateAlias(
      { FunctionName: 'orders', Name: 'live', FunctionVersion: '$LATEST' },
      account.call(),
    );
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'orders', Qualifier: 'live', MaximumRetryAttempts: 0 },
      account.call(),
    );
    await account.send({ failures: 9 }, { Qualifier: 'live' });
    await account.wait(3600);
    expect(account.attempts()).toBe(1);
  });
});

describe('an event for which there is no concurrency', () => {
  /** A function whose reserved concurrency is taken until the answer is called. */
  async function occupied(account: Awaited<ReturnType<typeof testAsync>>) {
    await account.lambda.PutFunctionConcurrency(
      { FunctionName: 'orders', ReservedConcurrentExecutions: 1 },
      account.call(),
    );
    return account.faults.occupy('orders', 1);
  }

  it('is tried again after 1 s, 2 s, 4 s … and at most 5 minutes', async () => {
    await using account = await testAsync();
    await occupied(account);
    await account.send({});
    await account.wait(1000);
    expect(account.waits().slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  });

  it('runs when there is room again, and has all its attempts still', async () => {
    await using account = await testAsync();
    const release = await occupied(account);
    await account.send({ failures: 9 });
    await account.wait(6);
    release();
    await account.wait(3600);
    expect(account.journal('invocation')).toHaveLength(3);
  });

  it('waits for 1 s again when it has run meanwhile', async () => {
    await using account = await testAsync();
    const release = await occupied(account);
    await account.send({ failures: 1 });
    await account.wait(6);
    release();
    await account.wait(30);
    account.faults.occupy('orders', 1);
    await account.wait(60);
    expect(account.waits().slice(0, 5)).toEqual([1, 2, 4, 60, 1]);
  });

  it('is given up when it is too old', async () => {
    await using account = await testAsync();
    await occupied(account);
    await account.send({});
    await account.wait(6 * 3600);
    expect(account.notes('dropped')).toMatchObject([{ reason: 'EventAgeExceeded' }]);
    expect(account.journal('invocation')).toEqual([]);
  });

  it('is sent on at once when the reserved concurrency is zero', async () => {
    await using account = await testAsync();
    const onFailure = await account.queue('failed');
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'orders', DestinationConfig: { OnFailure: { Destination: onFailure } } },
      account.call(),
    );
    await account.lambda.PutFunctionConcurrency(
      { FunctionName: 'orders', ReservedConcurrentExecutions: 0 },
      account.call(),
    );
    await account.send({});
    await account.wait();
    expect(account.attempts()).toBe(1);
    expect(await account.records(onFailure)).toMatchObject([
      { requestContext: { condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 } },
    ]);
  });
});

describe('an event that Lambda itself fails on', () => {
  it('is tried again after 1 s, 2 s … until it works, as if it had never failed', async () => {
    let broken = 3;
    await using account = await testAsync({
      endpoint: () => {
        if (broken-- > 0) throw new Error('No machine.');
        return 'http://127.0.0.1:9';
      },
    });
    await account.send({});
    await account.wait(600);
    expect(account.waits()).toEqual([1, 2, 4]);
    expect(account.journal('invocation')).toHaveLength(1);
    expect(account.notes('dropped')).toEqual([]);
  });
});

describe('closing the account', () => {
  it('ends what is under way, and counts it as no failure', async () => {
    const account = await testAsync();
    await account.create('export const handler = () => new Promise(() => setInterval(() => {}, 1000))', {
      FunctionName: 'slow',
      Timeout: 60,
    });
    await account.send({}, { FunctionName: 'slow' });
    while (account.journal('cold-start').length === 0) await new Promise((resolve) => setImmediate(resolve));
    await account[Symbol.asyncDispose]();
    expect(account.journal('retry')).toEqual([]);
    expect(account.notes('dropped')).toEqual([]);
  });
});
