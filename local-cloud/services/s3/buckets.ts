import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type {
  NotificationConfiguration,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from '@aws-sdk/client-s3';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Contents } from './contents.ts';
import { noSuchBucket, s3Error } from './errors.ts';
import { createObjects, type Objects, type Versioning } from './objects.ts';
import type { Upload } from './uploads.ts';

const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;
export type ObjectOwnership = (typeof OWNERSHIPS)[number];

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly objects: Objects;
  /** Multipart uploads under way, by id. */
  readonly uploads: Map<string, Upload>;
  versioning: Versioning;
  policy?: string;
  tags: Readonly<Record<string, string>>;
  notifications: NotificationConfiguration;
  encryption: ServerSideEncryptionConfiguration;
  publicAccessBlock?: PublicAccessBlockConfiguration;
  ownership?: ObjectOwnership;
}

/** What every operation on a bucket is given. */
export interface NamesBucket {
  Bucket?: string;
  ExpectedBucketOwner?: string;
}

/** Every bucket has it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html */
export const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** Since April 2023. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const ALL_BLOCKED: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export type Buckets = ReturnType<typeof createBuckets>;

/** Makes an account without buckets. */
export function createBuckets(cloud: Cloud, contents: Contents) {
  const byName = new Map<string, Bucket>();

  return {
    contents,
    find: (name: string | undefined) => byName.get(name ?? ''),
    /** @throws NoSuchBucket, or AccessDenied when it belongs to another account than expected */
    get({ Bucket: name = '', ExpectedBucketOwner }: NamesBucket): Bucket {
      if (ExpectedBucketOwner !== undefined && !/^\d{12}$/.test(ExpectedBucketOwner)) {
        throw s3Error(
          'InvalidBucketOwnerAWSAccountID',
          `The value of the expected bucket owner parameter must be an AWS Account ID... [${ExpectedBucketOwner}]`,
        );
      }
      const bucket = byName.get(name);
      if (!bucket) {
        checkName(name);
        throw noSuchBucket(name);
      }
      if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== cloud.accountId) {
        throw s3Error('AccessDenied', 'Access Denied', 403);
      }
      return bucket;
    },
    create(name: string, ownership: ObjectOwnership = 'BucketOwnerEnforced'): Bucket {
      checkName(name);
      const bucket: Bucket = {
        name,
        arn: `arn:${cloud.partition}:s3:::${name}`,
        createdAt: cloud.clock.now(),
        objects: createObjects(cloud, contents),
        uploads: new Map(),
        versioning: undefined,
        tags: {},
        notifications: {},
        encryption: DEFAULT_ENCRYPTION,
        publicAccessBlock: ALL_BLOCKED,
        ownership,
      };
      byName.set(name, bucket);
      return bucket;
    },
    remove: (bucket: Bucket) => byName.delete(bucket.name),
    /** In the order of their names. */
    all: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(name: string): void {
  const fits = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!fits || reserved || name.includes('..') || isIP(name)) {
    throw s3Error('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControlsRule.html */
export function isOwnership(value: string | undefined): value is ObjectOwnership {
  return OWNERSHIPS.some((ownership) => ownership === value);
}

/** The account's canonical user. https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html */
export function ownerOf(cloud: Cloud): { ID: string } {
  return { ID: createHash('sha256').update(cloud.accountId).digest('hex') };
}

/**
 * Refuses what an input asks for and S3 does not do here.
 * @param names members of the input; with values that ask for nothing, where there are any
 */
export function refuseMembers(input: object, names: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, harmless] of Object.entries(names)) {
    const value = (input as Record<string, unknown>)[name];
    if (value !== undefined && !harmless.includes(value)) throw notSupported(`S3's ${name}`);
  }
}

/** @throws AccessControlListNotSupported: ACLs are off, as they are on every new bucket */
export function refuseAcls(input: object): void {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input as Record<
    string,
    string | undefined
  >;
  const grants = [GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP];
  const harmless = ACL === undefined || ACL === 'private' || ACL === 'bucket-owner-full-control';
  if (harmless && grants.every((grant) => grant === undefined)) return;
  throw s3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}
