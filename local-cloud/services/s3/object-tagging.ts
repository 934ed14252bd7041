import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../../service.ts';
import { type Buckets, refuseMembers } from './buckets.ts';
import { methodNotAllowed, noSuchKey } from './errors.ts';
import type { Emit } from './events.ts';
import { checkKey } from './object-input.ts';
import { findObject, versionMember } from './object-operations.ts';
import { readTags, tagSet } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function createObjectTagging(buckets: Buckets, emit: Emit) {
  function find(input: GetObjectTaggingRequest, method: string) {
    refuseMembers(input, { RequestPayer: [] });
    const bucket = buckets.get(input);
    const key = checkKey(input.Key);
    const version = bucket.objects.find(key, input.VersionId);
    // A delete marker has no tags, whether it is named or the newest version.
    if (version?.kind === 'delete-marker') throw methodNotAllowed(method, 'DeleteMarker');
    // S3 names the bucket too when it is asked for the tags of what is not there.
    if (!version && input.VersionId === undefined && method === 'GET') {
      throw noSuchKey(`${bucket.name}/${key}`);
    }
    return { bucket, key, object: findObject(bucket, input, method) };
  }

  return {
    /** Takes the place of all tags. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
    PutObjectTagging(input: PutObjectTaggingRequest, call: Call): PutObjectTaggingOutput {
      const { bucket, key, object } = find(input, 'PUT');
      object.tags = readTags(input.Tagging?.TagSet, 'object');
      emit({ name: 'ObjectTagging:Put', bucket, key, object, call });
      return versionMember(bucket, object);
    },

    GetObjectTagging(input: GetObjectTaggingRequest): GetObjectTaggingOutput {
      const { bucket, object } = find(input, 'GET');
      return { TagSet: tagSet(object.tags), ...versionMember(bucket, object) };
    },

    DeleteObjectTagging(input: DeleteObjectTaggingRequest, call: Call): DeleteObjectTaggingOutput {
      const { bucket, key, object } = find(input, 'DELETE');
      object.tags = {};
      emit({ name: 'ObjectTagging:Delete', bucket, key, object, call });
      return versionMember(bucket, object);
    },
  };
}
