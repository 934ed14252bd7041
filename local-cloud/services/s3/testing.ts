import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type AccountOptions, createAccount } from '../../account.ts';

/** An account that S3's unmodified client reaches over HTTP, with one bucket. */
export async function s3Account(options: AccountOptions = {}) {
  const account = createAccount({ clock: 'warp', ...options });
  const endpoint = await account.listen();
  const config = {
    endpoint,
    region: options.region ?? 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const s3 = new S3Client(config);
  await s3.send(new CreateBucketCommand({ Bucket: 'orders' }));
  return {
    account,
    endpoint,
    config,
    s3,
    async put(Key: string, Body: string | Uint8Array = 'hello', others: object = {}) {
      return s3.send(new PutObjectCommand({ Bucket: 'orders', Key, Body, ...others }));
    },
    async text(Key: string, others: object = {}): Promise<string> {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'orders', Key, ...others }));
      return (await Body?.transformToString()) ?? '';
    },
    async enableVersioning(Status: 'Enabled' | 'Suspended' = 'Enabled') {
      await s3.send(
        new PutBucketVersioningCommand({ Bucket: 'orders', VersioningConfiguration: { Status } }),
      );
    },
    /** A client with the rights of a role of this account. */
    async clientOf(statements: readonly object[]): Promise<S3Client> {
      const iam = new IAMClient(config);
      const RoleName = `role-${account.cloud.uuid()}`;
      const trust = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' };
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy([trust]) }),
      );
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'rights', PolicyDocument: policy(statements) }),
      );
      const { Credentials } = await new STSClient(config).send(
        new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }),
      );
      return new S3Client({
        ...config,
        credentials: {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken,
        },
      });
    },
    [Symbol.asyncDispose]: () => account.close(),
  };
}

export function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
