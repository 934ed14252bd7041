import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const HANDLER = `
const startedAs = process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
export const handler = async ({ waitMs = 0 }) => {
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  return startedAs;
};
`;

/** A function with version 1 and an alias to it. */
async function withLive(source = HANDLER, options: Parameters<typeof testLambda>[0] = {}) {
  const test = testLambda(options);
  const { lambda, call } = test;
  const target = { FunctionName: 'orders', Qualifier: 'live' };
  await test.create(source, { FunctionName: 'orders', Publish: true });
  await lambda.CreateAlias({ FunctionName: 'orders', Name: 'live', FunctionVersion: '1' }, call());
  return {
    ...test,
    target,
    put: (count: number, Qualifier = 'live') =>
      lambda.PutProvisionedConcurrencyConfig(
        { ...target, Qualifier, ProvisionedConcurrentExecutions: count },
        call(),
      ),
    /** Waits until it is no longer in progress. */
    settled: () =>
      expect
        .poll(async () => (await lambda.GetProvisionedConcurrencyConfig(target, call())).Status, {
          timeout: 10_000,
        })
        .not.toBe('IN_PROGRESS'),
    config: () => lambda.GetProvisionedConcurrencyConfig(target, call()),
  };
}

describe('provisioned concurrency', () => {
  it('has environments initialised before the first invocation, which then is no cold start', async () => {
    await using test = await withLive();
    expect(await test.put(2)).toMatchObject({
      Status: 'IN_PROGRESS',
      RequestedProvisionedConcurrentExecutions: 2,
      AllocatedProvisionedConcurrentExecutions: 0,
    });
    await test.settled();
    expect(await test.config()).toMatchObject({
      Status: 'READY',
      AllocatedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 2,
    });
    const { value, log } = await test.invoke('orders:live');
    expect(value).toBe('provisioned-concurrency');
    expect(log).not.toContain('Init Duration');
    expect(test.journal('cold-start')).toEqual([]);
  });

  it('what exceeds it runs on demand', async () => {
    await using test = await withLive();
    await test.put(1);
    await test.settled();
    const both = await Promise.all([
      test.invoke('orders:live', { waitMs: 300 }),
      test.invoke('orders:live', { waitMs: 300 }),
    ]);
    expect(both.map(({ value }) => value).sort()).toEqual(['on-demand', 'provisioned-concurrency']);
  });

  it('does not serve $LATEST', async () => {
    await using test = await withLive();
    await test.put(1);
    await test.settled();
    expect((await test.invoke('orders')).value).toBe('on-demand');
  });

  it('moves with its alias: the environments are those of the other version', async () => {
    await using test = await withLive();
    const { lambda, call } = test;
    await test.put(1);
    await test.settled();
    const S3Key = test.asset({ 'index.mjs': `export const handler = async () => 'second'` });
    await lambda.UpdateFunctionCode(
      { FunctionName: 'orders', S3Bucket: 'assets', S3Key, Publish: true },
      call(),
    );
    await lambda.UpdateAlias({ FunctionName: 'orders', Name: 'live', FunctionVersion: '2' }, call());
    expect(await test.config()).toMatchObject({ Status: 'IN_PROGRESS' });
    await test.settled();
    expect((await test.invoke('orders:live')).value).toBe('second');
    expect(test.journal('cold-start')).toEqual([]);
    expect(test.journal('environment-end').map(({ reason }) => reason)).toEqual(['retired']);
  });

  it('an environment that ends is replaced', async () => {
    await using test = await withLive();
    await test.put(1);
    await test.settled();
    test.faults.killEnvironments('orders');
    await expect
      .poll(async () => (await test.config()).AllocatedProvisionedConcurrentExecutions, { timeout: 10_000 })
      .toBe(0);
    await expect
      .poll(async () => (await test.config()).AllocatedProvisionedConcurrentExecutions, { timeout: 10_000 })
      .toBe(1);
    expect((await test.invoke('orders:live')).value).toBe('provisioned-concurrency');
  });

  it('fails with its reason when the handler does not load', async () => {
    await using test = await withLive(`throw new Error('no table')`);
    await test.put(1);
    await test.settled();
    expect(await test.config()).toMatchObject({
      Status: 'FAILED',
      StatusReason: 'FUNCTION_ERROR_INIT_FAILURE',
      AllocatedProvisionedConcurrentExecutions: 0,
    });
  });

  it('is billed for each init', async () => {
    await using test = await withLive();
    await test.put(2);
    await test.settled();
    const seconds = test.journal('cost').filter(({ unit }) => unit === 'gb-second');
    expect(seconds).toHaveLength(2);
    expect(seconds.every(({ amount }) => amount > 0)).toBe(true);
  });

  it('is taken away: what comes then runs on demand', async () => {
    await using test = await withLive();
    await test.put(1);
    await test.settled();
    await test.lambda.DeleteProvisionedConcurrencyConfig(test.target, test.call());
    expect((await test.invoke('orders:live')).value).toBe('on-demand');
    await expect(test.config()).rejects.toMatchObject({
      name: 'ProvisionedConcurrencyConfigNotFoundException',
      message: 'No Provisioned Concurrency Config found for this function',
      status: 404,
    });
  });

  it('is listed', async () => {
    await using test = await withLive();
    await test.put(1);
    const { ProvisionedConcurrencyConfigs } = await test.lambda.ListProvisionedConcurrencyConfigs(
      { FunctionName: 'orders' },
      test.call(),
    );
    expect(ProvisionedConcurrencyConfigs).toEqual([
      expect.objectContaining({
        FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders:live',
        RequestedProvisionedConcurrentExecutions: 1,
      }),
    ]);
  });
});

describe('provisioned concurrency is refused', () => {
  it('on $LATEST', async () => {
    await using test = await withLive();
    await expect(test.put(1, '$LATEST')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    });
  });

  it('on an alias that is not there', async () => {
    await using test = await withLive();
    await expect(test.put(1, 'none')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Cannot find alias arn: arn:aws:lambda:us-east-1:123456789012:function:orders:none',
    });
  });

  it('on a version and an alias to it at once', async () => {
    await using test = await withLive();
    await test.put(1);
    await expect(test.put(1, '1')).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Version is pointed by a Provisioned Concurrency alias',
    });
  });

  it('above the reservation of its function', async () => {
    await using test = await withLive();
    await test.lambda.PutFunctionConcurrency(
      { FunctionName: 'orders', ReservedConcurrentExecutions: 1 },
      test.call(),
    );
    await expect(test.put(2)).rejects.toMatchObject({
      message:
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    });
  });

  it('when less than 100 would be left for the others', async () => {
    await using test = await withLive(HANDLER, { concurrencyLimit: 101 });
    await expect(test.put(2)).rejects.toMatchObject({
      message:
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
  });
});

describe('a reservation that is all provisioned', () => {
  it('lets nothing run on demand', async () => {
    await using test = await withLive();
    await test.lambda.PutFunctionConcurrency(
      { FunctionName: 'orders', ReservedConcurrentExecutions: 1 },
      test.call(),
    );
    await test.put(1);
    await test.settled();
    expect((await test.invoke('orders:live')).value).toBe('provisioned-concurrency');
    await expect(test.invoke('orders')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
  });
});
