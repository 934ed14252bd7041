import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';

async function withKeys(keys: readonly string[]) {
  const account = await s3Account();
  for (const key of keys) await account.put(key, key);
  return account;
}

describe('a listing', () => {
  it('is in the order of the bytes of the keys', async () => {
    await using account = await withKeys(['b', 'a', 'B', 'ä', '😀', '', 'a/b'].filter(Boolean));
    const { Contents, KeyCount } = await account.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['B', 'a', 'a/b', 'b', 'ä', '😀']);
    expect(KeyCount).toBe(6);
    expect(Contents?.[0]).toMatchObject({
      Size: 1,
      StorageClass: 'STANDARD',
      ETag: expect.stringMatching(/^"/),
    });
  });

  it('shows what lies below a prefix, rolled up at the delimiter', async () => {
    await using account = await withKeys(['in/a', 'in/x/1', 'in/x/2', 'in/y/1', 'in/z', 'out/a']);
    const page = await account.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/', Delimiter: '/' }));
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['in/a', 'in/z']);
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'in/x/' }, { Prefix: 'in/y/' }]);
    expect(page).toMatchObject({ KeyCount: 4, IsTruncated: false, Prefix: 'in/', Delimiter: '/' });
  });

  it('comes in pages, without a gap and without a repetition', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `k${String(n).padStart(2, '0')}`);
    await using account = await withKeys(keys);
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: account.s3, pageSize: 10 }, { Bucket })) {
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(seen).toEqual(keys);
  });

  it('goes on after a common prefix', async () => {
    await using account = await withKeys(['a/1', 'a/2', 'b/1', 'c']);
    const first = await account.s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 1 }));
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    const second = await account.s3.send(
      new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken: first.NextContinuationToken }),
    );
    expect(second.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c']);
  });

  it('starts after a key', async () => {
    await using account = await withKeys(['a', 'b', 'c']);
    const { Contents } = await account.s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  it('with a token that S3 did not give is refused', async () => {
    await using account = await withKeys([]);
    await expect(
      account.s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'no token' })),
    ).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('of the first version has markers', async () => {
    await using account = await withKeys(['a/1', 'a/2', 'b']);
    const first = await account.s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 1 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/' });
    const second = await account.s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }),
    );
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b']);
  });

  it('goes on behind the common prefix in which its marker lies', async () => {
    await using account = await withKeys(['in/x/1', 'in/x/2', 'in/y']);
    const within = { Bucket, Prefix: 'in/', Delimiter: '/' };
    const objects = await account.s3.send(new ListObjectsCommand({ ...within, Marker: 'in/x/1' }));
    expect(objects.CommonPrefixes).toBeUndefined();
    expect(objects.Contents?.map(({ Key }) => Key)).toEqual(['in/y']);
    const versions = await account.s3.send(new ListObjectVersionsCommand({ ...within, KeyMarker: 'in/x/1' }));
    expect(versions.CommonPrefixes).toBeUndefined();
    expect(versions.Versions?.map(({ Key }) => Key)).toEqual(['in/y']);
  });

  it('that goes on does not say again where it started', async () => {
    await using account = await withKeys(['a', 'b', 'c']);
    const first = await account.s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a', MaxKeys: 1 }));
    expect(first.StartAfter).toBe('a');
    const ContinuationToken = first.NextContinuationToken;
    const rest = await account.s3.send(
      new ListObjectsV2Command({ Bucket, StartAfter: 'a', ContinuationToken }),
    );
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    expect(rest.StartAfter).toBeUndefined();
  });

  it('takes a number that is left empty for one that is not given', async () => {
    await using account = await withKeys(['a']);
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3/aws4_request';
    const response = await fetch(`${account.endpoint}/${Bucket}?list-type=2&max-keys=`, {
      headers: { authorization },
    });
    expect(await response.text()).toContain('<MaxKeys>1000</MaxKeys>');
  });

  it('encodes keys as in a form where it is asked to', async () => {
    await using account = await withKeys(['a b/c+d']);
    const { Contents } = await account.s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(Contents?.[0]?.Key).toBe('a+b/c%2Bd');
  });

  it('does not look at what rolls up into one prefix', async () => {
    await using account = await s3Account();
    const { cloud, services } = account.account;
    const call = account.account.call();
    for (let n = 0; n < 10_000; n++) await services.s3.PutObject({ Bucket, Key: `in/${n}`, Body: 'x' }, call);
    await services.s3.PutObject({ Bucket, Key: 'out', Body: 'x' }, call);
    const page = await services.s3.ListObjectsV2({ Bucket, Delimiter: '/' }, call);
    expect(page).toMatchObject({ CommonPrefixes: [{ Prefix: 'in/' }], KeyCount: 2 });
    expect(cloud.journal.lastSeq).toBeGreaterThan(10_000);
  });
});

describe('versioning', () => {
  it('keeps what is written over and what is deleted', async () => {
    await using account = await s3Account();
    await account.put('a', 'null version');
    await account.enableVersioning();
    const first = await account.put('a', 'first');
    const { VersionId } = await account.put('a', 'second');
    expect(VersionId).toMatch(/^.{32}$/);
    const deleted = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(account.text('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await account.text('a', { VersionId: first.VersionId })).toBe('first');
    expect(await account.text('a', { VersionId: 'null' })).toBe('null version');
    const page = await account.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(page.Versions?.map((version) => [version.VersionId, version.IsLatest])).toEqual([
      [VersionId, false],
      [first.VersionId, false],
      ['null', false],
    ]);
    expect(page.DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: deleted.VersionId, IsLatest: true }]);
  });

  it('brings an object back when its delete marker is deleted', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    await account.put('a', 'back');
    const { VersionId } = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const removed = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    expect(removed).toMatchObject({ DeleteMarker: true, VersionId });
    expect(await account.text('a')).toBe('back');
  });

  it('does not let a delete marker be read', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    const { VersionId } = await account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await expect(account.text('a', { VersionId })).rejects.toMatchObject({
      name: 'MethodNotAllowed',
      $metadata: { httpStatusCode: 405 },
    });
  });

  it('knows the version ids that it made from others', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    const { VersionId = '' } = await account.put('a', 'gone');
    const remove = (id: string) =>
      account.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: id }));
    await remove(VersionId);
    await expect(account.text('a', { VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
    const foreign = `${VersionId.slice(0, -4)}ABCD`;
    const invalid = { name: 'InvalidArgument', message: 'Invalid version id specified' };
    await expect(account.text('a', { VersionId: foreign })).rejects.toMatchObject(invalid);
    await expect(remove(foreign)).rejects.toMatchObject({ ...invalid, ArgumentValue: foreign });
    const Delete = { Objects: [{ Key: 'a', VersionId: foreign }] };
    expect(await account.s3.send(new DeleteObjectsCommand({ Bucket, Delete }))).toMatchObject({
      Errors: [{ Code: 'NoSuchVersion', Key: 'a', VersionId: foreign }],
    });
  });

  it('when suspended, writes the one null version', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    const { VersionId } = await account.put('a', 'kept');
    await account.enableVersioning('Suspended');
    await account.put('a', 'null 1');
    const last = await account.put('a', 'null 2');
    expect(last.VersionId).toBeUndefined();
    const { Versions } = await account.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map((version) => version.VersionId)).toEqual(['null', VersionId]);
  });

  it('is listed in pages', async () => {
    await using account = await s3Account();
    await account.enableVersioning();
    for (const text of ['1', '2', '3']) await account.put('a', text);
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await account.s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, ...markers }));
      seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
      if (!page.IsTruncated) break;
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(new Set(seen).size).toBe(3);
  });
});
