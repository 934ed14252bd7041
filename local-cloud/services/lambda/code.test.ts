import { createHash } from 'node:crypto';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../account.ts';
import { testLambda } from './testing.ts';

const zipOf = (value: number) =>
  zipSync({ 'index.mjs': strToU8(`export const handler = async () => ${value}`) });

/** An account with a bucket for code and a role, over the wire. */
async function withCodeBucket() {
  const account = createAccount({ clock: 'warp' });
  const client = {
    endpoint: await account.listen(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const lambda = new LambdaClient(client);
  await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await new IAMClient(client).send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  return {
    s3,
    lambda,
    put: (Key: string, Body: Uint8Array) => s3.send(new PutObjectCommand({ Bucket: 'code', Key, Body })),
    create: (S3Key: string, S3Bucket = 'code') =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'orders',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: Role?.Arn,
          Code: { S3Bucket, S3Key },
        }),
      ),
    async invoke(): Promise<unknown> {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'orders' }));
      return JSON.parse(new TextDecoder().decode(Payload));
    },
    [Symbol.asyncDispose]: () => account.close(),
  };
}

describe('code from S3', () => {
  it('is read when the function is made; its hash and size are those of the zip', async () => {
    await using test = await withCodeBucket();
    const zip = zipOf(1);
    await test.put('orders.zip', zip);
    expect(await test.create('orders.zip')).toMatchObject({
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      CodeSize: zip.length,
    });
    expect(await test.invoke()).toBe(1);
  });

  it('is read again for an update, at the version that was asked for', async () => {
    await using test = await withCodeBucket();
    await test.s3.send(
      new PutBucketVersioningCommand({ Bucket: 'code', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const { VersionId: S3ObjectVersion } = await test.put('orders.zip', zipOf(1));
    await test.put('orders.zip', zipOf(2));
    await test.create('orders.zip');
    expect(await test.invoke()).toBe(2);
    await test.lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'orders',
        S3Bucket: 'code',
        S3Key: 'orders.zip',
        S3ObjectVersion,
      }),
    );
    expect(await test.invoke()).toBe(1);
  });

  it.each([
    ['none.zip', 'code', 'NoSuchKey. S3 Error Message: The specified key does not exist.'],
    ['orders.zip', 'nowhere', 'NoSuchBucket. S3 Error Message: The specified bucket does not exist'],
  ])('that is not there (%s in %s) is refused in the words of S3', async (key, bucket, error) => {
    await using test = await withCodeBucket();
    await expect(test.create(key, bucket)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Error occurred while GetObject. S3 Error Code: ${error}`,
    });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
it('a zip has 50 MB at most', async () => {
  await using lambda = testLambda();
  const ZipFile = new Uint8Array(52_428_801);
  await expect(lambda.create('', { Code: { ZipFile } })).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
    message: 'Zipped size must be smaller than 52428800 bytes',
    status: 413,
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
it('a function made from a zip gets no image', async () => {
  await using lambda = testLambda();
  const FunctionName = await lambda.create('export const handler = async () => 1');
  const update = { FunctionName, ImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:latest' };
  await expect(lambda.lambda.UpdateFunctionCode(update, lambda.call())).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: "Please don't provide ImageUri when updating a function with packageType Zip.",
  });
});
