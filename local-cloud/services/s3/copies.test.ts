import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  PutBucketEncryptionCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';

async function withSource() {
  const account = await s3Account();
  return {
    ...account,
    copy: (CopySource: string, others: Partial<CopyObjectCommandInput> = {}) =>
      account.s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource, ...others })),
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
describe('a copy of an object to itself', () => {
  it('may name the storage class that it has', async () => {
    await using account = await withSource();
    await account.put('a');
    await account.copy(`${Bucket}/a`, { StorageClass: 'STANDARD' });
  });

  it('is refused when it names nothing, though the storage class would change', async () => {
    await using account = await withSource();
    await account.put('a', '', { StorageClass: 'STANDARD_IA' });
    await expect(account.copy(`${Bucket}/a`)).rejects.toThrow('This copy request is illegal');
  });

  it('succeeds in a bucket that was told how to encrypt', async () => {
    await using account = await withSource();
    await account.put('a');
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    const ServerSideEncryptionConfiguration = { Rules };
    await account.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    await account.copy(`${Bucket}/a`);
  });
});

describe('a copy', () => {
  it('names the versions of both, but no source that has none', async () => {
    await using account = await withSource();
    await account.put('plain');
    await account.enableVersioning();
    const { VersionId } = await account.put('versioned');
    expect(await account.copy(`${Bucket}/versioned`)).toMatchObject({
      CopySourceVersionId: VersionId,
      VersionId: expect.any(String),
    });
    expect((await account.copy(`${Bucket}/plain`)).CopySourceVersionId).toBeUndefined();
    await account.enableVersioning('Suspended');
    // While versioning is suspended a copy says what a write does not.
    expect((await account.copy(`${Bucket}/plain`)).VersionId).toBe('null');
  });

  it('cannot be made of a delete marker', async () => {
    await using account = await withSource();
    await account.enableVersioning();
    await account.put('gone');
    const { VersionId } = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(account.copy(`${Bucket}/gone?versionId=${VersionId}`)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
    await expect(account.copy(`${Bucket}/gone`)).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'gone' });
  });

  it('has a source with a bucket and a key, in a bucket of the account that is expected', async () => {
    await using account = await withSource();
    await expect(account.copy('nothing')).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Invalid copy source object key',
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: 'x-amz-copy-source',
    });
    await account.put('b');
    const ExpectedSourceBucketOwner = '999999999999';
    await expect(account.copy(`${Bucket}/b`, { ExpectedSourceBucketOwner })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
