import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const TO_CHANGE =
  'satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const TO_READ = TO_CHANGE.replace('([a-zA-Z0-9-_]+)(', '([a-zA-Z0-9-_\\.]+)(');

const wrong = (value: string, member: string, must: string) =>
  `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`;

// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
describe('a reference to a function', () => {
  it.each([
    '*',
    'orders!',
    'arn:aws:lambda:invalid-region:123456789012:function:orders',
    'arn:aws:lambda::123456789012:function:orders',
    'arn:aws:lambda:us-east-1::function:orders',
    'arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0',
    'arn:aws:lambda:us-east-1:123456789012:function:orders:1:2',
    'arn:aws:lambda:us-east-1:123456789012:function:orders:$LATES',
    'function:orders:$LATEST:extra',
  ])('is none: %s', async (FunctionName) => {
    await using test = testLambda();
    const { lambda, call } = test;
    const refusal = (pattern: string) => ({
      name: 'ValidationException',
      message: `1 validation error detected: ${wrong(FunctionName, 'functionName', pattern)}`,
    });
    await expect(lambda.GetFunction({ FunctionName }, call())).rejects.toMatchObject(refusal(TO_READ));
    await expect(lambda.Invoke({ FunctionName }, call())).rejects.toMatchObject(refusal(TO_READ));
    await expect(lambda.DeleteFunction({ FunctionName }, call())).rejects.toMatchObject(refusal(TO_CHANGE));
    await expect(test.create('', { FunctionName })).rejects.toMatchObject(refusal(TO_CHANGE));
  });

  it('has up to 170 characters to read, and up to 140 to change', async () => {
    await using test = testLambda();
    const { lambda, call } = test;
    const tooLong = (length: number) => ({
      message: expect.stringContaining(`less than or equal to ${length}`),
    });
    const long = { FunctionName: 'x'.repeat(141) };
    await expect(lambda.GetFunction(long, call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(lambda.DeleteFunction(long, call())).rejects.toMatchObject(tooLong(140));
    const longer = { FunctionName: 'x'.repeat(171) };
    await expect(lambda.Invoke(longer, call())).rejects.toMatchObject(tooLong(170));
  });

  it('is told all that is wrong with it and its qualifier at once', async () => {
    await using test = testLambda();
    const { lambda, call } = test;
    const Qualifier = 'a'.repeat(129);
    await expect(lambda.GetFunction({ FunctionName: '*', Qualifier }, call())).rejects.toMatchObject({
      name: 'ValidationException',
      message: `2 validation errors detected: ${wrong(Qualifier, 'qualifier', 'have length less than or equal to 128')}; ${wrong('*', 'functionName', TO_READ)}`,
    });
    await expect(
      lambda.GetFunction({ FunctionName: 'orders', Qualifier: 'live!' }, call()),
    ).rejects.toMatchObject({
      message: `1 validation error detected: ${wrong('live!', 'qualifier', 'satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)')}`,
    });
  });

  it('that lacks its end is a function of the name “function”', async () => {
    await using test = testLambda();
    const FunctionName = 'arn:aws:lambda:us-east-1:123456789012:function';
    await expect(test.lambda.GetFunction({ FunctionName }, test.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${FunctionName}:function`,
    });
  });

  it('may not name one qualifier and have another beside it', async () => {
    await using test = testLambda();
    const mixed = { FunctionName: 'orders:$LATEST', Qualifier: '1' };
    await expect(test.lambda.GetFunction(mixed, test.call())).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The derived qualifier from the function name does not match the specified qualifier.',
    });
  });
});

it('the name of a new function has up to 64 characters', async () => {
  await using test = testLambda();
  const FunctionName = 'x'.repeat(65);
  await expect(test.create('', { FunctionName })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `1 validation error detected: ${wrong(FunctionName, 'functionName', 'have length less than or equal to 64')}`,
  });
});

it.each([
  'GetFunction',
  'GetFunctionConfiguration',
  'GetFunctionConcurrency',
  'GetFunctionEventInvokeConfig',
  'DeleteFunction',
  'DeleteFunctionConcurrency',
  'Invoke',
] as const)('%s does not reach functions of other Regions', async (operation) => {
  await using test = testLambda();
  const FunctionName = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';
  await expect(test.lambda[operation]({ FunctionName }, test.call())).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    status: 404,
    message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
it.each([
  ['Region', 'eu-west-1:123456789012', 'ResourceNotFoundException', 404],
  ['account', 'us-east-1:999999999999', 'AccessDeniedException', 403],
])('a function is not made in another %s', async (_what, place, name, status) => {
  await using test = testLambda();
  const FunctionName = `arn:aws:lambda:${place}:function:orders`;
  await expect(test.create('', { FunctionName })).rejects.toMatchObject({ name, status });
});

it('a function is made by its ARN or by a part of it', async () => {
  await using test = testLambda();
  for (const prefix of ['arn:aws:lambda:us-east-1:123456789012:function:', '123456789012:function:']) {
    const name = `orders-${prefix.length}`;
    await test.create('', { FunctionName: `${prefix}${name}` });
    expect(await test.lambda.GetFunctionConfiguration({ FunctionName: name }, test.call())).toMatchObject({
      FunctionName: name,
    });
  }
});
