import type { Cloud } from '../../service.ts';
import type { Bucket } from './buckets.ts';
import type { Algorithm, Checksum } from './checksums.ts';
import type { Content } from './contents.ts';
import { noSuchUpload } from './errors.ts';
import type { NewObject } from './objects.ts';

/** A multipart upload under way. */
export interface Upload extends Pick<NewObject, 'headers' | 'metadata' | 'storageClass' | 'tags'> {
  readonly id: string;
  readonly key: string;
  /** Epoch milliseconds. */
  readonly initiated: number;
  /** The checksum that each part must have, if the upload was begun with one. */
  readonly algorithm?: Algorithm;
  readonly checksumType?: Checksum['type'];
  readonly parts: Map<number, Part>;
  /** Whether its key was written or deleted since the upload began. */
  isOvertaken?: boolean;
}

export interface Part {
  readonly number: number;
  readonly content: Content;
  readonly etag: string;
  readonly checksum: Checksum;
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

/** @throws NoSuchUpload */
export function findUpload(
  bucket: Bucket,
  { UploadId = '', Key }: { UploadId?: string; Key?: string },
): Upload {
  const upload = bucket.uploads.get(UploadId);
  if (!upload || upload.key !== Key) throw noSuchUpload(UploadId);
  return upload;
}

/** To be told whenever a key is written or deleted: a conditional completion must know. */
export function overtakeUploads({ uploads }: Bucket, key: string): void {
  for (const upload of uploads.values()) if (upload.key === key) upload.isOvertaken = true;
}

export function newUploadId(cloud: Cloud): string {
  return (
    Buffer.from((cloud.uuid() + cloud.uuid()).replaceAll('-', ''), 'hex').toString('base64url') +
    cloud.uuid().replaceAll('-', '')
  );
}
