import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ONE = 'export const handler = async () => 1';

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
describe('a function is not made with', () => {
  it.each([
    [
      'a runtime that has ended',
      { Runtime: 'nodejs14.x' as const },
      'InvalidParameterValueException',
      'The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      'two architectures',
      { Architectures: ['x86_64' as const, 'arm64' as const] },
      'ValidationException',
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
    ],
    [
      'an architecture that is none',
      { Architectures: ['X86_64' as 'x86_64'] },
      'ValidationException',
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
    [
      'SnapStart, which Node.js has not',
      { SnapStart: { ApplyOn: 'PublishedVersions' as const } },
      'InvalidParameterValueException',
      'nodejs22.x is not supported for SnapStart enabled functions.',
    ],
    [
      'SnapStart on anything else',
      { SnapStart: { ApplyOn: 'invalidOption' as 'None' } },
      'ValidationException',
      "1 validation error detected: Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
    ],
    [
      'tracing that is no mode',
      { TracingConfig: { Mode: 'On' as 'Active' } },
      'ValidationException',
      "1 validation error detected: Value 'On' at 'tracingConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [Active, PassThrough]",
    ],
    [
      'a description of more than 256 characters',
      { Description: 'x'.repeat(257) },
      'ValidationException',
      `1 validation error detected: Value '${'x'.repeat(257)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256`,
    ],
    [
      'a handler with a space',
      { Handler: 'index handler' },
      'ValidationException',
      "1 validation error detected: Value 'index handler' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+",
    ],
    [
      'a wrapper script',
      { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper' } } },
      'UnsupportedOperation',
      "Lambda's wrapper scripts (AWS_LAMBDA_EXEC_WRAPPER) is not supported by the local cloud.",
    ],
    [
      'more than 50 tags',
      { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'value'])) },
      'InvalidParameterValueException',
      'Number of tags exceeds resource tag limit.',
    ],
    [
      'more than 4 KB of variables, which are shown in full',
      { Environment: { Variables: { SMALL: 'ok', LARGE: 'x'.repeat(4096) } } },
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"SMALL":"ok","LARGE":"${'x'.repeat(4096)}"}`,
    ],
  ])('%s', async (_what, config, name, message) => {
    await using test = testLambda();
    await expect(test.create(ONE, config)).rejects.toMatchObject({ name, message });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
it('a dead-letter queue stays when its ARN is not mentioned', async () => {
  await using test = testLambda();
  const { QueueUrl } = await test.sqs.CreateQueue({ QueueName: 'dead-letters' }, test.call());
  const { Attributes } = await test.sqs.GetQueueAttributes(
    { QueueUrl, AttributeNames: ['QueueArn'] },
    test.call(),
  );
  const DeadLetterConfig = { TargetArn: Attributes?.QueueArn };
  await test.create(ONE, { FunctionName: 'orders', DeadLetterConfig });
  const update = { FunctionName: 'orders', DeadLetterConfig: {} };
  expect(await test.lambda.UpdateFunctionConfiguration(update, test.call())).toMatchObject({
    DeadLetterConfig,
  });
});
