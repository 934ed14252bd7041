import { notSupported } from '../../errors.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { failedCondition } from './conditions.ts';
import { invalidArgument, invalidRequest, preconditionFailed } from './errors.ts';
import { findObject } from './object-operations.ts';
import { NULL_VERSION, type StoredObject } from './objects.ts';

export interface CopySource {
  Bucket: string;
  Key: string;
  VersionId?: string;
}

/**
 * Reads `x-amz-copy-source`: `<bucket>/<key>[?versionId=<id>]`, percent-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @throws InvalidArgument
 */
export function parseCopySource(header: string | undefined): CopySource {
  const [path = '', query = ''] = splitVersion(header ?? '');
  let text: string;
  let VersionId: string;
  try {
    text = decodeURIComponent(path).replace(/^\//, '');
    VersionId = decodeURIComponent(query);
  } catch {
    throw invalid();
  }
  if (text.startsWith('arn:')) throw notSupported("S3's access points");
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) throw invalid();
  return {
    Bucket: text.slice(0, slash),
    Key: text.slice(slash + 1),
    ...(VersionId && { VersionId }),
  };
}

interface CopyConditions {
  ExpectedSourceBucketOwner?: string;
  CopySourceIfMatch?: string;
  CopySourceIfModifiedSince?: Date;
  CopySourceIfNoneMatch?: string;
  CopySourceIfUnmodifiedSince?: Date;
}

/**
 * What is to be copied.
 * @param now epoch milliseconds of the cloud
 * @throws NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed; InvalidRequest for a delete marker
 */
export function findCopySource(
  buckets: Buckets,
  source: CopySource,
  input: CopyConditions,
  now: number,
): { bucket: Bucket; object: StoredObject } {
  const bucket = buckets.get({ Bucket: source.Bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
  const isMarker = bucket.objects.find(source.Key, source.VersionId)?.kind === 'delete-marker';
  if (isMarker && source.VersionId !== undefined) {
    throw invalidRequest(
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
  const object = findObject(bucket, source, 'COPY');
  const failed = failedCondition(object, {
    now,
    ifMatch: input.CopySourceIfMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (failed) throw preconditionFailed(`x-amz-copy-source-${failed.name}`);
  return { bucket, object };
}

/** `CopySourceVersionId` of an answer: what was written without versioning is not named. */
export function sourceVersionMember({ versionId }: StoredObject): { CopySourceVersionId?: string } {
  return versionId === NULL_VERSION ? {} : { CopySourceVersionId: versionId };
}

function splitVersion(header: string): [string, string] {
  const at = header.indexOf('?versionId=');
  return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + '?versionId='.length)];
}

/** S3 names the header, and not what it says. */
function invalid() {
  return invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
}
