import { DeleteObjectCommand, GetObjectAttributesCommand, type ObjectAttributes } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';

async function attributes(
  { s3 }: Awaited<ReturnType<typeof s3Account>>,
  ObjectAttributes: ObjectAttributes[],
  VersionId?: string,
) {
  const command = new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes, VersionId });
  const { $metadata: _, ...output } = await s3.send(command);
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
describe("an object's attributes", () => {
  it('are those that the request names, the ETag without quotes', async () => {
    await using account = await s3Account();
    await account.put('a', 'abc', { ChecksumAlgorithm: 'CRC32' });
    expect(
      await attributes(account, ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']),
    ).toEqual({
      LastModified: expect.any(Date),
      ETag: '900150983cd24fb0d6963f7d28e17f72',
      Checksum: { ChecksumCRC32: 'NSRBwg==', ChecksumType: 'FULL_OBJECT' },
      StorageClass: 'STANDARD',
      ObjectSize: 3,
    });
    expect(await attributes(account, ['ObjectSize'])).toEqual({
      LastModified: expect.any(Date),
      ObjectSize: 3,
    });
  });

  it('are of the version that the request names', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    const { VersionId } = await account.put('a', 'abc');
    await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await attributes(account, ['ObjectSize'], VersionId)).toMatchObject({ VersionId, ObjectSize: 3 });
    await expect(attributes(account, ['ObjectSize'])).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('need s3:GetObject and s3:GetObjectAttributes', async () => {
    await using account = await s3Account();
    await account.put('a');
    const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: 'arn:aws:s3:::orders/*' });
    const reader = await account.clientOf([allow('s3:GetObject')]);
    await expect(attributes({ ...account, s3: reader }, ['ETag'])).rejects.toThrow('s3:GetObjectAttributes');
    const both = await account.clientOf([allow('s3:GetObject'), allow('s3:GetObjectAttributes')]);
    expect(await attributes({ ...account, s3: both }, ['ETag'])).toMatchObject({ ETag: expect.any(String) });
  });
});
