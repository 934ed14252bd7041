import { invalidArgument, noSuchKey, preconditionFailed, s3Error } from './errors.ts';
import type { StoredObject, Version } from './objects.ts';

/** The conditions of a read. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html */
export interface ReadConditions {
  /** Epoch milliseconds of the cloud. */
  now: number;
  ifMatch?: string;
  ifNoneMatch?: string;
  ifModifiedSince?: Date;
  ifUnmodifiedSince?: Date;
}

/**
 * Which condition does not hold, if any; `not modified` where the caller's copy is still good.
 * If-Match outweighs If-Unmodified-Since, If-None-Match outweighs If-Modified-Since.
 */
export function failedCondition(
  { etag, lastModified }: Pick<StoredObject, 'etag' | 'lastModified'>,
  { now, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ReadConditions,
): { name: string; notModified: boolean } | undefined {
  if (ifMatch !== undefined) {
    if (!names(ifMatch, etag)) return { name: 'If-Match', notModified: false };
  } else if (ifUnmodifiedSince && lastModified > ifUnmodifiedSince.getTime()) {
    return { name: 'If-Unmodified-Since', notModified: false };
  }
  if (ifNoneMatch !== undefined) {
    if (names(ifNoneMatch, etag)) return { name: 'If-None-Match', notModified: true };
  } else if (
    ifModifiedSince &&
    lastModified <= ifModifiedSince.getTime() &&
    // A time that is yet to come is no condition, as HTTP has it.
    ifModifiedSince.getTime() <= now
  ) {
    return { name: 'If-Modified-Since', notModified: true };
  }
  return undefined;
}

/** @throws NotModified (304) or PreconditionFailed (412) */
export function checkRead(object: StoredObject, conditions: ReadConditions): void {
  const failed = failedCondition(object, conditions);
  if (!failed) return;
  if (!failed.notModified) throw preconditionFailed(failed.name);
  throw s3Error('NotModified', 'Not Modified', 304, {
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
  });
}

/** The conditions of a write. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteConditions {
  IfMatch?: string;
  IfNoneMatch?: string;
}

/** @throws NotImplemented for what S3 does not offer on a write */
export function checkWriteConditions({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw valueNotImplemented('If-None-Match');
  if (IfMatch === '*') throw valueNotImplemented('If-Match');
  if (IfMatch === '') throw invalidArgument('If-Match must not be empty.', 'If-Match', IfMatch);
}

/**
 * Checks a write's conditions against what is there at the moment of the write.
 * @throws PreconditionFailed; NoSuchKey for If-Match on what does not exist
 */
export function checkWrite(
  key: string,
  current: Version | undefined,
  { IfMatch, IfNoneMatch }: WriteConditions,
): void {
  const existing = current?.kind === 'object' ? current : undefined;
  if (IfNoneMatch !== undefined && existing) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!existing) throw noSuchKey(key);
  if (!names(IfMatch, existing.etag)) throw preconditionFailed('If-Match');
}

function names(header: string, etag: string): boolean {
  const tags = header.split(',').map((tag) =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1'),
  );
  return tags.includes('*') || tags.includes(etag);
}

function valueNotImplemented(header: string) {
  return notImplemented(header, `We don't accept the provided value of ${header} header for this API`);
}

function notImplemented(Header: string, additionalMessage: string) {
  return s3Error(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    501,
    { Header, additionalMessage },
  );
}
