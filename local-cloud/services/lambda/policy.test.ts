import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ONE = 'export const handler = async () => 1';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
const PERMISSION = {
  StatementId: 's3',
  Action: 'lambda:InvokeFunction',
  Principal: 's3.amazonaws.com',
};

async function withOrders() {
  const test = testLambda();
  await test.create(ONE, { FunctionName: 'orders' });
  return test;
}

const notFound = (message: string) => ({ name: 'ResourceNotFoundException', status: 404, message });

// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
describe('a permission is not added', () => {
  it.each([
    ['an alias', 'live', `Cannot find alias arn: ${ARN}:live`],
    ['a version', '42', `Function not found: ${ARN}:42`],
    ['anything else', 'live-$-no', `Function not found: ${ARN}:live-$-no`],
  ])('to %s that is not there', async (_what, Qualifier, message) => {
    await using test = await withOrders();
    const permission = { FunctionName: 'orders', Qualifier, ...PERMISSION };
    await expect(test.lambda.AddPermission(permission, test.call())).rejects.toMatchObject(notFound(message));
  });

  it('to $LATEST', async () => {
    await using test = await withOrders();
    const permission = { FunctionName: 'orders', Qualifier: '$LATEST', ...PERMISSION };
    await expect(test.lambda.AddPermission(permission, test.call())).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'We currently do not support adding policies for $LATEST.',
    });
  });

  it('when something is wrong with it, wherever it is for', async () => {
    await using test = await withOrders();
    const permission = { FunctionName: 'carts', ...PERMISSION, StatementId: 'example.com' };
    await expect(test.lambda.AddPermission(permission, test.call())).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Value 'example.com' at 'statementId'"),
    });
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
describe('a permission is not removed', () => {
  it.each([
    [
      'from a function that is not there',
      { FunctionName: 'carts' },
      `No policy found for: ${ARN.replace('orders', 'carts')}`,
    ],
    ['from an alias that is not there', { Qualifier: 'live' }, `Cannot find alias arn: ${ARN}:live`],
    ['that is not there', { StatementId: 'none' }, 'Statement none is not found in resource policy.'],
  ])('%s', async (_what, part, message) => {
    await using test = await withOrders();
    const permission = { FunctionName: 'orders', ...PERMISSION };
    await test.lambda.AddPermission(permission, test.call());
    const removal = { FunctionName: 'orders', StatementId: 's3', ...part };
    await expect(test.lambda.RemovePermission(removal, test.call())).rejects.toMatchObject(notFound(message));
  });

  it('from a function that has none', async () => {
    await using test = await withOrders();
    const removal = { FunctionName: 'orders', StatementId: 's3' };
    await expect(test.lambda.RemovePermission(removal, test.call())).rejects.toMatchObject(
      notFound('No policy is associated with the given resource.'),
    );
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
it.each([
  ['a function', { FunctionName: 'carts' }, `Function not found: ${ARN.replace('orders', 'carts')}`],
  ['a version', { FunctionName: 'orders:7' }, 'The resource you requested does not exist.'],
])('there is no policy of %s that is not there', async (_what, input, message) => {
  await using test = await withOrders();
  await expect(test.lambda.GetPolicy(input, test.call())).rejects.toMatchObject(notFound(message));
});
