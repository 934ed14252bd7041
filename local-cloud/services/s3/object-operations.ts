import type {
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  PutObjectOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import type { Call, Cloud } from '../../service.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { refuseMembers } from './buckets.ts';
import { checksumMembers } from './checksums.ts';
import { checkRead, checkWrite, checkWriteConditions, type WriteConditions } from './conditions.ts';
import type { ObjectBody } from './contents.ts';
import {
  invalidArgument,
  invalidRequest,
  invalidVersionId,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
} from './errors.ts';
import type { Emit } from './events.ts';
import { checkKey, headersOf, metadataOf, refuseObjectMembers, storageClassOf } from './object-input.ts';
import { sendableMetadata } from './object-metadata.ts';
import { isVersionId, type NewObject, type StoredObject } from './objects.ts';
import { type ByteRange, rangeOfPart, readRange } from './ranges.ts';
import { receive } from './receive.ts';
import { readTagHeader } from './tags.ts';
import { overtakeUploads } from './uploads.ts';

/** Bodies are streams, or what a caller in this process has at hand. */
export type PutObjectInput = Omit<PutObjectRequest, 'Body'> & { Body?: ObjectBody };
export type GetObjectResult = Omit<GetObjectOutput, 'Body'> & { Body: AsyncIterable<Uint8Array> };

export function createObjectOperations(cloud: Cloud, buckets: Buckets, emit: Emit) {
  const { contents } = buckets;
  const now = () => cloud.clock.now();
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
    async PutObject(input: PutObjectInput, call: Call): Promise<PutObjectOutput> {
      buckets.get(input);
      const key = checkKey(input.Key);
      refuseObjectMembers(input);
      checkWriteConditions(input);
      const described = {
        headers: headersOf(input),
        metadata: metadataOf(input),
        storageClass: storageClassOf(input),
        tags: readTagHeader(input.Tagging),
      };
      const received = await receive(contents, input.Body, input);
      const { stored, bucket } = commit(buckets, input, key, { ...described, ...received });
      emit({ name: 'ObjectCreated:Put', bucket, key, object: stored, call });
      return {
        ETag: `"${stored.etag}"`,
        ServerSideEncryption: 'AES256',
        ...checksumMembers(stored.checksum),
        ...writtenVersion(bucket, stored),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
    GetObject(input: GetObjectRequest): GetObjectResult {
      const bucket = buckets.get(input);
      const { object, range, members } = found(bucket, input, 'GET', now());
      return {
        ...members,
        ...overrides(input),
        Body: contents.read(object.content, range?.from, range?.to),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
    HeadObject(input: HeadObjectRequest): HeadObjectOutput {
      return { ...found(buckets.get(input), input, 'HEAD', now()).members, ...overrides(input) };
    },
  };
}

/**
 * Puts an object in its place, if the conditions of the write hold at this moment.
 * The bucket is looked up again: it may have gone while the body was coming in.
 */
export function commit(
  buckets: Buckets,
  input: { Bucket?: string } & WriteConditions,
  key: string,
  object: NewObject,
): { stored: StoredObject; bucket: Bucket } {
  try {
    const bucket = buckets.get({ Bucket: input.Bucket });
    checkWrite(key, bucket.objects.find(key), input);
    overtakeUploads(bucket, key);
    return { stored: bucket.objects.put(key, object, bucket.versioning), bucket };
  } catch (error) {
    buckets.contents.release(object.content);
    throw error;
  }
}

/** `VersionId` of what was written: while versioning is suspended, S3 does not say that it is `null`. */
export function writtenVersion(bucket: Bucket, stored: StoredObject): { VersionId?: string } {
  return bucket.versioning === 'Enabled' ? { VersionId: stored.versionId } : {};
}

/** `VersionId`, in buckets that have or had versioning. */
export function versionMember(bucket: Bucket, { versionId }: { versionId: string }): { VersionId?: string } {
  return bucket.versioning ? { VersionId: versionId } : {};
}

/**
 * The version that a request names.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 * @throws NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker named by its version
 */
export function findObject(
  bucket: Bucket,
  { Key = '', VersionId }: { Key?: string; VersionId?: string },
  method: string,
): StoredObject {
  if (VersionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  const version = bucket.objects.find(Key, VersionId);
  if (!version) {
    if (VersionId === undefined) throw noSuchKey(Key);
    throw isVersionId(VersionId) ? noSuchVersion(Key, VersionId) : invalidVersionId(VersionId);
  }
  if (version.kind === 'object') return version;
  const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (VersionId === undefined) throw noSuchKey(Key, marker);
  throw methodNotAllowed(method, 'DeleteMarker', {
    ...marker,
    allow: 'DELETE',
    'last-modified': new Date(version.lastModified).toUTCString(),
  });
}

function found(
  bucket: Bucket,
  input: GetObjectRequest | HeadObjectRequest,
  method: string,
  now: number,
): { object: StoredObject; range?: ByteRange; members: HeadObjectOutput } {
  refuseMembers(input, { SSECustomerAlgorithm: [], RequestPayer: [] });
  const object = findObject(bucket, input, method);
  checkRead(object, {
    now,
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  });
  const { content, parts } = object;
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const range =
    input.PartNumber === undefined
      ? readRange(input.Range, content.size)
      : rangeOfPart(input.PartNumber, parts, content.size);
  const isWhole = !range || range.to - range.from === content.size;
  const part = range && input.PartNumber !== undefined ? parts?.[input.PartNumber - 1] : undefined;
  const checksum = part?.checksum ?? (isWhole ? object.checksum : undefined);
  const tagCount = Object.keys(object.tags).length;
  return {
    object,
    range,
    members: {
      AcceptRanges: 'bytes',
      LastModified: new Date(object.lastModified),
      ContentLength: range ? range.to - range.from : content.size,
      ETag: `"${object.etag}"`,
      ...object.headers,
      Metadata: sendableMetadata(object.metadata),
      ServerSideEncryption: 'AES256',
      // STANDARD is what goes without saying.
      ...(object.storageClass !== 'STANDARD' && {
        StorageClass: object.storageClass as HeadObjectOutput['StorageClass'],
      }),
      ...(range &&
        range.from < range.to && { ContentRange: `bytes ${range.from}-${range.to - 1}/${content.size}` }),
      ...(tagCount > 0 && { TagCount: tagCount }),
      ...(input.PartNumber !== undefined && parts && { PartsCount: parts.length }),
      ...(input.ChecksumMode === 'ENABLED' && checksumMembers(checksum)),
      ...versionMember(bucket, object),
    },
  };
}

/** What a request wants the answer's headers to be. */
function overrides(input: GetObjectRequest | HeadObjectRequest): HeadObjectOutput {
  const wanted = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value !== 'string' || /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    const parameter = `response${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
