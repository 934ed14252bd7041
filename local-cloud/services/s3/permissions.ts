import type {
  CopyObjectRequest,
  CreateBucketRequest,
  ListObjectsV2Request,
  UploadPartCopyRequest,
} from '@aws-sdk/client-s3';
import type { Cloud, Permission } from '../../service.ts';
import type { Bucket, Buckets, NamesBucket } from './buckets.ts';
import { type CopySource, parseCopySource } from './copy-source.ts';

interface NamesObject extends NamesBucket {
  Key?: string;
  VersionId?: string;
  Tagging?: unknown;
}

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function createPermissions(cloud: Cloud, buckets: Buckets) {
  const onBucket =
    (action: string) =>
    (input: NamesBucket): readonly Permission[] => [bucketPermission(buckets.get(input), action)];
  const onObject =
    (action: string) =>
    (input: NamesObject): readonly Permission[] => [objectPermission(buckets.get(input), action, input.Key)];
  const onVersion =
    (unversioned: string, versioned: string) =>
    (input: NamesObject): readonly Permission[] =>
      onObject(input.VersionId === undefined ? unversioned : versioned)(input);

  /**
   * Who may not list a bucket does not get to know either that an object is missing.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  const reading = (input: NamesObject): readonly Permission[] => {
    const bucket = buckets.get(input);
    const [permission] = onVersion('GetObject', 'GetObjectVersion')(input) as [Permission];
    const isThere = bucket.objects.find(input.Key ?? '', input.VersionId)?.kind === 'object';
    return isThere ? [permission] : [permission, bucketPermission(bucket, 'ListBucket')];
  };

  const writing = (input: NamesObject): readonly Permission[] => {
    const actions = input.Tagging === undefined ? ['PutObject'] : ['PutObject', 'PutObjectTagging'];
    return actions.flatMap((action) => onObject(action)(input));
  };

  const readingSource = (header: string | undefined): readonly Permission[] => {
    const source: CopySource = parseCopySource(header);
    return reading(source);
  };

  const listing =
    (action: string) =>
    (input: ListObjectsV2Request): readonly Permission[] => [
      {
        ...bucketPermission(buckets.get(input), action),
        context: {
          's3:prefix': input.Prefix ?? '',
          's3:delimiter': input.Delimiter ?? '',
          's3:max-keys': String(input.MaxKeys ?? 1000),
        },
      },
    ];

  return {
    CreateBucket: ({ Bucket: name }: CreateBucketRequest): readonly Permission[] => [
      { action: 's3:CreateBucket', resource: `arn:${cloud.partition}:s3:::${name}` },
    ],
    ListBuckets: (): readonly Permission[] => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    HeadBucket: onBucket('ListBucket'),
    DeleteBucket: onBucket('DeleteBucket'),
    GetBucketLocation: onBucket('GetBucketLocation'),
    GetBucketVersioning: onBucket('GetBucketVersioning'),
    PutBucketVersioning: onBucket('PutBucketVersioning'),
    GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
    PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
    DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
    GetBucketTagging: onBucket('GetBucketTagging'),
    PutBucketTagging: onBucket('PutBucketTagging'),
    DeleteBucketTagging: onBucket('PutBucketTagging'),
    GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
    PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
    DeletePublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
    GetBucketOwnershipControls: onBucket('GetBucketOwnershipControls'),
    PutBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
    DeleteBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
    GetBucketPolicy: onBucket('GetBucketPolicy'),
    PutBucketPolicy: onBucket('PutBucketPolicy'),
    DeleteBucketPolicy: onBucket('DeleteBucketPolicy'),
    GetBucketNotificationConfiguration: onBucket('GetBucketNotification'),
    PutBucketNotificationConfiguration: onBucket('PutBucketNotification'),
    ListObjects: listing('ListBucket'),
    ListObjectsV2: listing('ListBucket'),
    ListObjectVersions: listing('ListBucketVersions'),
    ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
    GetObject: reading,
    HeadObject: reading,
    GetObjectAttributes: (input: NamesObject): readonly Permission[] => [
      ...reading(input),
      ...onVersion('GetObjectAttributes', 'GetObjectVersionAttributes')(input),
    ],
    PutObject: writing,
    DeleteObject: ({ Key, VersionId, ...input }: NamesObject): readonly Permission[] => [
      deletePermission(buckets.get(input), Key, VersionId),
    ],
    /** Decided key by key, in the operation. */
    DeleteObjects: (input: NamesBucket): readonly Permission[] => {
      buckets.get(input);
      return [];
    },
    CopyObject: (input: CopyObjectRequest): readonly Permission[] => [
      ...readingSource(input.CopySource),
      ...writing(input),
    ],
    CreateMultipartUpload: writing,
    UploadPart: onObject('PutObject'),
    UploadPartCopy: (input: UploadPartCopyRequest): readonly Permission[] => [
      ...readingSource(input.CopySource),
      ...onObject('PutObject')(input),
    ],
    CompleteMultipartUpload: onObject('PutObject'),
    AbortMultipartUpload: onObject('AbortMultipartUpload'),
    ListParts: onObject('ListMultipartUploadParts'),
    GetObjectTagging: onVersion('GetObjectTagging', 'GetObjectVersionTagging'),
    PutObjectTagging: onVersion('PutObjectTagging', 'PutObjectVersionTagging'),
    DeleteObjectTagging: onVersion('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
  };
}

/** What deleting one object needs. */
export function deletePermission(
  bucket: Bucket,
  key: string | undefined,
  versionId: string | undefined,
): Permission {
  return objectPermission(bucket, versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion', key);
}

function bucketPermission({ arn, policy }: Bucket, action: string): Permission {
  return { action: `s3:${action}`, resource: arn, resourcePolicy: policy };
}

function objectPermission({ arn, policy }: Bucket, action: string, key = ''): Permission {
  return { action: `s3:${action}`, resource: `${arn}/${key}`, resourcePolicy: policy };
}
