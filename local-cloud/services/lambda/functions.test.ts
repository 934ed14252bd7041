import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ROLE, testLambda } from './testing.ts';

const one = 'export const handler = async () => 1';

describe('creating a function', () => {
  it('fills in the defaults', async () => {
    await using lambda = testLambda();
    const S3Key = lambda.asset({ 'index.mjs': one });
    const created = await lambda.lambda.CreateFunction(
      {
        FunctionName: 'orders',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { S3Bucket: 'assets', S3Key },
      },
      lambda.call(),
    );
    expect(created).toMatchObject({
      FunctionName: 'orders',
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
      Timeout: 3,
      MemorySize: 128,
      Version: '$LATEST',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      TracingConfig: { Mode: 'PassThrough' },
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/orders' },
    });
    expect(created.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  });

  it('from a zip', async () => {
    await using lambda = testLambda();
    const ZipFile = zipSync({ 'src/index.mjs': strToU8(one) });
    const name = await lambda.create('', { Handler: 'src/index.handler', Code: { ZipFile } });
    expect((await lambda.invoke(name)).value).toBe(1);
  });

  it.each([
    [
      'a zip that is none',
      { ZipFile: strToU8('no zip') },
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      'an object that is not there',
      { S3Bucket: 'assets', S3Key: 'none' },
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    ],
    ['nothing', {}, 'Please provide a source for function code.'],
  ])('from %s is refused', async (_what, Code, message) => {
    await using lambda = testLambda();
    await expect(lambda.create('', { Code })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message,
    });
  });

  it('from a zip that leads out of its folder is refused', async () => {
    await using lambda = testLambda();
    const ZipFile = zipSync({ '../outside.mjs': strToU8(one) });
    await expect(lambda.create('', { Code: { ZipFile } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('twice is refused', async () => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    await expect(lambda.create(one, { FunctionName: 'orders' })).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: orders',
      status: 409,
    });
  });

  it.each([
    ['a timeout of 0', { Timeout: 0 }, 'ValidationException', /'timeout'.*greater than or equal to 1/],
    ['a timeout above 900', { Timeout: 901 }, 'ValidationException', /'timeout'.*less than or equal to 900/],
    [
      'too little memory',
      { MemorySize: 127 },
      'ValidationException',
      /'memorySize'.*greater than or equal to 128/,
    ],
    [
      'too much memory',
      { MemorySize: 10_241 },
      'ValidationException',
      /'memorySize'.*less than or equal to 10240/,
    ],
    [
      'a runtime that is not Node.js',
      { Runtime: 'python3.13' as const },
      'InvalidParameterValueException',
      /python3\.13.*nodejs24\.x, nodejs22\.x/,
    ],
    [
      'no handler',
      { Handler: undefined },
      'InvalidParameterValueException',
      /Runtime and Handler are mandatory/,
    ],
    ['a role that is no ARN', { Role: 'worker' }, 'ValidationException', /'role'/],
    [
      'a role that Lambda may not assume',
      { Role: `${ROLE}-other` },
      'InvalidParameterValueException',
      /cannot be assumed by Lambda/,
    ],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
      /reserved keys.*AWS_REGION/,
    ],
    [
      'more than 4 KB of variables',
      { Environment: { Variables: { BIG: 'x'.repeat(4097) } } },
      'InvalidParameterValueException',
      /exceeded the 4KB limit/,
    ],
  ])('with %s is refused', async (_what, config, name, message) => {
    await using lambda = testLambda();
    await expect(lambda.create(one, config)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['Layers', { Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:x:1'] }],
    ['VpcConfig', { VpcConfig: { SubnetIds: ['subnet-1'] } }],
    [
      'deadLetterConfig.targetArn in SNS',
      { DeadLetterConfig: { TargetArn: 'arn:aws:sns:us-east-1:123456789012:t' } },
    ],
    ['PackageType Image', { PackageType: 'Image' as const }],
  ])('with %s is refused by name', async (what, config) => {
    await using lambda = testLambda();
    await expect(lambda.create(one, config)).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining(what),
    });
  });
});

describe('a function', () => {
  it('is described with its code, tags and concurrency', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create(one, { Tags: { project: 'shop' } });
    await lambda.lambda.PutFunctionConcurrency(
      { FunctionName, ReservedConcurrentExecutions: 5 },
      lambda.call(),
    );
    expect(await lambda.lambda.GetFunction({ FunctionName }, lambda.call())).toMatchObject({
      Configuration: { FunctionName, CodeSize: one.length },
      Tags: { project: 'shop' },
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
  });

  it('keeps what an update does not mention; its variables are replaced as a whole', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create(one, {
      Timeout: 20,
      Environment: { Variables: { TABLE_NAME: 'orders', MODE: 'old' } },
    });
    await lambda.lambda.UpdateFunctionConfiguration(
      { FunctionName, Environment: { Variables: { MODE: 'new' } } },
      lambda.call(),
    );
    expect(await lambda.lambda.GetFunctionConfiguration({ FunctionName }, lambda.call())).toMatchObject({
      Timeout: 20,
      Environment: { Variables: { MODE: 'new' } },
    });
  });

  it('has another revision and hash after an update of its code', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create(one);
    const before = await lambda.lambda.GetFunctionConfiguration({ FunctionName }, lambda.call());
    const S3Key = lambda.asset({ 'index.mjs': 'export const handler = async () => 2' });
    const after = await lambda.lambda.UpdateFunctionCode(
      { FunctionName, S3Bucket: 'assets', S3Key },
      lambda.call(),
    );
    expect(after.CodeSha256).not.toBe(before.CodeSha256);
    expect(after.RevisionId).not.toBe(before.RevisionId);
    await expect(
      lambda.lambda.UpdateFunctionCode(
        { FunctionName, S3Bucket: 'assets', S3Key, RevisionId: before.RevisionId },
        lambda.call(),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException', status: 412 });
  });

  it('is gone after it was deleted', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create(one);
    await lambda.lambda.DeleteFunction({ FunctionName }, lambda.call());
    await expect(lambda.lambda.GetFunction({ FunctionName }, lambda.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: arn:aws:lambda:us-east-1:123456789012:function:${FunctionName}`,
    });
  });

  it('is listed, in pages', async () => {
    await using lambda = testLambda();
    for (const FunctionName of ['c', 'a', 'b']) await lambda.create(one, { FunctionName });
    const first = await lambda.lambda.ListFunctions({ MaxItems: 2 }, lambda.call());
    expect(first.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['a', 'b']);
    const second = await lambda.lambda.ListFunctions({ Marker: first.NextMarker }, lambda.call());
    expect(second.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['c']);
    expect(second.NextMarker).toBeUndefined();
  });

  it('has tags', async () => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
    await lambda.lambda.TagResource({ Resource, Tags: { a: '1', b: '2' } }, lambda.call());
    await lambda.lambda.UntagResource({ Resource, TagKeys: ['a'] }, lambda.call());
    expect(await lambda.lambda.ListTags({ Resource }, lambda.call())).toEqual({ Tags: { b: '2' } });
  });
});

describe('reserved concurrency', () => {
  it('leaves at least 100 for the others', async () => {
    await using lambda = testLambda();
    const FunctionName = await lambda.create(one);
    const put = (slots: number) =>
      lambda.lambda.PutFunctionConcurrency(
        { FunctionName, ReservedConcurrentExecutions: slots },
        lambda.call(),
      );
    await expect(put(901)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
    expect(await put(900)).toEqual({ ReservedConcurrentExecutions: 900 });
    const { AccountLimit } = await lambda.lambda.GetAccountSettings({}, lambda.call());
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 });
    expect(await lambda.lambda.GetFunctionConcurrency({ FunctionName }, lambda.call())).toEqual({
      ReservedConcurrentExecutions: 900,
    });
  });
});

describe("a function's policy", () => {
  const permission = {
    FunctionName: 'orders',
    StatementId: 'api',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:aws:execute-api:us-east-1:123456789012:x/*',
  };

  it('has the statements that were added', async () => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    await lambda.lambda.AddPermission(permission, lambda.call());
    const { Policy } = await lambda.lambda.GetPolicy({ FunctionName: 'orders' }, lambda.call());
    expect(JSON.parse(Policy ?? '')).toEqual({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        {
          Sid: 'api',
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
          Condition: { ArnLike: { 'AWS:SourceArn': permission.SourceArn } },
        },
      ],
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
  it.each([
    [
      { StatementId: 'two words' },
      'ValidationException',
      /at 'statementId' .* pattern: \(\[a-zA-Z0-9-_\]\+\)$/,
    ],
    [{ StatementId: 'x'.repeat(101) }, 'ValidationException', /'statementId' .* less than or equal to 100$/],
    [{ Action: undefined }, 'ValidationException', /Value null at 'action' .* must not be null$/],
    [{ Action: 'sqs:SendMessage' }, 'ValidationException', /'sqs:SendMessage' at 'action'/],
    [{ SourceArn: 'orders' }, 'ValidationException', /'orders' at 'sourceArn'/],
    [{ SourceAccount: 'mine' }, 'ValidationException', /'mine' at 'sourceAccount'/],
    [{ Principal: undefined }, 'InvalidParameterValueException', /^The provided principal was invalid\./],
    [{ Principal: 'somebody' }, 'InvalidParameterValueException', /^The provided principal was invalid\./],
    [{ PrincipalOrgID: 'o-1234567890' }, 'UnsupportedOperation', /aws:principalorgid/],
  ])('refuses %j, and keeps nothing of it', async (member, name, message) => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    await expect(
      lambda.lambda.AddPermission({ ...permission, ...member }, lambda.call()),
    ).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    await expect(lambda.lambda.GetPolicy({ FunctionName: 'orders' }, lambda.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it('has at most 20 KB', async () => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    const SourceArn = `arn:aws:s3:::${'x'.repeat(10_000)}`;
    const add = (StatementId: string) =>
      lambda.lambda.AddPermission({ ...permission, StatementId, SourceArn }, lambda.call());
    await add('one');
    await expect(add('two')).rejects.toMatchObject({
      name: 'PolicyLengthExceededException',
      message: expect.stringMatching(/^The final policy size \(\d+\) is bigger than the limit \(20480\)\.$/),
    });
  });

  it('refuses a statement id twice, and removing one that is not there', async () => {
    await using lambda = testLambda();
    await lambda.create(one, { FunctionName: 'orders' });
    await lambda.lambda.AddPermission(permission, lambda.call());
    await expect(lambda.lambda.AddPermission(permission, lambda.call())).rejects.toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
    });
    await lambda.lambda.RemovePermission({ FunctionName: 'orders', StatementId: 'api' }, lambda.call());
    await expect(
      lambda.lambda.RemovePermission({ FunctionName: 'orders', StatementId: 'api' }, lambda.call()),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(lambda.lambda.GetPolicy({ FunctionName: 'orders' }, lambda.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
