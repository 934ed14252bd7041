import type {
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
} from '@aws-sdk/client-s3';
import { type Buckets, refuseMembers } from './buckets.ts';
import { type Checksum, checksumMembers } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import { readMost } from './listing.ts';
import { findObject, versionMember } from './object-operations.ts';
import type { StoredObject } from './objects.ts';

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
]);

export function createObjectAttributes(buckets: Buckets) {
  return {
    /** Only what the request names. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
    GetObjectAttributes(input: GetObjectAttributesRequest): GetObjectAttributesOutput {
      refuseMembers(input, { SSECustomerAlgorithm: [], RequestPayer: [] });
      const bucket = buckets.get(input);
      const object = findObject(bucket, input, 'GET');
      const names = input.ObjectAttributes ?? [];
      const unknown = names.find((name) => !ATTRIBUTES.has(name));
      if (unknown !== undefined || names.length === 0) {
        throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown);
      }
      const { checksum, parts, content } = object;
      return {
        LastModified: new Date(object.lastModified),
        ...versionMember(bucket, object),
        // Without the quotes that it has elsewhere.
        ...(names.includes('ETag') && { ETag: object.etag }),
        ...(names.includes('Checksum') && checksum && { Checksum: checksumMembers(withoutCount(checksum)) }),
        ...(names.includes('ObjectParts') && parts && { ObjectParts: partsOf(parts, input) }),
        ...(names.includes('StorageClass') && {
          StorageClass: object.storageClass as GetObjectAttributesOutput['StorageClass'],
        }),
        ...(names.includes('ObjectSize') && { ObjectSize: content.size }),
      };
    },
  };
}

/** The checksum of the parts' checksums, without the number of parts. */
function withoutCount(checksum: Checksum): Checksum {
  return { ...checksum, value: checksum.value.replace(/-\d+$/, '') };
}

/** Parts are listed where each has its checksum, otherwise counted. */
function partsOf(
  parts: NonNullable<StoredObject['parts']>,
  input: GetObjectAttributesRequest,
): GetObjectAttributesParts {
  const TotalPartsCount = parts.length;
  if (!parts[0]?.checksum) return { TotalPartsCount };
  const marker = Number(input.PartNumberMarker ?? 0);
  const most = readMost(input.MaxParts, 'max-parts');
  const rest = parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, most);
  return {
    TotalPartsCount,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: most,
    IsTruncated: page.length < rest.length,
    Parts: page.map(({ number, size, checksum }) => {
      const { ChecksumType: _, ...members } = checksumMembers(checksum);
      return { PartNumber: number, Size: size, ...members };
    }),
  };
}
