import type { Cloud, Service } from '../../service.ts';
import { createBucketOperations } from './bucket-operations.ts';
import { createBucketPolicyOperations } from './bucket-policy.ts';
import { createBucketSettings } from './bucket-settings.ts';
import { createBuckets } from './buckets.ts';
import { createCompleteOperation } from './complete-operation.ts';
import { createContents } from './contents.ts';
import { createCopyOperations } from './copy-operations.ts';
import { createDeleteOperations, type Refusal } from './delete-operations.ts';
import { createDestinations, type NotificationDependencies } from './destinations.ts';
import { createListOperations } from './list-operations.ts';
import { createNotificationOperations } from './notification-operations.ts';
import { createObjectOperations } from './object-operations.ts';
import { createObjectTagging } from './object-tagging.ts';
import { createPermissions } from './permissions.ts';
import { createUploadListing } from './upload-listing.ts';
import { createUploadOperations } from './upload-operations.ts';

export { collect } from './contents.ts';

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
  const buckets = createBuckets(cloud, createContents(cloud));
  const destinations = createDestinations(cloud, dependencies);
  const { emit } = destinations;
  const operations = {
    ...createBucketOperations(cloud, buckets),
    ...createBucketSettings(buckets),
    ...createBucketPolicyOperations(buckets),
    ...createNotificationOperations(cloud, buckets, destinations),
    ...createObjectOperations(buckets, emit),
    ...createObjectTagging(buckets, emit),
    ...createDeleteOperations(buckets, emit, refusal),
    ...createCopyOperations(buckets, emit),
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
  } satisfies Service<typeof operations>;
}

export type S3Operations = ReturnType<typeof createS3>['operations'];
