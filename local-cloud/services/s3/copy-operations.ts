import type { CopyObjectOutput, CopyObjectRequest } from '@aws-sdk/client-s3';
import type { Call, Cloud } from '../../service.ts';
import { type Buckets, DEFAULT_ENCRYPTION } from './buckets.ts';
import { algorithmOf, checksumMembers } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { findCopySource, parseCopySource, sourceVersionMember } from './copy-source.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import type { Emit } from './events.ts';
import { checkKey, headersOf, metadataOf, refuseObjectMembers, storageClassOf } from './object-input.ts';
import { commit, versionMember } from './object-operations.ts';
import { digest } from './receive.ts';
import { readTagHeader } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: above, parts are to be copied. */
const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

export function createCopyOperations(cloud: Cloud, buckets: Buckets, emit: Emit) {
  const { contents } = buckets;
  return {
    /** The bytes are shared, not copied. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
    async CopyObject(input: CopyObjectRequest, call: Call): Promise<CopyObjectOutput> {
      const target = buckets.get(input);
      const key = checkKey(input.Key);
      refuseObjectMembers(input);
      checkWriteConditions(input);
      const replacesMetadata = directive('MetadataDirective', input.MetadataDirective);
      const replacesTags = directive('TaggingDirective', input.TaggingDirective);
      const named = parseCopySource(input.CopySource);
      const { object } = findCopySource(buckets, named, input, cloud.clock.now());
      if (object.content.size > LARGEST_COPY_BYTES) {
        throw invalidRequest(
          'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
        );
      }
      const toItself = named.Bucket === input.Bucket && named.Key === key && named.VersionId === undefined;
      const storageClass = storageClassOf(input);
      const changes =
        replacesMetadata ||
        input.StorageClass !== undefined ||
        input.ServerSideEncryption !== undefined ||
        // A bucket that was told how to encrypt may encrypt what was written before.
        target.encryption !== DEFAULT_ENCRYPTION;
      if (toItself && !changes) {
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const wanted = algorithmOf({ ChecksumAlgorithm: input.ChecksumAlgorithm });
      const algorithm = wanted ?? object.checksum?.algorithm ?? 'CRC64NVME';
      const content = contents.retain(object.content);
      // A copy is an object of one piece: its ETag and checksum are those of all its bytes.
      const isSame =
        !object.parts && object.checksum?.algorithm === algorithm && object.checksum.type === 'FULL_OBJECT';
      const digests = isSame
        ? { etag: object.etag, checksum: object.checksum }
        : await digest(contents, content, algorithm);
      const { stored, bucket } = commit(buckets, input, key, {
        content,
        ...digests,
        storageClass,
        headers: replacesMetadata ? headersOf(input) : object.headers,
        metadata: replacesMetadata ? metadataOf(input) : object.metadata,
        tags: replacesTags ? readTagHeader(input.Tagging) : object.tags,
      });
      emit({ name: 'ObjectCreated:Copy', bucket, key, object: stored, call });
      return {
        CopyObjectResult: {
          ETag: `"${stored.etag}"`,
          LastModified: new Date(stored.lastModified),
          ...checksumMembers(stored.checksum),
        },
        ServerSideEncryption: 'AES256',
        ...sourceVersionMember(object),
        ...versionMember(bucket, stored),
      };
    },
  };
}

/** @returns whether the copy has its own instead of the source's. @throws InvalidArgument */
function directive(name: string, value: string | undefined): boolean {
  if (value === undefined || value === 'COPY') return false;
  if (value === 'REPLACE') return true;
  throw invalidArgument(
    `Unknown ${name === 'MetadataDirective' ? 'metadata' : 'tagging'} directive.`,
    name,
    value,
  );
}
