import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'large.bin';

/** An upload of one part, `abc`. */
async function withPart(others: object = {}, ofPart: object = {}) {
  const account = await s3Account();
  const { UploadId } = await account.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...others }));
  const part = await account.s3.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'abc', ...others, ...ofPart }),
  );
  return {
    ...account,
    part,
    complete: (inPart: object = {}, more: object = {}) =>
      account.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ...inPart }] },
          ...more,
        }),
      ),
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
describe('an upload that was begun without a checksum', () => {
  it('becomes an object with the CRC64NVME of the whole', async () => {
    await using upload = await withPart({}, { ChecksumAlgorithm: 'CRC32C' });
    expect(await upload.complete()).toMatchObject({
      ChecksumCRC64NVME: 'BeXKuz/B+us=',
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('has no parts with checksums, whatever they came with', async () => {
    await using upload = await withPart({}, { ChecksumAlgorithm: 'CRC32C' });
    const { ChecksumCRC32C } = upload.part;
    await expect(upload.complete({ ChecksumCRC32C })).rejects.toMatchObject({ name: 'InvalidPart' });
  });

  it('has no type of checksum, and a checksum of the whole is not looked at', async () => {
    await using upload = await withPart();
    await expect(upload.complete({}, { ChecksumType: 'COMPOSITE' })).rejects.toThrow(
      'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
    );
    await upload.complete({}, { ChecksumCRC32C: 'AAAAAA==-2' });
  });
});

describe('an upload with a checksum made of those of its parts', () => {
  const crc32 = { ChecksumAlgorithm: 'CRC32' };

  it('wants the checksum of each part', async () => {
    await using upload = await withPart(crc32);
    await expect(upload.complete()).rejects.toThrow(
      'The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
    );
    await expect(upload.complete({ ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    const ChecksumSHA256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';
    await expect(upload.complete({ ChecksumSHA256 })).rejects.toMatchObject({
      name: 'BadDigest',
      message: 'The sha256 you specified for part 1 did not match what we received.',
    });
    const { ChecksumCRC32 } = upload.part;
    await expect(upload.complete({ ChecksumCRC32 }, { ChecksumType: 'FULL_OBJECT' })).rejects.toThrow(
      'The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.',
    );
    expect(await upload.complete({ ChecksumCRC32 })).toMatchObject({ ChecksumType: 'COMPOSITE' });
  });

  it('shows that of a part with the part, and lists them as attributes', async () => {
    await using upload = await withPart(crc32);
    const { ChecksumCRC32 } = upload.part;
    const done = await upload.complete({ ChecksumCRC32 });
    const read = { Bucket, Key, ChecksumMode: 'ENABLED' as const };
    const part = await upload.s3.send(new GetObjectCommand({ ...read, PartNumber: 1 }));
    expect(part).toMatchObject({ ChecksumCRC32, ChecksumType: 'COMPOSITE', PartsCount: 1 });
    await part.Body?.transformToString();
    const whole = await upload.s3.send(new HeadObjectCommand(read));
    expect(whole.ChecksumCRC32).toBe(done.ChecksumCRC32);
    const { Checksum, ObjectParts } = await upload.s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectParts'] }),
    );
    // Without the number of parts that stands behind it elsewhere.
    expect(`${Checksum?.ChecksumCRC32}-1`).toBe(done.ChecksumCRC32);
    expect(ObjectParts).toEqual({
      TotalPartsCount: 1,
      PartNumberMarker: '0',
      NextPartNumberMarker: '1',
      MaxParts: 1000,
      IsTruncated: false,
      Parts: [{ PartNumber: 1, Size: 3, ChecksumCRC32 }],
    });
  });
});

describe('an upload with a checksum of the whole', () => {
  const full = { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' };

  it('compares it when it comes with its type, and refuses it without', async () => {
    await using upload = await withPart(full);
    const { ChecksumCRC32C } = upload.part;
    const wrong = 'The crc32c you specified did not match the calculated checksum.';
    await expect(upload.complete({}, { ChecksumCRC32C })).rejects.toMatchObject({
      name: 'BadDigest',
      message: wrong,
    });
    const ChecksumType = 'FULL_OBJECT';
    await expect(upload.complete({}, { ChecksumCRC32C: 'AAAAAA==', ChecksumType })).rejects.toThrow(wrong);
    await expect(upload.complete({}, { ChecksumCRC32: 'NSRBwg==', ChecksumType })).rejects.toThrow(wrong);
    expect(await upload.complete({}, { ChecksumCRC32C, ChecksumType })).toMatchObject({
      ChecksumCRC32C,
      ChecksumType,
    });
  });

  it('counts its parts without listing them', async () => {
    await using upload = await withPart(full);
    await upload.complete();
    const { ObjectParts } = await upload.s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts'] }),
    );
    expect(ObjectParts).toEqual({ TotalPartsCount: 1 });
  });
});
