import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'large.bin';
const FIVE_MEGABYTES = Buffer.alloc(5 * 1024 * 1024, 'a');

async function withUpload(others: object = {}) {
  const account = await s3Account();
  const { UploadId } = await account.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...others }));
  return {
    ...account,
    UploadId,
    async part(PartNumber: number, Body: Uint8Array | string) {
      const part = await account.s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...others }),
      );
      const { $metadata: _, ServerSideEncryption: __, ETag, ...checksums } = part;
      // Only an upload that was begun with a checksum wants those of its parts.
      return { PartNumber, ETag, ...('ChecksumAlgorithm' in others && checksums) };
    },
    complete: (Parts: object[], more: object = {}) =>
      account.s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
      ),
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

describe('a multipart upload', () => {
  it('becomes one object, whose ETag is that of its parts', async () => {
    await using upload = await withUpload({
      ContentType: 'text/plain',
      Metadata: { a: '1' },
      ChecksumAlgorithm: 'CRC32',
    });
    const parts = [await upload.part(1, FIVE_MEGABYTES), await upload.part(2, 'end')];
    await expect(upload.text(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    const done = await upload.complete(parts);
    const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest();
    const expected = md5(Buffer.concat([md5(FIVE_MEGABYTES), md5('end')])).toString('hex');
    expect(done.ETag).toBe(`"${expected}-2"`);
    expect(done.ChecksumCRC32).toMatch(/-2$/);
    const got = await upload.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' }, ContentLength: 5242883 });
    expect((await got.Body?.transformToString())?.slice(-4)).toBe('aend');
  });

  it('is read part by part, and over the border of parts', async () => {
    await using upload = await withUpload();
    await upload.complete([await upload.part(3, FIVE_MEGABYTES), await upload.part(7, 'end')]);
    const second = await upload.s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    expect(second).toMatchObject({ PartsCount: 2, ContentLength: 3 });
    expect(await second.Body?.transformToString()).toBe('end');
    expect(await upload.text(Key, { Range: 'bytes=5242878-5242881' })).toBe('aaen');
    await expect(upload.text(Key, { PartNumber: 3 })).rejects.toMatchObject({ name: 'InvalidPartNumber' });
  });

  it('has a checksum of the whole where it was begun with one', async () => {
    await using upload = await withUpload({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    await upload.complete([await upload.part(1, FIVE_MEGABYTES), await upload.part(2, 'end')]);
    await upload.put('plain', Buffer.concat([FIVE_MEGABYTES, Buffer.from('end')]));
    const checksum = async (key: string) =>
      (await upload.s3.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' })))
        .ChecksumCRC32;
    expect(await checksum(Key)).toBe(await checksum('plain'));
  });

  it('refuses parts that are missing, changed, out of order or too small', async () => {
    await using upload = await withUpload();
    const small = await upload.part(1, 'small');
    const last = await upload.part(2, 'end');
    await expect(upload.complete([small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(upload.complete([last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(upload.complete([{ ...last, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(upload.complete([{ ...last, PartNumber: 9 }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(upload.complete([])).rejects.toMatchObject({ name: 'MalformedXML' });
    await upload.complete([last]);
    expect(await upload.text(Key)).toBe('end');
  });

  it('does not write over what is there, if it is told so, and can be completed again', async () => {
    await using upload = await withUpload();
    const part = await upload.part(1, 'end');
    await upload.put(Key, 'already here');
    await expect(upload.complete([part], { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await upload.complete([part]);
  });

  it('lists its parts, and itself until it is over', async () => {
    await using upload = await withUpload();
    await upload.part(2, 'two');
    await upload.part(1, 'one');
    const { Parts } = await upload.s3.send(new ListPartsCommand({ Bucket, Key, UploadId: upload.UploadId }));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 3],
      [2, 3],
    ]);
    const list = () => upload.s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect((await list()).Uploads).toMatchObject([{ Key, UploadId: upload.UploadId }]);
    await upload.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: upload.UploadId }));
    expect((await list()).Uploads).toBeUndefined();
    await expect(upload.part(3, 'late')).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('is listed with the last upload of the page as the next marker, even when there are no others', async () => {
    await using upload = await withUpload();
    const list = (others: object = {}) =>
      upload.s3.send(new ListMultipartUploadsCommand({ Bucket, ...others }));
    expect(await list()).toMatchObject({
      IsTruncated: false,
      NextKeyMarker: Key,
      NextUploadIdMarker: upload.UploadId,
    });
    const empty = { NextKeyMarker: '', NextUploadIdMarker: '' };
    expect(await list({ Prefix: 'none' })).toMatchObject(empty);
    // A common prefix is no marker.
    expect(await list({ Delimiter: '.' })).toMatchObject({
      ...empty,
      CommonPrefixes: [{ Prefix: 'large.' }],
    });
    expect((await list({ KeyMarker: 'large.', Delimiter: '.' })).CommonPrefixes).toBeUndefined();
  });

  it('is found behind a marker of its key, and nowhere by its id alone', async () => {
    await using upload = await withUpload();
    const { s3, UploadId } = upload;
    const UploadIdMarker = UploadId;
    const alone = await s3.send(new ListMultipartUploadsCommand({ Bucket, UploadIdMarker }));
    expect(alone).toMatchObject({ UploadIdMarker: '', Uploads: [{ UploadId }] });
    const behind = await s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: Key, UploadIdMarker }));
    expect(behind.Uploads).toBeUndefined();
    await expect(
      s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: 'other', UploadIdMarker })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Invalid uploadId marker',
      ArgumentName: 'upload-id-marker',
      ArgumentValue: UploadId,
    });
  });

  it('is completed with parts, of the size that is told', async () => {
    await using upload = await withUpload();
    const part = await upload.part(1, 'four');
    const { UploadId } = upload;
    await expect(
      upload.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId })),
    ).rejects.toMatchObject({ name: 'InvalidRequest', message: 'You must specify at least one part' });
    await expect(upload.complete([part], { MpuObjectSize: 5 })).rejects.toThrow(
      "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
    );
    await upload.complete([part], { MpuObjectSize: 4 });
  });

  it('takes no bytes from where an object has none', async () => {
    await using upload = await withUpload();
    await upload.put('source', '0123456789');
    const copy = (CopySourceRange: string) =>
      upload.s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId: upload.UploadId,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
        }),
      );
    for (const range of ['0-8', 'bytes=1-0', 'bytes=1-', 'bytes=-2', 'bytes=0-1,3-4']) {
      await expect(copy(range)).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: expect.stringMatching(/^The x-amz-copy-source-range value must be of the form/),
        ArgumentName: 'x-amz-copy-source-range',
        ArgumentValue: range,
      });
    }
    await expect(copy('bytes=0-100')).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Range specified is not valid for source object of size: 10',
    });
    await expect(copy('bytes=100-200')).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'The specified copy range is invalid for the source object size',
    });
  });

  it('takes parts from other objects', async () => {
    await using upload = await withUpload();
    await upload.put('source', '0123456789');
    const { CopyPartResult } = await upload.s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId: upload.UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=2-4',
      }),
    );
    await upload.complete([{ PartNumber: 1, ...CopyPartResult }]);
    expect(await upload.text(Key)).toBe('234');
  });

  it('has parts from 1 to 10,000', async () => {
    await using upload = await withUpload();
    await expect(upload.part(10_001, 'x')).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
  });
});
