import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  _Error as ObjectError,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../errors.ts';
import type { Call, Permission } from '../../service.ts';
import { type Bucket, type Buckets, refuseMembers } from './buckets.ts';
import { checkWrite } from './conditions.ts';
import { invalidArgument, invalidVersionId, malformedXml, noSuchVersion } from './errors.ts';
import type { Emit } from './events.ts';
import { checkKey } from './object-input.ts';
import { isVersionId, NULL_VERSION } from './objects.ts';
import { deletePermission } from './permissions.ts';
import { overtakeUploads } from './uploads.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MOST_KEYS = 1000;

/** Why a caller may not do something; undefined when it may. */
export type Refusal = (call: Call, permission: Permission) => AwsError | undefined;

/** What a deletion did. */
interface Deletion {
  DeleteMarker?: boolean;
  VersionId?: string;
}

export function createDeleteOperations(buckets: Buckets, emit: Emit, refusal: Refusal) {
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html */
  function remove(bucket: Bucket, key: string, versionId: string | undefined, call: Call): Deletion {
    const { objects, versioning } = bucket;
    overtakeUploads(bucket, key);
    if (versionId !== undefined) {
      const removed = objects.remove(key, versionId);
      if (removed) {
        emit({ name: 'ObjectRemoved:Delete', bucket, key, versionId: removed.versionId, call });
      }
      return { VersionId: versionId, ...(removed?.kind === 'delete-marker' && { DeleteMarker: true }) };
    }
    if (versioning) {
      const marker = objects.putDeleteMarker(key, versioning);
      emit({ name: 'ObjectRemoved:DeleteMarkerCreated', bucket, key, versionId: marker.versionId, call });
      return { DeleteMarker: true, VersionId: marker.versionId };
    }
    if (objects.remove(key, NULL_VERSION)) emit({ name: 'ObjectRemoved:Delete', bucket, key, call });
    return {};
  }

  return {
    /** Deleting what is not there succeeds. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
    DeleteObject(input: DeleteObjectRequest, call: Call): DeleteObjectOutput {
      const bucket = buckets.get(input);
      const key = checkKey(input.Key);
      refuseMembers(input, { MFA: [], RequestPayer: [], IfMatchLastModifiedTime: [], IfMatchSize: [] });
      refuseBypass(input);
      const { VersionId } = input;
      if (VersionId !== undefined && !isVersionId(VersionId)) throw invalidVersionId(VersionId);
      checkWrite(key, bucket.objects.find(key), { IfMatch: input.IfMatch });
      return remove(bucket, key, input.VersionId, call);
    },

    /** Each key stands for itself: what one may not delete becomes an error among the results. */
    DeleteObjects(input: DeleteObjectsRequest, call: Call): DeleteObjectsOutput {
      const bucket = buckets.get(input);
      refuseMembers(input, { MFA: [], RequestPayer: [] });
      refuseBypass(input);
      const { Objects = [], Quiet } = input.Delete ?? {};
      if (Objects.length === 0 || Objects.length > MOST_KEYS) throw malformedXml();
      const Deleted: DeletedObject[] = [];
      const Errors: ObjectError[] = [];
      for (const { Key, VersionId, ETag } of Objects) {
        const named = { Key, ...(VersionId !== undefined && { VersionId }) };
        try {
          const key = checkKey(Key);
          const denied = refusal(call, deletePermission(bucket, key, VersionId));
          if (denied) throw denied;
          if (VersionId !== undefined && !isVersionId(VersionId)) throw noSuchVersion(key, VersionId);
          checkWrite(key, bucket.objects.find(key), { IfMatch: ETag });
          const done = remove(bucket, key, VersionId, call);
          Deleted.push({
            ...named,
            ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
          });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Errors.push({ ...named, Code: error.name, Message: error.message });
        }
      }
      return {
        ...(!Quiet && Deleted.length > 0 && { Deleted }),
        ...(Errors.length > 0 && { Errors }),
      };
    },
  };
}

/** Buckets have no object lock here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
function refuseBypass({ BypassGovernanceRetention }: { BypassGovernanceRetention?: boolean }): void {
  if (BypassGovernanceRetention === undefined) return;
  throw invalidArgument(
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    'x-amz-bypass-governance-retention',
  );
}
