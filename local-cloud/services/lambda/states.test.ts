import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ONE = 'export const handler = async () => 1';
const TWO = 'export const handler = async () => 2';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
const CREATING = 'The function is being created.';

/** Makes a function by name and gives what the call answers. */
async function createOrders(test: ReturnType<typeof testLambda>, config: object = {}) {
  const S3Key = test.asset({ 'index.mjs': ONE });
  return test.lambda.CreateFunction(
    {
      FunctionName: 'orders',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::123456789012:role/worker',
      Code: { S3Bucket: 'assets', S3Key },
      ...config,
    },
    test.call(),
  );
}

// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
describe('a function that was made', () => {
  it('is pending in the answer, and active by the next call, with another revision', async () => {
    await using test = testLambda();
    const created = await createOrders(test);
    expect(created).toMatchObject({
      State: 'Pending',
      StateReason: CREATING,
      StateReasonCode: 'Creating',
      Version: '$LATEST',
      RuntimeVersionConfig: {
        RuntimeVersionArn: expect.stringMatching(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/),
      },
    });
    expect(created).not.toHaveProperty('LastUpdateStatus');
    const found = await test.lambda.GetFunctionConfiguration({ FunctionName: 'orders' }, test.call());
    expect(found).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(found).not.toHaveProperty('StateReason');
    expect(found.RevisionId).not.toBe(created.RevisionId);
  });

  it('with a version tells the number of the version and the ARN of the function', async () => {
    await using test = testLambda();
    expect(await createOrders(test, { Publish: true })).toMatchObject({
      FunctionArn: ARN,
      Version: '1',
      State: 'Pending',
    });
  });

  it.each([
    ['none were given', {}, undefined],
    ['an empty set was given', { Environment: { Variables: {} } }, { Variables: {} }],
  ])('shows variables as they were given: %s', async (_what, config, environment) => {
    await using test = testLambda();
    expect((await createOrders(test, config)).Environment).toEqual(environment);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html#functions-states-updating
describe('a function that was changed', () => {
  it('is in progress in the answer, and done by the next call, with another revision', async () => {
    await using test = testLambda();
    await createOrders(test);
    const S3Key = test.asset({ 'index.mjs': TWO });
    const code = { FunctionName: 'orders', S3Bucket: 'assets', S3Key };
    const configuration = { FunctionName: 'orders', Description: 'new' };
    for (const updated of [
      await test.lambda.UpdateFunctionCode(code, test.call()),
      await test.lambda.UpdateFunctionConfiguration(configuration, test.call()),
    ]) {
      expect(updated).toMatchObject({
        FunctionArn: ARN,
        State: 'Active',
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: CREATING,
        LastUpdateStatusReasonCode: 'Creating',
      });
      const found = await test.lambda.GetFunctionConfiguration({ FunctionName: 'orders' }, test.call());
      expect(found).toMatchObject({ LastUpdateStatus: 'Successful' });
      expect(found.RevisionId).not.toBe(updated.RevisionId);
    }
  });

  it('and published with that is answered by the version, which is pending', async () => {
    await using test = testLambda();
    await createOrders(test);
    const S3Key = test.asset({ 'index.mjs': TWO });
    const update = { FunctionName: 'orders', S3Bucket: 'assets', S3Key, Publish: true };
    const updated = await test.lambda.UpdateFunctionCode(update, test.call());
    expect(updated).toMatchObject({ FunctionArn: `${ARN}:1`, Version: '1', State: 'Pending' });
    expect(updated).not.toHaveProperty('LastUpdateStatus');
  });

  it('for a trial is not changed', async () => {
    await using test = testLambda();
    await createOrders(test);
    const S3Key = test.asset({ 'index.mjs': TWO });
    const update = { FunctionName: 'orders', S3Bucket: 'assets', S3Key, DryRun: true };
    const before = await test.lambda.GetFunctionConfiguration({ FunctionName: 'orders' }, test.call());
    expect(await test.lambda.UpdateFunctionCode(update, test.call())).toEqual(before);
  });
});

it('a version is active when it is published', async () => {
  await using test = testLambda();
  await createOrders(test);
  expect(await test.lambda.PublishVersion({ FunctionName: 'orders' }, test.call())).toMatchObject({
    FunctionArn: `${ARN}:1`,
    State: 'Active',
    LastUpdateStatus: 'Successful',
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
it('lists show neither states nor the version of the runtime', async () => {
  await using test = testLambda();
  await createOrders(test, { Publish: true });
  const { Functions = [] } = await test.lambda.ListFunctions({ FunctionVersion: 'ALL' }, test.call());
  const { Versions = [] } = await test.lambda.ListVersionsByFunction({ FunctionName: 'orders' }, test.call());
  const listed = [...Functions, ...Versions];
  expect(listed.map(({ FunctionArn }) => FunctionArn)).toEqual([
    `${ARN}:$LATEST`,
    `${ARN}:1`,
    `${ARN}:$LATEST`,
    `${ARN}:1`,
  ]);
  for (const shown of listed) {
    expect(Object.keys(shown)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(State|LastUpdateStatus|RuntimeVersionConfig)/)]),
    );
  }
});

it('a page of a list has at least one function', async () => {
  await using test = testLambda();
  await expect(test.lambda.ListFunctions({ MaxItems: 0 }, test.call())).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("Value '0' at 'maxItems'"),
  });
});
