import { createHash } from 'node:crypto';
import type { CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Call, Cloud } from '../../service.ts';
import type { Buckets } from './buckets.ts';
import { type Checksum, checksumMember, checksumMembers, createChecksum } from './checksums.ts';
import { chosenParts } from './chosen-parts.ts';
import { checkWrite, checkWriteConditions } from './conditions.ts';
import type { Content } from './contents.ts';
import { invalidRequest, s3Error } from './errors.ts';
import type { Emit } from './events.ts';
import { refuseObjectMembers } from './object-input.ts';
import { commit, writtenVersion } from './object-operations.ts';
import { digest } from './receive.ts';
import { findUpload, type Part, type Upload } from './uploads.ts';

export function createCompleteOperation(cloud: Cloud, buckets: Buckets, emit: Emit) {
  const { contents } = buckets;

  /** Refused before the upload is used up: it can be completed again. */
  function checkConditions(input: CompleteMultipartUploadRequest): { upload: Upload } {
    const bucket = buckets.get(input);
    const upload = findUpload(bucket, input);
    checkWrite(upload.key, bucket.objects.find(upload.key), input);
    refuseOvertaken(upload, input);
    return { upload };
  }

  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
    async CompleteMultipartUpload(
      input: CompleteMultipartUploadRequest,
      call: Call,
    ): Promise<CompleteMultipartUploadOutput> {
      const upload = findUpload(buckets.get(input), input);
      refuseObjectMembers(input);
      checkWriteConditions(input);
      if (!input.MultipartUpload) throw invalidRequest('You must specify at least one part');
      checkType(upload, input);
      const parts = chosenParts(upload, input.MultipartUpload.Parts ?? []);
      checkConditions(input);
      const content = contents.concat(parts.map((part) => part.content));
      let checksum: Checksum;
      try {
        checkSize(content, input);
        checksum = await checksumOf(upload, parts, content);
        checkChecksum(upload, checksum, input);
        // Somebody may have been faster meanwhile.
        checkConditions(input);
      } catch (error) {
        contents.release(content);
        throw error;
      }
      buckets.get(input).uploads.delete(upload.id);
      for (const part of upload.parts.values()) contents.release(part.content);
      const { stored, bucket } = commit(buckets, input, upload.key, {
        content,
        etag: etagOf(parts),
        headers: upload.headers,
        metadata: upload.metadata,
        storageClass: upload.storageClass,
        tags: upload.tags,
        parts: parts.map((part) => ({
          number: part.number,
          size: part.content.size,
          ...(checksum.type === 'COMPOSITE' && { checksum: { ...part.checksum, type: checksum.type } }),
        })),
        checksum,
      });
      emit({ name: 'ObjectCreated:CompleteMultipartUpload', bucket, key: upload.key, object: stored, call });
      return {
        Location: `${cloud.endpoint()}/${bucket.name}/${encodeURIComponent(upload.key)}`,
        Bucket: bucket.name,
        Key: upload.key,
        ETag: `"${stored.etag}"`,
        ServerSideEncryption: 'AES256',
        ...checksumMembers(stored.checksum),
        ...writtenVersion(bucket, stored),
      };
    },
  };

  /** An upload that was begun without a checksum gets the one that S3 works out for everything. */
  async function checksumOf(
    { algorithm = 'CRC64NVME', checksumType }: Upload,
    parts: readonly Part[],
    content: Content,
  ): Promise<Checksum> {
    if (checksumType !== 'COMPOSITE') return (await digest(contents, content, algorithm)).checksum;
    const hash = createChecksum(algorithm);
    for (const part of parts) hash.update(Buffer.from(part.checksum.value, 'base64'));
    const value = Buffer.from(await hash.digest()).toString('base64');
    return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' };
  }
}

/**
 * What was written or deleted while the upload was under way may be what the condition was made for.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws ConditionalRequestConflict
 */
function refuseOvertaken(
  { isOvertaken, key }: Upload,
  { IfMatch, IfNoneMatch }: CompleteMultipartUploadRequest,
): void {
  if (!isOvertaken || (IfMatch === undefined && IfNoneMatch === undefined)) return;
  throw s3Error(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    409,
    { Condition: IfMatch === undefined ? 'If-None-Match' : 'If-Match', Key: key },
  );
}

function checkType({ checksumType }: Upload, { ChecksumType }: CompleteMultipartUploadRequest): void {
  if (ChecksumType === undefined || ChecksumType === checksumType) return;
  throw invalidRequest(
    `The upload was created using the ${checksumType ?? null} checksum mode. The complete request must use the same checksum mode.`,
  );
}

function checkSize({ size }: Content, { MpuObjectSize }: CompleteMultipartUploadRequest): void {
  if (MpuObjectSize === undefined || MpuObjectSize === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${MpuObjectSize} does not match what was computed: ${size}`,
  );
}

/**
 * A checksum of the whole must come with its type; that of an upload without one is not looked at.
 * @throws BadDigest
 */
function checkChecksum(
  { algorithm, checksumType }: Upload,
  { value }: Checksum,
  input: CompleteMultipartUploadRequest,
): void {
  if (!algorithm) return;
  const given = Object.keys(input).some((name) => /^Checksum(?!Type$)/.test(name));
  const own = input[checksumMember(algorithm)];
  const isRight =
    checksumType === 'FULL_OBJECT'
      ? own === value && input.ChecksumType === checksumType
      : own === undefined || own === value || own === value.replace(/-\d+$/, '');
  if (!given || isRight) return;
  throw s3Error(
    'BadDigest',
    `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  );
}

/** The MD5 of the parts' MD5s, and how many there are. */
function etagOf(parts: readonly Part[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}
