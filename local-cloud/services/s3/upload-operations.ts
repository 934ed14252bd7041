import type {
  AbortMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import type { Cloud } from '../../service.ts';
import type { Buckets } from './buckets.ts';
import { algorithmOf, checksumMembers } from './checksums.ts';
import type { ObjectBody } from './contents.ts';
import { findCopySource, parseCopySource, sourceVersionMember } from './copy-source.ts';
import { invalidRequest } from './errors.ts';
import { checkKey, headersOf, metadataOf, refuseObjectMembers, storageClassOf } from './object-input.ts';
import { checkPartNumber, readCopyRange } from './ranges.ts';
import { digest, givenAlgorithm, receive } from './receive.ts';
import { readTagHeader } from './tags.ts';
import { findUpload, newUploadId, type Part, type Upload } from './uploads.ts';

export type UploadPartInput = Omit<UploadPartRequest, 'Body'> & { Body?: ObjectBody };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function createUploadOperations(cloud: Cloud, buckets: Buckets) {
  const { contents } = buckets;

  function addPart(upload: Upload, part: Omit<Part, 'lastModified'>): Part {
    const stored = { ...part, lastModified: cloud.clock.now() };
    const replaced = upload.parts.get(part.number);
    if (replaced) contents.release(replaced.content);
    upload.parts.set(part.number, stored);
    return stored;
  }

  /** The upload may have been completed or aborted while the part was coming in. */
  function keep(input: UploadPartInput | UploadPartCopyRequest, part: Omit<Part, 'lastModified'>): Part {
    try {
      return addPart(findUpload(buckets.get({ Bucket: input.Bucket }), input), part);
    } catch (error) {
      contents.release(part.content);
      throw error;
    }
  }

  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
    CreateMultipartUpload(input: CreateMultipartUploadRequest): CreateMultipartUploadOutput {
      const bucket = buckets.get(input);
      const key = checkKey(input.Key);
      refuseObjectMembers(input);
      const algorithm = algorithmOf({ ChecksumAlgorithm: input.ChecksumAlgorithm });
      const checksumType =
        algorithm && (input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'));
      if (!algorithm && input.ChecksumType) {
        throw invalidRequest(
          'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
        );
      }
      const fullOnly = algorithm === 'CRC64NVME';
      const partsOnly = algorithm?.startsWith('SHA') ?? false;
      if ((fullOnly && checksumType === 'COMPOSITE') || (partsOnly && checksumType === 'FULL_OBJECT')) {
        throw invalidRequest(
          `The ${checksumType} checksum type cannot be used with the ${algorithm?.toLowerCase()} checksum algorithm.`,
        );
      }
      const upload: Upload = {
        id: newUploadId(cloud),
        key,
        initiated: cloud.clock.now(),
        headers: headersOf(input),
        metadata: metadataOf(input),
        storageClass: storageClassOf(input),
        tags: readTagHeader(input.Tagging),
        parts: new Map(),
        ...(algorithm && { algorithm, checksumType }),
      };
      bucket.uploads.set(upload.id, upload);
      return {
        Bucket: bucket.name,
        Key: key,
        UploadId: upload.id,
        ServerSideEncryption: 'AES256',
        ...(algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
    async UploadPart(input: UploadPartInput): Promise<UploadPartOutput> {
      const upload = findUpload(buckets.get(input), input);
      refuseObjectMembers(input);
      const number = checkPartNumber(input.PartNumber);
      const given = givenAlgorithm(input.Body, input);
      if (given && upload.algorithm && given !== upload.algorithm) {
        throw invalidRequest(
          `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${given.toLowerCase()}`,
        );
      }
      const received = await receive(contents, input.Body, input, upload.algorithm);
      const part = keep(input, { number, ...received });
      const { ChecksumType: _, ...checksum } = checksumMembers(part.checksum);
      return { ETag: `"${part.etag}"`, ServerSideEncryption: 'AES256', ...checksum };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
    async UploadPartCopy(input: UploadPartCopyRequest): Promise<UploadPartCopyOutput> {
      const upload = findUpload(buckets.get(input), input);
      refuseObjectMembers(input);
      const number = checkPartNumber(input.PartNumber);
      const named = parseCopySource(input.CopySource);
      const { object } = findCopySource(buckets, named, input, cloud.clock.now());
      const { from, to } = readCopyRange(input.CopySourceRange, object.content.size);
      const content = contents.slice(object.content, from, to);
      const digests = await digest(contents, content, upload.algorithm ?? 'CRC64NVME');
      const part = keep(input, { number, content, ...digests });
      const { ChecksumType: _, ...checksum } = checksumMembers(upload.algorithm && part.checksum);
      return {
        CopyPartResult: { ETag: `"${part.etag}"`, LastModified: new Date(part.lastModified), ...checksum },
        ServerSideEncryption: 'AES256',
        ...sourceVersionMember(object),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
    AbortMultipartUpload(input: AbortMultipartUploadRequest): void {
      const bucket = buckets.get(input);
      const upload = findUpload(bucket, input);
      bucket.uploads.delete(upload.id);
      for (const part of upload.parts.values()) contents.release(part.content);
    },
  };
}
