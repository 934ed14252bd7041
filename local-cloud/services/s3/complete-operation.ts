import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import type { Call, Cloud } from '../../service.ts';
import type { Buckets } from './buckets.ts';
import { type Checksum, checksumMember, checksumMembers, createChecksum } from './checksums.ts';
import { checkWrite, checkWriteConditions } from './conditions.ts';
import type { Content } from './contents.ts';
import { invalidRequest, malformedXml, s3Error } from './errors.ts';
import type { Emit } from './events.ts';
import { refuseObjectMembers } from './object-input.ts';
import { commit, writtenVersion } from './object-operations.ts';
import { digest } from './receive.ts';
import { findUpload, type Part, type Upload } from './uploads.ts';

/** All parts but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export function createCompleteOperation(cloud: Cloud, buckets: Buckets, emit: Emit) {
  const { contents } = buckets;
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
    async CompleteMultipartUpload(
      input: CompleteMultipartUploadRequest,
      call: Call,
    ): Promise<CompleteMultipartUploadOutput> {
      const bucket = buckets.get(input);
      const upload = findUpload(bucket, input);
      refuseObjectMembers(input);
      checkWriteConditions(input);
      const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
      // Refused before the upload is used up: it can be completed again.
      checkWrite(upload.key, bucket.objects.find(upload.key), input);
      const content = contents.concat(parts.map((part) => part.content));
      if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== content.size) {
        contents.release(content);
        throw invalidRequest(
          'The provided x-amz-mp-object-size header does not match the combined size of the parts.',
        );
      }
      bucket.uploads.delete(upload.id);
      for (const part of upload.parts.values()) contents.release(part.content);
      const checksum = await checksumOf(upload, parts, content);
      const { stored } = commit(buckets, input, upload.key, {
        content,
        etag: etagOf(parts),
        headers: upload.headers,
        metadata: upload.metadata,
        storageClass: upload.storageClass,
        tags: upload.tags,
        parts: parts.map((part) => ({ number: part.number, size: part.content.size })),
        ...(checksum && { checksum }),
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

  async function checksumOf(
    { algorithm, checksumType }: Upload,
    parts: readonly Part[],
    content: Content,
  ): Promise<Checksum | undefined> {
    if (!algorithm) return undefined;
    if (checksumType === 'FULL_OBJECT') return (await digest(contents, content, algorithm)).checksum;
    const hash = createChecksum(algorithm);
    for (const part of parts) hash.update(Buffer.from(part.checksum.value, 'base64'));
    const value = Buffer.from(await hash.digest()).toString('base64');
    return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' };
  }
}

/** @throws MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall */
function chosenParts(upload: Upload, list: readonly CompletedPart[]): Part[] {
  if (list.length === 0) throw malformedXml();
  const parts: Part[] = [];
  let previous = 0;
  for (const named of list) {
    const { PartNumber = 0, ETag = '' } = named;
    if (PartNumber <= previous) {
      throw s3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
        { UploadId: upload.id },
      );
    }
    previous = PartNumber;
    const part = upload.parts.get(PartNumber);
    const etag = ETag.replace(/^"(.*)"$/, '$1');
    if (!part || part.etag !== etag || !hasChecksum(part, named)) {
      throw s3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { UploadId: upload.id, PartNumber, ETag: etag },
      );
    }
    parts.push(part);
  }
  const small = parts.slice(0, -1).find(({ content }) => content.size < SMALLEST_PART_BYTES);
  if (!small) return parts;
  throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
    ProposedSize: small.content.size,
    MinSizeAllowed: SMALLEST_PART_BYTES,
    PartNumber: small.number,
    ETag: small.etag,
  });
}

function hasChecksum({ checksum }: Part, named: CompletedPart): boolean {
  const given = named[checksumMember(checksum.algorithm)];
  return given === undefined || given === checksum.value;
}

/** The MD5 of the parts' MD5s, and how many there are. */
function etagOf(parts: readonly Part[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}
