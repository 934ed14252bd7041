import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../account.ts';
import { policy, s3Account } from './testing.ts';

const Bucket = 'orders';

describe('a bucket', () => {
  it('is listed with when it was created', async () => {
    await using account = await s3Account();
    await account.s3.send(new CreateBucketCommand({ Bucket: 'another' }));
    const { Buckets, Owner } = await account.s3.send(new ListBucketsCommand({}));
    // The one in the middle is where the CDK CLI publishes assets.
    expect(Buckets?.map(({ Name }) => Name)).toEqual([
      'another',
      'cdk-hnb659fds-assets-123456789012-us-east-1',
      'orders',
    ]);
    expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of an impossible name is refused', async () => {
    await using account = await s3Account();
    for (const name of ['Up', 'ab', 'has_underscore', '192.168.0.1', 'a..b', 'xn--a']) {
      await expect(account.s3.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
        name: 'InvalidBucketName',
      });
    }
  });

  it('can be created again by its owner in us-east-1, and nowhere else', async () => {
    await using classic = await s3Account();
    await classic.s3.send(new CreateBucketCommand({ Bucket }));
    await using other = await s3Account({ region: 'eu-west-1' });
    await expect(other.s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('says where it is, which is nothing for us-east-1', async () => {
    await using classic = await s3Account();
    const here = await classic.s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(here.LocationConstraint ?? '').toBe('');
    await using other = await s3Account({ region: 'eu-west-1' });
    const there = await other.s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(there.LocationConstraint).toBe('eu-west-1');
    const { BucketRegion } = await other.s3.send(new HeadBucketCommand({ Bucket }));
    expect(BucketRegion).toBe('eu-west-1');
  });

  it('that is not there is NoSuchBucket, and NotFound on HEAD', async () => {
    await using account = await s3Account();
    await expect(account.s3.send(new GetBucketLocationCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
      BucketName: 'missing',
    });
    await expect(account.s3.send(new HeadBucketCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('with an object in it cannot be deleted', async () => {
    await using account = await s3Account();
    await account.put('a');
    await expect(account.s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('that is empty goes', async () => {
    await using account = await s3Account();
    await account.s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(account.put('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('has encryption, no versioning, no public access, and no ACLs from the start', async () => {
    await using account = await s3Account();
    const encryption = await account.s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(
      encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
    ).toEqual({ SSEAlgorithm: 'AES256' });
    expect((await account.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    const { PublicAccessBlockConfiguration } = await account.s3.send(
      new GetPublicAccessBlockCommand({ Bucket }),
    );
    expect(PublicAccessBlockConfiguration?.BlockPublicPolicy).toBe(true);
    const { OwnershipControls } = await account.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  });

  it('has tags, or the error that it has none', async () => {
    await using account = await s3Account();
    const TagSet = [{ Key: 'team', Value: 'shop' }];
    await account.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await account.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await account.s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    await expect(account.s3.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchTagSet',
    });
  });

  it('is reached by its name in the host as well as in the path', async () => {
    await using account = await s3Account();
    await account.put('a b');
    const { port } = new URL(account.endpoint);
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3/aws4_request';
    const { request } = await import('node:http');
    for (const host of [`orders.localhost:${port}`, `orders.s3.localhost`, `orders.s3.us-east-1.localhost`]) {
      const status = await new Promise((resolve) => {
        request({ port, host: '127.0.0.1', path: '/a%20b', headers: { host, authorization } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(status).toBe(200);
    }
  });

  it('of an express zone is not spoken to', async () => {
    await using account = await s3Account();
    const response = await fetch(`${account.endpoint}/orders`, {
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3express/aws4_request',
      },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Message>The service s3express is not supported');
  });

  it('has no CORS, lifecycle or ACLs here: such operations are refused by name', async () => {
    await using account = await s3Account();
    await expect(
      account.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [] } })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 's3:PutBucketCors is not supported by the local cloud.',
      $metadata: { httpStatusCode: 501 },
    });
    await expect(account.s3.send(new GetBucketAclCommand({ Bucket }))).rejects.toThrow('GetBucketAcl');
  });

  it('belongs to the account that the request expects', async () => {
    await using account = await s3Account();
    await expect(
      account.s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '999999999999' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it.each(['0000', '0000000000020', 'abcd', 'aa000000000$'])(
    'is not expected of %s, which is no account',
    async (ExpectedBucketOwner) => {
      await using account = await s3Account();
      await expect(
        account.s3.send(new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner })),
      ).rejects.toMatchObject({
        name: 'InvalidBucketOwnerAWSAccountID',
        message: `The value of the expected bucket owner parameter must be an AWS Account ID... [${ExpectedBucketOwner}]`,
      });
    },
  );

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  it.each([
    [
      'us-east-1',
      'us-east-1',
      'InvalidLocationConstraint',
      /^The specified location-constraint is not valid$/,
    ],
    ['us-east-1', 'foo', 'InvalidLocationConstraint', /^The specified location-constraint is not valid$/],
    [
      'eu-west-1',
      'bar',
      'IllegalLocationConstraintException',
      /^The bar location constraint is incompatible/,
    ],
    ['eu-west-1', 'us-east-1', 'IllegalLocationConstraintException', /^The us-east-1 location constraint/],
    ['eu-west-1', undefined, 'IllegalLocationConstraintException', /^The unspecified location constraint/],
  ])('of a cloud in %s is not made with the constraint %s', async (region, constraint, code, message) => {
    const account = createAccount({ clock: 'warp', region });
    const CreateBucketConfiguration = { LocationConstraint: constraint as 'EU' };
    await expect(
      account.services.s3.CreateBucket({ Bucket: 'another', CreateBucketConfiguration }, account.call()),
    ).rejects.toMatchObject({ name: code, message: expect.stringMatching(message) });
    await account.close();
  });

  it('outside of us-east-1 is located by its address', async () => {
    await using other = await s3Account({ region: 'eu-west-1' });
    const { Location } = await other.s3.send(new CreateBucketCommand({ Bucket: 'another' }));
    expect(Location).toBe('http://another.s3.amazonaws.com/');
    await using classic = await s3Account();
    expect((await classic.s3.send(new CreateBucketCommand({ Bucket: 'another' }))).Location).toBe('/another');
  });

  it('is listed with its region where the request has a parameter', async () => {
    await using account = await s3Account();
    const plain = await account.s3.send(new ListBucketsCommand({}));
    expect(plain.Buckets?.[0]?.BucketRegion).toBeUndefined();
    const { Buckets, Prefix } = await account.s3.send(new ListBucketsCommand({ Prefix: Bucket }));
    expect(Buckets).toMatchObject([{ Name: Bucket, BucketRegion: 'us-east-1' }]);
    expect(Prefix).toBe(Bucket);
  });

  it('has one of three ownerships, from the start or later', async () => {
    await using account = await s3Account();
    const ObjectOwnership = 'RandomValue' as 'ObjectWriter';
    await expect(
      account.s3.send(new CreateBucketCommand({ Bucket: 'another', ObjectOwnership })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Invalid x-amz-object-ownership header: RandomValue',
      ArgumentName: 'x-amz-object-ownership',
    });
    const OwnershipControls = { Rules: [{ ObjectOwnership }] };
    await expect(
      account.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls })),
    ).rejects.toMatchObject({ name: 'MalformedXML' });
  });

  it('cannot be told of versioning without saying whether', async () => {
    await using account = await s3Account();
    await expect(
      account.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })),
    ).rejects.toMatchObject({
      name: 'IllegalVersioningConfigurationException',
      message: 'The Versioning element must be specified',
    });
  });

  it('cannot be told of a key for an encryption without keys', async () => {
    await using account = await s3Account();
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' as const, KMSMasterKeyID: 'key' };
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
    await expect(
      account.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message:
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      ArgumentName: 'ApplyServerSideEncryptionByDefault',
    });
  });

  it('answers HEAD with the headers of XML, as S3 does', async () => {
    await using account = await s3Account();
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3/aws4_request';
    const { headers } = await fetch(`${account.endpoint}/${Bucket}`, {
      method: 'HEAD',
      headers: { authorization },
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/xml',
      server: 'AmazonS3',
      'x-amz-bucket-region': 'us-east-1',
      'x-amz-bucket-arn': 'arn:aws:s3:::orders',
      'x-amz-access-point-alias': 'false',
    });
  });
});

describe("a bucket's policy", () => {
  const allow = (Resource: string, Principal: unknown = { AWS: '123456789012' }) =>
    policy([{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }]);

  it('is answered as it was put', async () => {
    await using account = await s3Account();
    await expect(account.s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
    const Policy = allow('arn:aws:s3:::orders/*');
    await account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await account.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
  });

  it('about another bucket is malformed', async () => {
    await using account = await s3Account();
    await expect(
      account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: allow('arn:aws:s3:::others/*') })),
    ).rejects.toMatchObject({ name: 'MalformedPolicy', message: 'Policy has invalid resource' });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: MalformedPolicy
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '123456789012' },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::orders/*',
  };
  it.each([
    ['no JSON', '{', 'This policy contains invalid Json'],
    ['nothing', '', "Policies must be valid JSON and the first byte must be '{'"],
    ['a word', 'invalid json', "Policies must be valid JSON and the first byte must be '{'"],
    ['a list', '[]', "Policies must be valid JSON and the first byte must be '{'"],
    ['no statement', '{}', 'Missing required field Statement'],
    ['an empty statement', policy([]), 'Could not parse the policy: Statement is empty!'],
    ['another effect', policy([{ ...statement, Effect: 'Perhaps' }]), 'Invalid effect: Perhaps'],
    ['no effect', policy([{ ...statement, Effect: undefined }]), 'Missing required field Effect'],
    ['no principal', policy([{ ...statement, Principal: undefined }]), 'Missing required field Principal'],
    [
      'an unknown principal',
      policy([{ ...statement, Principal: { AWS: 'me' } }]),
      'Invalid principal in policy',
    ],
    ['no action', policy([{ ...statement, Action: undefined }]), 'Missing required field Action'],
    ['a word for an action', policy([{ ...statement, Action: 'read' }]), 'Policy has invalid action'],
    ["another service's action", policy([{ ...statement, Action: 'sqs:*' }]), 'Policy has invalid action'],
    ['no resource', policy([{ ...statement, Resource: undefined }]), 'Missing required field Resource'],
    ['a name for a resource', policy([{ ...statement, Resource: 'orders' }]), 'Policy has invalid resource'],
    ['another element', policy([{ ...statement, Remark: 'x' }]), 'Invalid policy syntax.'],
  ])('with %s is refused in the words of S3', async (_, Policy, message) => {
    await using account = await s3Account();
    await expect(account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message,
    });
  });

  it('for everybody is refused while public policies are blocked', async () => {
    await using account = await s3Account();
    const Policy = allow('arn:aws:s3:::orders/*', '*');
    await expect(account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await account.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await account.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  });
});

describe('a request', () => {
  it('whose XML is broken is MalformedXML', async () => {
    await using account = await s3Account();
    const response = await fetch(`${account.endpoint}/orders?delete`, {
      method: 'POST',
      body: '<Delete><Object',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/s3/aws4_request' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/<Error><Code>MalformedXML<\/Code>/);
  });

  it('of a retired session is ExpiredToken', async () => {
    await using account = await s3Account();
    const { cloud } = account.account;
    const role = await account.clientOf([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
    await role.send(new HeadBucketCommand({ Bucket }));
    await cloud.clock.advance(2 * 3_600_000);
    await expect(role.send(new GetBucketLocationCommand({ Bucket }))).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
    expect(role).toBeInstanceOf(S3Client);
  });
});
