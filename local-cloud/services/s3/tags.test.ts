import {
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  PutBucketTaggingCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'a';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
describe('tags in a header', () => {
  it.each(['key1=val1&key1=val2', 'key1=val1,key2=val2'])('%s are refused', async (Tagging) => {
    await using account = await s3Account();
    await expect(account.put(Key, '', { Tagging })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      ArgumentName: 'x-amz-tagging',
      ArgumentValue: Tagging,
    });
  });

  it('may lack values, or be empty', async () => {
    await using account = await s3Account();
    await account.put(Key, '', { Tagging: 'key1&&&key2' });
    const { TagSet } = await account.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([
      { Key: 'key1', Value: '' },
      { Key: 'key2', Value: '' },
    ]);
  });
});

describe('a tag', () => {
  it.each([
    ['a bucket', 'System tags cannot be added/updated by requester'],
    ['an object', 'Your TagKey cannot be prefixed with aws:'],
  ])("of %s with AWS's prefix is refused in words of its own", async (of, message) => {
    await using account = await s3Account();
    await account.put(Key);
    const Tagging = { TagSet: [{ Key: 'aws:x', Value: '1' }] };
    const command =
      of === 'a bucket'
        ? account.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
        : account.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }));
    await expect(command).rejects.toMatchObject({ name: 'InvalidTag', message, TagKey: 'aws:x' });
  });

  it('whose value is invalid is named with it', async () => {
    await using account = await s3Account();
    const Tagging = { TagSet: [{ Key: 'Key1', Value: 'Val1,Val2' }] };
    await expect(account.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))).rejects.toMatchObject({
      name: 'InvalidTag',
      message: 'The TagValue you have provided is invalid',
      TagKey: 'Key1',
      TagValue: 'Val1,Val2',
    });
  });
});

describe('the tags of what is deleted', () => {
  it('are not allowed, as the delete marker is the newest version', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    await account.put(Key);
    await account.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const Tagging = { TagSet: [] };
    for (const [Method, send] of [
      ['PUT', () => account.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }))],
      ['GET', () => account.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))],
      ['DELETE', () => account.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }))],
    ] as const) {
      await expect(send()).rejects.toMatchObject({
        name: 'MethodNotAllowed',
        Method,
        ResourceType: 'DeleteMarker',
        $metadata: { httpStatusCode: 405 },
      });
    }
  });

  it('are missing where nothing ever was: read, the error names the bucket too', async () => {
    await using account = await s3Account();
    await expect(account.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      Key: 'orders/a',
    });
    await expect(account.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      Key: 'a',
    });
  });
});
