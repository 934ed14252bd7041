import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';

describe('an object', () => {
  it('comes back as it was put, with its headers and metadata', async () => {
    await using account = await s3Account();
    const put = await account.put('a/b c+ü.json', '{"orderId":"1"}', {
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { Source: 'shop', 'order-id': '1' },
    });
    expect(put.ETag).toBe(`"${createHash('md5').update('{"orderId":"1"}').digest('hex')}"`);
    const got = await account.s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c+ü.json' }));
    expect(await got.Body?.transformToString()).toBe('{"orderId":"1"}');
    expect(got).toMatchObject({
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentLength: 15,
      AcceptRanges: 'bytes',
      ETag: put.ETag,
      Metadata: { source: 'shop', 'order-id': '1' },
      ServerSideEncryption: 'AES256',
    });
    expect(got.Expires).toEqual(new Date('2030-01-01T00:00:00Z'));
    const { $metadata: _, ...head } = await account.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'a/b c+ü.json' }),
    );
    expect(got).toMatchObject(head);
  });

  it('is found under a key with dots and slashes that a URL would take out', async () => {
    await using account = await s3Account();
    for (const key of ['a/../b', '/a', 'a//b', './x', '%41', 'a?b#c']) {
      await account.put(key, key);
      expect(await account.text(key)).toBe(key);
    }
  });

  it('that is not there is NoSuchKey on GET, and NotFound without a body on HEAD', async () => {
    await using account = await s3Account();
    await expect(account.text('missing')).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      Key: 'missing',
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9A-F]{16}$/) },
    });
    await expect(account.s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('may be empty', async () => {
    await using account = await s3Account();
    await account.put('empty', '');
    expect(await account.text('empty')).toBe('');
  });

  it('of many megabytes is streamed through a file, not through memory', async () => {
    await using account = await s3Account();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const chunks = 40;
    const hash = createHash('sha256');
    for (let n = 0; n < chunks; n++) hash.update(chunk);
    async function* body() {
      for (let n = 0; n < chunks; n++) yield chunk;
    }
    await account.s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'large',
        Body: Readable.from(body()),
        ContentLength: chunks * chunk.length,
      }),
    );
    const { Body, ChecksumCRC32, ContentEncoding } = await account.s3.send(
      new GetObjectCommand({ Bucket, Key: 'large' }),
    );
    expect(ChecksumCRC32).toBeDefined();
    expect(ContentEncoding).toBeUndefined();
    const received = createHash('sha256');
    for await (const part of Body as Readable) received.update(part as Buffer);
    expect(received.digest('hex')).toBe(hash.digest('hex'));
  });

  it('replaces what had its key before', async () => {
    await using account = await s3Account();
    await account.put('a', 'one');
    await account.put('a', 'two');
    expect(await account.text('a')).toBe('two');
  });

  it('has keys of 1,024 bytes at most', async () => {
    await using account = await s3Account();
    await account.put('k'.repeat(1024));
    await expect(account.put('k'.repeat(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('answers with the headers that the request wants', async () => {
    await using account = await s3Account();
    await account.put('a');
    const got = await account.s3.send(
      new GetObjectCommand({
        Bucket,
        Key: 'a',
        ResponseContentType: 'text/csv',
        ResponseContentDisposition: 'attachment; filename="a.csv"',
      }),
    );
    expect(got).toMatchObject({
      ContentType: 'text/csv',
      ContentDisposition: 'attachment; filename="a.csv"',
    });
  });

  it('does not answer with headers that cannot be sent', async () => {
    await using account = await s3Account();
    await account.put('a');
    await expect(account.text('a', { ResponseContentType: 'a\nb' })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Header value cannot be represented using ISO-8859-1.',
      ArgumentName: 'response-content-type',
    });
  });

  it('refuses encryption with KMS, object lock and archives by name', async () => {
    await using account = await s3Account();
    for (const [member, value] of [
      ['ServerSideEncryption', 'aws:kms'],
      ['ObjectLockMode', 'GOVERNANCE'],
      ['StorageClass', 'GLACIER'],
    ] as const) {
      await expect(account.put('a', '', { [member]: value })).rejects.toMatchObject({
        name: 'NotImplemented',
        message: expect.stringContaining(member === 'StorageClass' ? 'GLACIER' : member),
      });
    }
  });

  it('refuses an ACL, since buckets have none', async () => {
    await using account = await s3Account();
    await expect(account.put('a', '', { ACL: 'public-read' })).rejects.toMatchObject({
      name: 'AccessControlListNotSupported',
    });
    await account.put('a', '', { ACL: 'bucket-owner-full-control' });
  });
});

describe('a range', () => {
  const cases = [
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
  ] as const;
  for (const [Range, text, ContentRange] of cases) {
    it(`${Range} of ten bytes is ${text}`, async () => {
      await using account = await s3Account();
      await account.put('a', '0123456789');
      const got = await account.s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range }));
      expect(await got.Body?.transformToString()).toBe(text);
      expect(got).toMatchObject({ ContentRange, ContentLength: text.length });
      expect(got.$metadata.httpStatusCode).toBe(206);
      expect(got.ChecksumCRC32).toBeUndefined();
    });
  }

  it('outside of the object is 416', async () => {
    await using account = await s3Account();
    await account.put('a', '0123456789');
    await expect(account.text('a', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('that makes no sense is ignored', async () => {
    await using account = await s3Account();
    await account.put('a', '0123456789');
    expect(await account.text('a', { Range: 'bytes=5-2' })).toBe('0123456789');
  });
});

describe('a conditional request', () => {
  it('is 304 when the copy is still good', async () => {
    await using account = await s3Account();
    const { ETag } = await account.put('a');
    await expect(account.text('a', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    const IfModifiedSince = new Date(account.account.cloud.clock.now());
    await expect(account.text('a', { IfModifiedSince })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    // A time that is yet to come is no condition.
    expect(await account.text('a', { IfModifiedSince: new Date('2040-01-01') })).toBe('hello');
  });

  it('is 412 when the object is another', async () => {
    await using account = await s3Account();
    await account.put('a');
    for (const condition of [{ IfMatch: '"other"' }, { IfUnmodifiedSince: new Date('2020-01-01') }]) {
      await expect(account.text('a', condition)).rejects.toMatchObject({
        name: 'PreconditionFailed',
        $metadata: { httpStatusCode: 412 },
      });
    }
  });

  it('If-None-Match: * writes only what is not there', async () => {
    await using account = await s3Account();
    await account.put('a', 'first', { IfNoneMatch: '*' });
    await expect(account.put('a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      Condition: 'If-None-Match',
    });
    expect(await account.text('a')).toBe('first');
  });

  it('If-Match writes only over the version that it names', async () => {
    await using account = await s3Account();
    const { ETag } = await account.put('a', 'first');
    await account.put('a', 'second', { IfMatch: ETag });
    await expect(account.put('a', 'third', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(account.put('b', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('a checksum', () => {
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    it(`of ${ChecksumAlgorithm} is verified, kept and answered`, async () => {
      await using account = await s3Account();
      const put = await account.put('a', 'hello', { ChecksumAlgorithm });
      const value = put[`Checksum${ChecksumAlgorithm}`];
      expect(value).toBeTruthy();
      const got = await account.s3.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBe(value);
      expect(await got.Body?.transformToString()).toBe('hello');
    });
  }

  it('that does not fit the body is BadDigest, and nothing is stored', async () => {
    await using account = await s3Account();
    await expect(account.put('a', 'hello', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
      message: 'The CRC32 you specified did not match the calculated checksum.',
    });
    await expect(
      account.put('a', 'hello', { ContentMD5: createHash('md5').update('other').digest('base64') }),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(account.text('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('deleting', () => {
  it('succeeds for what is not there', async () => {
    await using account = await s3Account();
    const { $metadata } = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'missing' }));
    expect($metadata.httpStatusCode).toBe(204);
  });

  it('many objects at once says what became of each', async () => {
    await using account = await s3Account();
    await account.put('a');
    const { Deleted, Errors } = await account.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'missing' }] } }),
    );
    expect(Deleted).toEqual([{ Key: 'a' }, { Key: 'missing' }]);
    expect(Errors).toBeUndefined();
    await expect(account.text('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('more than 1,000 objects at once is refused', async () => {
    await using account = await s3Account();
    const Objects = Array.from({ length: 1001 }, (_, n) => ({ Key: String(n) }));
    await expect(
      account.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })),
    ).rejects.toMatchObject({ name: 'MalformedXML' });
  });

  it('does not end a download that has begun', async () => {
    await using account = await s3Account();
    const body = Buffer.alloc(8 * 1024 * 1024, 'y');
    await account.put('large', body);
    const { Body } = await account.s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'large' }));
    expect((await Body?.transformToByteArray())?.length).toBe(body.length);
  });
});

describe('copying', () => {
  it('takes bytes, headers, metadata and tags along', async () => {
    await using account = await s3Account();
    await account.put('a b', 'hello', {
      ContentType: 'text/plain',
      Metadata: { x: '1' },
      Tagging: 'team=shop',
    });
    const { CopyObjectResult } = await account.s3.send(
      new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent('a b')}` }),
    );
    expect(CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    const got = await account.s3.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { x: '1' }, TagCount: 1 });
    await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b' }));
    expect(await account.text('copy')).toBe('hello');
  });

  it('replaces metadata and tags where it is told to', async () => {
    await using account = await s3Account();
    await account.put('a', 'hello', { Metadata: { x: '1' }, Tagging: 'team=shop' });
    await account.s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'a',
        CopySource: `${Bucket}/a`,
        MetadataDirective: 'REPLACE',
        Metadata: { y: '2' },
        TaggingDirective: 'REPLACE',
      }),
    );
    const got = await account.s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(got.Metadata).toEqual({ y: '2' });
    expect(got.TagCount).toBeUndefined();
  });

  it('an object to itself without a change is refused', async () => {
    await using account = await s3Account();
    await account.put('a');
    await expect(
      account.s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: `${Bucket}/a` })),
    ).rejects.toMatchObject({ name: 'InvalidRequest', message: expect.stringContaining('illegal') });
  });

  it('fails when the source is not what the condition says', async () => {
    await using account = await s3Account();
    await account.put('a');
    await expect(
      account.s3.send(
        new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, CopySourceIfMatch: 'x' }),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailed', Condition: 'x-amz-copy-source-If-Match' });
  });
});

describe('tags of an object', () => {
  it('are set as a whole', async () => {
    await using account = await s3Account();
    await account.put('a', '', { Tagging: 'one=1&two=2' });
    const TagSet = [{ Key: 'three', Value: '3' }];
    await account.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } }));
    const got = await account.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
    expect(got.TagSet).toEqual(TagSet);
  });

  it('are ten at most', async () => {
    await using account = await s3Account();
    await account.put('a');
    const TagSet = Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
    await expect(
      account.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } })),
    ).rejects.toMatchObject({ name: 'BadRequest', message: 'Object tags cannot be greater than 10' });
  });
});
