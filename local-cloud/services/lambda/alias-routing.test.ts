import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

/** A function with two versions that tell which one they are. */
async function withTwoVersions() {
  const test = testLambda();
  const { lambda, call } = test;
  const version = 'export const handler = async (_event, { functionVersion }) => functionVersion';
  await test.create(version, { FunctionName: 'orders', Publish: true });
  await lambda.UpdateFunctionConfiguration({ FunctionName: 'orders', Description: 'next' }, call());
  await lambda.PublishVersion({ FunctionName: 'orders' }, call());
  return {
    ...test,
    alias: (FunctionVersion: string, weights?: Record<string, number>) =>
      lambda.CreateAlias(
        {
          FunctionName: 'orders',
          Name: 'live',
          FunctionVersion,
          RoutingConfig: { AdditionalVersionWeights: weights },
        },
        call(),
      ),
  };
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
describe('an alias that points to two versions', () => {
  it('runs now one of them, now the other', async () => {
    await using test = await withTwoVersions();
    expect(await test.alias('1', { 2: 0.5 })).toMatchObject({
      AliasArn: `${ARN}:live`,
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
    });
    const ran = new Set<string>();
    for (let attempt = 0; attempt < 20; attempt++) {
      const { ExecutedVersion = '' } = await test.lambda.Invoke({ FunctionName: 'orders:live' }, test.call());
      ran.add(ExecutedVersion);
    }
    expect([...ran].sort()).toEqual(['1', '2']);
  });

  it.each([
    ['never the second with a weight of 0', 0, '1'],
    ['always the second with a weight of 1', 1, '2'],
  ])('%s', async (_what, weight, version) => {
    await using test = await withTwoVersions();
    await test.alias('1', { 2: weight });
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await test.lambda.Invoke({ FunctionName: 'orders:live' }, test.call())).toMatchObject({
        ExecutedVersion: version,
      });
    }
  });

  it('is described by the first', async () => {
    await using test = await withTwoVersions();
    await test.alias('1', { 2: 1 });
    expect(
      await test.lambda.GetFunctionConfiguration({ FunctionName: 'orders:live' }, test.call()),
    ).toMatchObject({ Version: '1' });
  });

  it('keeps both from being deleted', async () => {
    await using test = await withTwoVersions();
    await test.alias('1', { 2: 0.1 });
    await expect(
      test.lambda.DeleteFunction({ FunctionName: 'orders', Qualifier: '2' }, test.call()),
    ).rejects.toMatchObject({
      message: 'Unable to delete version because the following aliases reference it: [live]',
    });
  });

  it('points to one again after an update with no weights; an update without any keeps them', async () => {
    await using test = await withTwoVersions();
    const { lambda, call } = test;
    await test.alias('1', { 2: 0.1 });
    const live = { FunctionName: 'orders', Name: 'live' };
    expect(await lambda.UpdateAlias({ ...live, Description: 'new' }, call())).toMatchObject({
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
    });
    await expect(lambda.UpdateAlias({ ...live, FunctionVersion: '2' }, call())).rejects.toMatchObject({
      message: 'Invalid function version 2. Function version 2 is already included in routing configuration.',
    });
    await lambda.UpdateAlias({ ...live, RoutingConfig: { AdditionalVersionWeights: {} } }, call());
    expect((await lambda.GetAlias(live, call())).RoutingConfig).toBeUndefined();
  });

  it('has no provisioned concurrency here', async () => {
    await using test = await withTwoVersions();
    const { lambda, call } = test;
    await test.alias('1', { 2: 0.1 });
    const provisioned = { FunctionName: 'orders', Qualifier: 'live', ProvisionedConcurrentExecutions: 1 };
    const refusal = {
      name: 'UnsupportedOperation',
      message: expect.stringContaining('an alias that points to two versions'),
    };
    await expect(lambda.PutProvisionedConcurrencyConfig(provisioned, call())).rejects.toMatchObject(refusal);
    const live = { FunctionName: 'orders', Name: 'live' };
    await lambda.UpdateAlias({ ...live, RoutingConfig: { AdditionalVersionWeights: {} } }, call());
    await lambda.PutProvisionedConcurrencyConfig(provisioned, call());
    const weights = { AdditionalVersionWeights: { 2: 0.1 } };
    await expect(lambda.UpdateAlias({ ...live, RoutingConfig: weights }, call())).rejects.toMatchObject(
      refusal,
    );
  });
});

describe('an alias cannot point to', () => {
  it.each<[string, string, Record<string, number>, string, string]>([
    [
      'more than two versions',
      '1',
      { 1: 0.5, 2: 0.5 },
      'InvalidParameterValueException',
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    ],
    [
      'one version twice',
      '1',
      { 1: 0.5 },
      'InvalidParameterValueException',
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
    ],
    [
      '$LATEST and another one',
      '$LATEST',
      { 1: 0.5 },
      'InvalidParameterValueException',
      '$LATEST is not supported for an alias pointing to more than 1 version',
    ],
    [
      '$LATEST beside another one',
      '1',
      { $LATEST: 0.5 },
      'ValidationException',
      "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]",
    ],
    [
      'a version that is not there',
      '1',
      { 10: 0.5 },
      'ResourceNotFoundException',
      `Function not found: ${ARN}:10`,
    ],
    ...[2, -1].map((weight): [string, string, Record<string, number>, string, string] => [
      `a version with a weight of ${weight}`,
      '1',
      { 2: weight },
      'ValidationException',
      `1 validation error detected: Value '{2=${weight}.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]`,
    ]),
  ])('%s', async (_what, version, weights, name, message) => {
    await using test = await withTwoVersions();
    await expect(test.alias(version, weights)).rejects.toMatchObject({
      name,
      message,
    });
  });

  it('a function that is not there', async () => {
    await using test = testLambda();
    const alias = { FunctionName: 'carts', Name: 'live', FunctionVersion: '1' };
    await expect(test.lambda.CreateAlias(alias, test.call())).rejects.toMatchObject({
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:carts:1',
    });
  });
});

it('an alias that is not there is told in two ways', async () => {
  await using test = await withTwoVersions();
  const none = { FunctionName: 'orders', Name: 'none' };
  await expect(test.lambda.GetAlias(none, test.call())).rejects.toMatchObject({
    message: `Cannot find alias arn: ${ARN}:none`,
  });
  await expect(test.lambda.UpdateAlias(none, test.call())).rejects.toMatchObject({
    message: `Alias not found: ${ARN}:none`,
  });
});
