import { notSupported } from '../../errors.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { failedCondition } from './conditions.ts';
import { invalidArgument, preconditionFailed } from './errors.ts';
import { findObject } from './object-operations.ts';
import type { StoredObject } from './objects.ts';

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
    throw invalid(header);
  }
  if (text.startsWith('arn:')) throw notSupported("S3's access points");
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) throw invalid(header);
  return {
    Bucket: text.slice(0, slash),
    Key: text.slice(slash + 1),
    ...(VersionId && { VersionId }),
  };
}

interface CopyConditions {
  CopySourceIfMatch?: string;
  CopySourceIfModifiedSince?: Date;
  CopySourceIfNoneMatch?: string;
  CopySourceIfUnmodifiedSince?: Date;
}

/** What is to be copied. @throws NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed */
export function findCopySource(
  buckets: Buckets,
  source: CopySource,
  input: CopyConditions,
): { bucket: Bucket; object: StoredObject } {
  const bucket = buckets.get({ Bucket: source.Bucket });
  const object = findObject(bucket, source, 'COPY');
  const failed = failedCondition(object, {
    ifMatch: input.CopySourceIfMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (failed) throw preconditionFailed(`x-amz-copy-source-${failed.name}`);
  return { bucket, object };
}

function splitVersion(header: string): [string, string] {
  const at = header.indexOf('?versionId=');
  return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + '?versionId='.length)];
}

function invalid(header: string | undefined) {
  return invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  );
}
