import { LambdaClient, PutProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../account.ts';
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

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
it('what is more than the account has left is refused, without a type of error', async () => {
  const account = createAccount();
  onTestFinished(() => account.close());
  const lambda = new LambdaClient({
    endpoint: await account.listen(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await account.services.iam.CreateRole(
    { RoleName: 'worker', AssumeRolePolicyDocument },
    account.call(),
  );
  await account.services.lambda.CreateFunction(
    {
      FunctionName: 'orders',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Publish: true,
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8(ONE) }) },
    },
    account.call(),
  );
  const provision = (ProvisionedConcurrentExecutions: number) =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: 'orders',
        Qualifier: '1',
        ProvisionedConcurrentExecutions,
      }),
    );
  for (const [slots, message] of [
    [
      1001,
      "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
    ],
    [
      901,
      "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    ],
  ] as const) {
    const error = await provision(slots).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ name: 'InvalidParameterValueException', message, Type: undefined });
  }
});
