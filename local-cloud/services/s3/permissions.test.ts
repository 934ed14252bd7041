import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { policy, s3Account } from './testing.ts';

const Bucket = 'orders';
const OBJECTS = 'arn:aws:s3:::orders/*';
const allow = (Action: string | string[], Resource = OBJECTS) => ({ Effect: 'Allow', Action, Resource });
const read = (client: S3Client, Key = 'a') => client.send(new GetObjectCommand({ Bucket, Key }));

describe('a role', () => {
  it('may not read an object without s3:GetObject, and is told so as S3 says it', async () => {
    await using account = await s3Account();
    await account.put('a');
    const role = await account.clientOf([allow('s3:PutObject')]);
    await expect(read(role)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /^User: arn:aws:sts::123456789012:assumed-role\/role-.*\/session is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::orders\/a" because no identity-based policy allows the s3:GetObject action$/,
      ),
      $metadata: { httpStatusCode: 403 },
    });
    await role.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '' }));
  });

  it('does not get to know that an object is missing without s3:ListBucket', async () => {
    await using account = await s3Account();
    const blind = await account.clientOf([allow('s3:GetObject')]);
    await expect(read(blind, 'missing')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListBucket on resource: "arn:aws:s3:::orders"'),
    });
    await expect(blind.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    const seeing = await account.clientOf([allow(['s3:GetObject', 's3:ListBucket'], '*')]);
    await expect(read(seeing, 'missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('may list the prefix that its policy names, and no other', async () => {
    await using account = await s3Account();
    const Condition = { StringLike: { 's3:prefix': ['in/*'] } };
    const role = await account.clientOf([{ ...allow('s3:ListBucket', 'arn:aws:s3:::orders'), Condition }]);
    await role.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/x' }));
    await expect(role.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('deletes of many objects those that it may delete', async () => {
    await using account = await s3Account();
    await account.put('in/a');
    await account.put('out/a');
    const role = await account.clientOf([allow('s3:DeleteObject', 'arn:aws:s3:::orders/in/*')]);
    const { Deleted, Errors } = await role.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'in/a' }, { Key: 'out/a' }] } }),
    );
    expect(Deleted).toEqual([{ Key: 'in/a' }]);
    expect(Errors).toMatchObject([{ Key: 'out/a', Code: 'AccessDenied' }]);
  });

  it('copies only what it may read', async () => {
    await using account = await s3Account();
    await account.put('a');
    const role = await account.clientOf([allow('s3:PutObject')]);
    const copy = new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` });
    await expect(role.send(copy)).rejects.toThrow('s3:GetObject');
  });

  it('needs s3:PutObjectTagging to write tags', async () => {
    await using account = await s3Account();
    const role = await account.clientOf([allow('s3:PutObject')]);
    const put = new PutObjectCommand({ Bucket, Key: 'a', Body: '', Tagging: 'a=1' });
    await expect(role.send(put)).rejects.toThrow('s3:PutObjectTagging');
  });

  it("may do what the bucket's policy allows, but not what it denies", async () => {
    await using account = await s3Account();
    await account.put('a');
    const role = await account.clientOf([allow('s3:PutObject')]);
    const any = { Principal: { AWS: '*' }, Resource: OBJECTS };
    const Condition = { StringEquals: { 'aws:PrincipalAccount': '123456789012' } };
    const Policy = policy([
      { Effect: 'Allow', Action: 's3:GetObject', Condition, ...any },
      { Effect: 'Deny', Action: 's3:PutObject', ...any },
    ]);
    await account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await read(role);
    await expect(role.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '' }))).rejects.toThrow(
      'with an explicit deny in a resource-based policy',
    );
  });
});

describe('a presigned URL', () => {
  it('uploads and downloads without credentials', async () => {
    await using account = await s3Account();
    const put = await getSignedUrl(account.s3, new PutObjectCommand({ Bucket, Key: 'a b' }), {
      signingDate: new Date(account.account.cloud.clock.now()),
    });
    const uploaded = await fetch(put, { method: 'PUT', body: 'by anybody' });
    expect(uploaded.status).toBe(200);
    const get = await getSignedUrl(account.s3, new GetObjectCommand({ Bucket, Key: 'a b' }), {
      signingDate: new Date(account.account.cloud.clock.now()),
    });
    expect(await (await fetch(get)).text()).toBe('by anybody');
  });

  it('expires in the time of the cloud', async () => {
    await using account = await s3Account();
    await account.put('a');
    const { clock } = account.account.cloud;
    const url = await getSignedUrl(account.s3, new GetObjectCommand({ Bucket, Key: 'a' }), {
      expiresIn: 60,
      signingDate: new Date(clock.now()),
    });
    expect((await fetch(url)).status).toBe(200);
    await clock.advance(61_000);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/);
  });
});
