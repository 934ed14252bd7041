import type { Cloud, Service } from '../../service.ts';
import { createBucketOperations } from './bucket-operations.ts';
import { createBucketPolicyOperations } from './bucket-policy.ts';
import { createBucketSettings } from './bucket-settings.ts';
import { createBuckets } from './buckets.ts';
import { createCompleteOperation } from './complete-operation.ts';
import { collect, createContents } from './contents.ts';
import { createCopyOperations } from './copy-operations.ts';
import { createDeleteOperations, type Refusal } from './delete-operations.ts';
import { createDestinations, type NotificationDependencies } from './destinations.ts';
import { createListOperations } from './list-operations.ts';
import { createNotificationOperations } from './notification-operations.ts';
import { createObjectAttributes } from './object-attributes.ts';
import { createObjectOperations } from './object-operations.ts';
import { createObjectTagging } from './object-tagging.ts';
import { createPermissions } from './permissions.ts';
import { createUploadListing } from './upload-listing.ts';
import { createUploadOperations } from './upload-operations.ts';

export interface S3Dependencies extends NotificationDependencies {
  /** Why a caller may not do something; for the operations that decide key by key. */
  refusal: Refusal;
}

/**
 * Makes the account's S3: general purpose buckets. What lies in objects is kept in files of the account's
 * temporary folder, but for small ones.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export function createS3(cloud: Cloud, { refusal, ...dependencies }: S3Dependencies) {
  const contents = createContents(cloud);
  const buckets = createBuckets(cloud, contents);
  const destinations = createDestinations(cloud, dependencies);
  const { emit } = destinations;
  const operations = {
    ...createBucketOperations(cloud, buckets),
    ...createBucketSettings(buckets),
    ...createBucketPolicyOperations(buckets),
    ...createNotificationOperations(cloud, buckets, destinations),
    ...createObjectOperations(cloud, buckets, emit),
    ...createObjectAttributes(buckets),
    ...createObjectTagging(buckets, emit),
    ...createDeleteOperations(buckets, emit, refusal),
    ...createCopyOperations(cloud, buckets, emit),
    ...createUploadOperations(cloud, buckets),
    ...createCompleteOperation(cloud, buckets, emit),
    ...createListOperations(cloud, buckets),
    ...createUploadListing(cloud, buckets),
  };
  return {
    name: 's3',
    operations,
    permissions: createPermissions(cloud, buckets),
    accessDenied: { code: 'AccessDenied', status: 403 },
    /** Makes a bucket that belongs to the account from its beginning. */
    createBucket(name: string): void {
      buckets.create(name);
    },
    /** An object's bytes, for the account itself: published templates and code. Undefined when it is not there. */
    async read(bucketName: string, key: string): Promise<Uint8Array | undefined> {
      const object = buckets.find(bucketName)?.objects.find(key);
      return object?.kind === 'object' ? collect(contents.read(object.content)) : undefined;
    },
  } satisfies Service<typeof operations> & {
    createBucket(name: string): void;
    read(bucketName: string, key: string): Promise<Uint8Array | undefined>;
  };
}

export type S3Operations = ReturnType<typeof createS3>['operations'];
