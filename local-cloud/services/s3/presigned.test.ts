import { GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { s3Account } from './testing.ts';

const Bucket = 'orders';
const Key = 'a b';

/** The URL of an upload, changed. */
async function presigned(input: object = {}, change: (url: URL) => void = () => {}) {
  const account = await s3Account();
  const signingDate = new Date(account.account.cloud.clock.now());
  const url = new URL(
    await getSignedUrl(account.s3, new PutObjectCommand({ Bucket, Key, ...input }), { signingDate }),
  );
  change(url);
  return {
    ...account,
    async upload(headers: Record<string, string> = {}) {
      const response = await fetch(url, { method: 'PUT', body: 'hello', headers });
      return { status: response.status, text: await response.text() };
    },
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
describe('a presigned upload', () => {
  it('has the metadata, tags and storage class that were signed, without their headers', async () => {
    await using account = await presigned({
      Metadata: { team: 'orders' },
      Tagging: 'one=1',
      StorageClass: 'STANDARD_IA',
    });
    expect(await account.upload()).toMatchObject({ status: 200 });
    expect(await account.s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      Metadata: { team: 'orders' },
      StorageClass: 'STANDARD_IA',
    });
    const { TagSet } = await account.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([{ Key: 'one', Value: '1' }]);
  });

  it('is not compared with the checksum of the body that the signer did not have', async () => {
    await using account = await presigned({}, (url) => {
      expect(url.searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
    });
    expect(await account.upload()).toMatchObject({ status: 200 });
    const { ChecksumCRC32, ChecksumCRC64NVME } = await account.s3.send(
      new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }),
    );
    expect(ChecksumCRC32).toBeUndefined();
    expect(ChecksumCRC64NVME).toEqual(expect.any(String));
  });

  it('may have no other headers of S3 than those that were signed', async () => {
    await using account = await presigned();
    const { status, text } = await account.upload({ 'x-amz-meta-wrong': '1', 'x-amz-acl': 'private' });
    expect(status).toBe(403);
    expect(text).toContain(
      '<Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message>',
    );
    const [, names] = /<HeadersNotSigned>(.*)<\/HeadersNotSigned>/.exec(text) ?? [];
    expect(names?.split(', ').sort()).toEqual(['x-amz-acl', 'x-amz-meta-wrong']);
  });

  it('whose signature is incomplete says what it takes', async () => {
    await using account = await presigned({}, (url) => url.searchParams.delete('X-Amz-Signature'));
    const { status, text } = await account.upload();
    expect(status).toBe(400);
    expect(text).toContain(
      '<Code>AuthorizationQueryParametersError</Code><Message>Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.</Message>',
    );
  });

  it('whose credential is encoded twice is malformed', async () => {
    await using account = await presigned({}, ({ searchParams }) => {
      const credential = searchParams.get('X-Amz-Credential') ?? '';
      searchParams.set('X-Amz-Credential', encodeURIComponent(credential));
    });
    expect((await account.upload()).text).toContain(
      '<Message>Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting &quot;&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request&quot;.</Message>',
    );
  });

  it('of signature version 2 needs its three parameters', async () => {
    await using account = await s3Account();
    const query = 'AWSAccessKeyId=AKIATEST&Expires=4000000000';
    const response = await fetch(`${account.endpoint}/${Bucket}/a?${query}`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    );
    const signed = `${account.endpoint}/${Bucket}/a?${query}&Signature=x`;
    expect((await fetch(signed, { method: 'PUT', body: 'x' })).status).toBe(200);
  });
});
