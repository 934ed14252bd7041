import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'a';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
describe('a conditional write', () => {
  it.each([
    [{ IfNoneMatch: '"x"' }, 'If-None-Match', /the provided value of If-None-Match header/],
    [{ IfMatch: '*' }, 'If-Match', /the provided value of If-Match header/],
    [
      { IfMatch: '"x"', IfNoneMatch: '*' },
      'If-Match,If-None-Match',
      /^Multiple conditional request headers present in the request$/,
    ],
  ])('with %j is not implemented', async (condition, Header, additionalMessage) => {
    await using account = await s3Account();
    await expect(account.put(Key, 'x', condition)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'A header you provided implies functionality that is not implemented',
      Header,
      additionalMessage: expect.stringMatching(additionalMessage),
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('a conditional completion of an upload', () => {
  async function withUpload() {
    const account = await s3Account();
    const { ETag: existing } = await account.put(Key, 'first');
    const { UploadId } = await account.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await account.s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'abc' }),
    );
    return {
      ...account,
      existing,
      remove: () => account.s3.send(new DeleteObjectCommand({ Bucket, Key })),
      complete: (condition: object) =>
        account.s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key,
            UploadId,
            MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
            ...condition,
          }),
        ),
      [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
    };
  }

  it('is a conflict when the key was deleted since the upload began', async () => {
    await using upload = await withUpload();
    await expect(upload.complete({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await upload.remove();
    await expect(upload.complete({ IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
      message: 'The conditional request cannot succeed due to a conflicting operation against this resource.',
      Condition: 'If-None-Match',
      Key,
      $metadata: { httpStatusCode: 409 },
    });
    await expect(upload.complete({ IfMatch: upload.existing })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is a conflict when the key was written since, even with the same bytes', async () => {
    await using upload = await withUpload();
    await upload.put(Key, 'first');
    await expect(upload.complete({ IfMatch: upload.existing })).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
      Condition: 'If-Match',
    });
    await upload.complete({});
  });

  it('succeeds when nothing happened to the key meanwhile', async () => {
    await using upload = await withUpload();
    await upload.complete({ IfMatch: upload.existing });
    expect(await upload.text(Key)).toBe('abc');
  });
});
