import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'a';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
describe('a Content-MD5 that does not fit', () => {
  const ContentMD5 = 'CYketZBSTjX8czcs3cXVlg==';
  const CalculatedDigest = 'Q3uTDbhLgHnC3YBKcZNrXw==';
  const message = 'The Content-MD5 you specified did not match what we received.';

  it('of an object is repeated in hexadecimal', async () => {
    await using account = await s3Account();
    await expect(account.put(Key, 'something', { ContentMD5 })).rejects.toMatchObject({
      name: 'BadDigest',
      message,
      ExpectedDigest: '09891eb590524e35fc73372cddc5d596',
      CalculatedDigest,
    });
  });

  it('of a part is repeated as it came', async () => {
    await using account = await s3Account();
    const { UploadId } = await account.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'something', ContentMD5 };
    await expect(account.s3.send(new UploadPartCommand(part))).rejects.toMatchObject({
      name: 'BadDigest',
      ExpectedDigest: ContentMD5,
      CalculatedDigest,
    });
  });
});

describe('the name of a checksum', () => {
  it('alone is none: the object gets the checksum that S3 works out', async () => {
    await using account = await s3Account();
    const response = await fetch(`${account.endpoint}/${Bucket}/${Key}`, {
      method: 'PUT',
      body: 'hello',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3/aws4_request',
        'x-amz-sdk-checksum-algorithm': 'SHA256',
      },
    });
    expect(response.status).toBe(200);
    const head = await account.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumSHA256).toBeUndefined();
    expect(head.ChecksumCRC64NVME).toEqual(expect.any(String));
  });
});

describe('metadata that is not ASCII', () => {
  it('is answered as the headers of mails are written', async () => {
    await using account = await s3Account();
    const { services } = account.account;
    const Metadata = { foo: 'non-ascii-%E2%80%94_—_é_ x' };
    await services.s3.PutObject({ Bucket, Key, Body: '', Metadata }, account.account.call());
    const head = await account.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.Metadata).toEqual({
      foo: '=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F_x?=',
    });
  });
});

describe('a deletion that passes over a lock', () => {
  it.each([true, false])('is refused in a bucket that has none: %s', async (BypassGovernanceRetention) => {
    await using account = await s3Account();
    const refusal = {
      name: 'InvalidArgument',
      message: 'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
      ArgumentName: 'x-amz-bypass-governance-retention',
    };
    await expect(
      account.s3.send(new DeleteObjectCommand({ Bucket, Key, BypassGovernanceRetention })),
    ).rejects.toMatchObject(refusal);
    const Delete = { Objects: [{ Key }] };
    await expect(
      account.s3.send(new DeleteObjectsCommand({ Bucket, Delete, BypassGovernanceRetention })),
    ).rejects.toMatchObject(refusal);
  });
});
