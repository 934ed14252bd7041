import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const returning = (value: number) => `export const handler = async () => ${value}`;

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

/** A function that returns 1, with a way to give it other code. */
async function withOrders() {
  const test = testLambda();
  const { lambda, call } = test;
  const FunctionName = await test.create(returning(1), { FunctionName: 'orders' });
  return {
    ...test,
    FunctionName,
    publish: () => lambda.PublishVersion({ FunctionName }, call()),
    change: (value: number) =>
      lambda.UpdateFunctionCode(
        { FunctionName, S3Bucket: 'assets', S3Key: test.asset({ 'index.mjs': returning(value) }) },
        call(),
      ),
    alias: (Name: string, FunctionVersion: string) =>
      lambda.CreateAlias({ FunctionName, Name, FunctionVersion }, call()),
  };
}

describe('a version', () => {
  it('keeps code and configuration when $LATEST changes', async () => {
    await using test = await withOrders();
    expect(await test.publish()).toMatchObject({ Version: '1', FunctionArn: `${ARN}:1` });
    await test.change(2);
    await test.lambda.UpdateFunctionConfiguration({ FunctionName: 'orders', Timeout: 9 }, test.call());
    expect((await test.invoke('orders')).value).toBe(2);
    expect((await test.invoke('orders', {}, { Qualifier: '1' })).value).toBe(1);
    const config = await test.lambda.GetFunctionConfiguration(
      { FunctionName: 'orders', Qualifier: '1' },
      test.call(),
    );
    expect(config).toMatchObject({ Timeout: 3, Version: '1', FunctionArn: `${ARN}:1` });
  });

  it('is not published anew when nothing has changed since the last one', async () => {
    await using test = await withOrders();
    const first = await test.publish();
    expect(await test.publish()).toEqual(first);
    await test.change(2);
    expect(await test.publish()).toMatchObject({ Version: '2' });
  });

  it('is published with Publish when code is made or changed', async () => {
    await using test = await withOrders();
    await test.create(returning(1), { FunctionName: 'carts', Publish: true });
    const S3Key = test.asset({ 'index.mjs': returning(2) });
    const changed = await test.lambda.UpdateFunctionCode(
      { FunctionName: 'carts', S3Bucket: 'assets', S3Key, Publish: true },
      test.call(),
    );
    expect(changed).toMatchObject({ Version: '2' });
    const { Versions = [] } = await test.lambda.ListVersionsByFunction(
      { FunctionName: 'carts' },
      test.call(),
    );
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
  });

  it('is refused for other code or another revision than expected', async () => {
    await using test = await withOrders();
    const { lambda, call } = test;
    const other = { FunctionName: 'orders', CodeSha256: 'other' };
    await expect(lambda.PublishVersion(other, call())).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('CodeSHA256 (other) is different from current CodeSHA256 in $LATEST'),
    });
    const stale = { FunctionName: 'orders', RevisionId: 'stale' };
    await expect(lambda.PublishVersion(stale, call())).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      status: 412,
    });
  });

  it('tells its handler, its log stream and its caller which one it is', async () => {
    await using test = testLambda();
    const { lambda, call } = test;
    await test.create(
      `export const handler = async (event, context) => [
        context.functionVersion, process.env.AWS_LAMBDA_FUNCTION_VERSION, context.invokedFunctionArn,
        context.logStreamName, process.env.AWS_LAMBDA_INITIALIZATION_TYPE,
      ]`,
      { FunctionName: 'orders', Publish: true },
    );
    const answer = await lambda.Invoke({ FunctionName: 'orders:1' }, call());
    expect(answer.ExecutedVersion).toBe('1');
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual([
      '1',
      '1',
      `${ARN}:1`,
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[1\][0-9a-f]{32}$/),
      'on-demand',
    ]);
    const plain = await test.invoke('orders');
    expect(plain.value).toEqual(expect.arrayContaining(['$LATEST', ARN]));
  });

  it('is deleted alone, unless an alias points to it', async () => {
    await using test = await withOrders();
    const { lambda, call } = test;
    await test.publish();
    await test.alias('live', '1');
    const one = { FunctionName: 'orders', Qualifier: '1' };
    await expect(lambda.DeleteFunction(one, call())).rejects.toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
      message: 'Unable to delete version because the following aliases reference it: [live]',
    });
    await lambda.DeleteAlias({ FunctionName: 'orders', Name: 'live' }, call());
    await lambda.DeleteFunction(one, call());
    await expect(lambda.GetFunction(one, call())).rejects.toMatchObject({
      message: `Function not found: ${ARN}:1`,
    });
    expect((await test.invoke('orders')).value).toBe(1);
  });

  it('$LATEST is not deleted without the function', async () => {
    await using test = await withOrders();
    await expect(
      test.lambda.DeleteFunction({ FunctionName: 'orders', Qualifier: '$LATEST' }, test.call()),
    ).rejects.toMatchObject({
      message: '$LATEST version cannot be deleted without deleting the function.',
    });
  });
});

describe('an alias', () => {
  it('runs the version that it points to, and another one once it is moved', async () => {
    await using test = await withOrders();
    await test.publish();
    expect(await test.alias('live', '1')).toMatchObject({ AliasArn: `${ARN}:live`, FunctionVersion: '1' });
    await test.change(2);
    await test.publish();
    expect((await test.invoke('orders:live')).value).toBe(1);
    await test.lambda.UpdateAlias(
      { FunctionName: 'orders', Name: 'live', FunctionVersion: '2' },
      test.call(),
    );
    expect((await test.invoke(`${ARN}:live`)).value).toBe(2);
  });

  it.each([
    ['1', 'ValidationException', "Value '1' at 'name'"],
    ['with space', 'ValidationException', "Value 'with space' at 'name'"],
    ['live', 'ResourceConflictException', `Alias already exists: ${ARN}:live`],
  ])('named %s is refused', async (name, code, message) => {
    await using test = await withOrders();
    await test.alias('live', '$LATEST');
    await expect(test.alias(name, '$LATEST')).rejects.toMatchObject({
      name: code,
      message: expect.stringContaining(message),
    });
  });

  it('points only to what is there', async () => {
    await using test = await withOrders();
    await expect(test.alias('live', '7')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}:7`,
    });
  });

  it('is changed only at the revision that is expected', async () => {
    await using test = await withOrders();
    const { RevisionId } = await test.alias('live', '$LATEST');
    const change = { FunctionName: 'orders', Name: 'live', Description: 'new', RevisionId };
    await test.lambda.UpdateAlias(change, test.call());
    await expect(test.lambda.UpdateAlias(change, test.call())).rejects.toMatchObject({
      name: 'PreconditionFailedException',
    });
  });

  it('is listed by version and found by name', async () => {
    await using test = await withOrders();
    const { lambda, call } = test;
    await test.publish();
    await test.alias('live', '1');
    await test.alias('next', '$LATEST');
    const { Aliases = [] } = await lambda.ListAliases(
      { FunctionName: 'orders', FunctionVersion: '1' },
      call(),
    );
    expect(Aliases.map(({ Name }) => Name)).toEqual(['live']);
    await expect(lambda.GetAlias({ FunctionName: 'orders', Name: 'none' }, call())).rejects.toMatchObject({
      message: `Cannot find alias arn: ${ARN}:none`,
    });
  });

  it('has a resource policy of its own', async () => {
    await using test = await withOrders();
    const { lambda, call } = test;
    await test.alias('live', '$LATEST');
    const FunctionName = `${ARN}:live`;
    const permission = {
      FunctionName,
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    };
    await lambda.AddPermission(permission, call());
    const { Policy = '' } = await lambda.GetPolicy({ FunctionName }, call());
    expect(JSON.parse(Policy).Statement).toEqual([expect.objectContaining({ Resource: `${ARN}:live` })]);
    await expect(lambda.GetPolicy({ FunctionName: 'orders' }, call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a reference', () => {
  it.each(['orders:1', '123456789012:function:orders:1', 'function:orders:1', `${ARN}:1`])(
    '%s names a version',
    async (FunctionName) => {
      await using test = await withOrders();
      await test.publish();
      const { Configuration } = await test.lambda.GetFunction({ FunctionName }, test.call());
      expect(Configuration?.Version).toBe('1');
    },
  );

  it('with one qualifier in the name and another beside it is refused', async () => {
    await using test = await withOrders();
    const both = { FunctionName: 'orders:1', Qualifier: '2' };
    await expect(test.lambda.GetFunction(both, test.call())).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The derived qualifier from the function name does not match the specified qualifier.',
    });
  });

  it('to another account finds nothing', async () => {
    await using test = await withOrders();
    const FunctionName = ARN.replace('123456789012', '999999999999');
    await expect(test.lambda.GetFunction({ FunctionName }, test.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
