import { expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ONE = 'export const handler = async () => 1';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
it('concurrency is reserved for a function as a whole', async () => {
  await using test = testLambda();
  await test.create(ONE, { FunctionName: 'orders', Publish: true });
  const version = { FunctionName: `${ARN}:1`, ReservedConcurrentExecutions: 1 };
  await expect(test.lambda.PutFunctionConcurrency(version, test.call())).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message:
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  });
});

it('a function that is not there is told with $LATEST', async () => {
  await using test = testLambda();
  const reservation = { FunctionName: 'orders', ReservedConcurrentExecutions: 1 };
  await expect(test.lambda.PutFunctionConcurrency(reservation, test.call())).rejects.toMatchObject({
    message: `Function not found: ${ARN}:$LATEST`,
    status: 404,
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html
it.each([
  ['an alias', 'live', `Cannot find alias arn: ${ARN}:live`],
  ['a version', '1', `Function not found: ${ARN}:1`],
])('provisioned concurrency of %s of a function that is not there', async (_what, Qualifier, message) => {
  await using test = testLambda();
  const target = { FunctionName: 'orders', Qualifier };
  await expect(test.lambda.GetProvisionedConcurrencyConfig(target, test.call())).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message,
  });
});
