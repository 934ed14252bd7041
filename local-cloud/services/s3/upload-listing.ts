import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from '@aws-sdk/client-s3';
import type { Cloud } from '../../service.ts';
import { type Buckets, ownerOf } from './buckets.ts';
import { checksumMembers } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import { after, encoderOf, readMost } from './listing.ts';
import { sortKey } from './objects.ts';
import { findUpload, type Upload } from './uploads.ts';

export function createUploadListing(cloud: Cloud, buckets: Buckets) {
  const owner = ownerOf(cloud);
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
    ListParts(input: ListPartsRequest): ListPartsOutput {
      const bucket = buckets.get(input);
      const upload = findUpload(bucket, input);
      const marker = Number(input.PartNumberMarker ?? 0);
      const most = readMost(input.MaxParts, 'max-parts');
      const rest = [...upload.parts.values()]
        .filter(({ number }) => number > marker)
        .sort((a, b) => a.number - b.number);
      const page = rest.slice(0, most);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: String(marker),
        NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
        MaxParts: most,
        IsTruncated: page.length < rest.length && most > 0,
        Parts: page.map(({ number, etag, content, lastModified, checksum }) => {
          const { ChecksumType: _, ...checksums } = checksumMembers(upload.algorithm && checksum);
          return {
            PartNumber: number,
            LastModified: new Date(lastModified),
            ETag: `"${etag}"`,
            Size: content.size,
            ...checksums,
          };
        }),
        Initiator: owner,
        Owner: owner,
        StorageClass: upload.storageClass as ListPartsOutput['StorageClass'],
        ...(upload.algorithm && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
    ListMultipartUploads(input: ListMultipartUploadsRequest): ListMultipartUploadsOutput {
      const bucket = buckets.get(input);
      const { Prefix = '', Delimiter = '', KeyMarker = '' } = input;
      // Without a key marker it is not looked at.
      const UploadIdMarker = KeyMarker && input.UploadIdMarker;
      const most = readMost(input.MaxUploads, 'max-uploads');
      const encode = encoderOf(input.EncodingType);
      const rest = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(Prefix)).sort(inOrder);
      const marked = rest.findIndex(({ key, id }) => key === KeyMarker && id === UploadIdMarker);
      if (UploadIdMarker && marked < 0) {
        throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', UploadIdMarker);
      }
      const from = after(KeyMarker, Delimiter, Prefix);
      const begin = marked >= 0 ? marked + 1 : rest.filter(({ key }) => sortKey(key) < from).length;
      const shown: Upload[] = [];
      const prefixes = new Set<string>();
      let isTruncated = false;
      for (const upload of rest.slice(KeyMarker ? begin : 0)) {
        const at = Delimiter ? upload.key.indexOf(Delimiter, Prefix.length) : -1;
        const prefix = at < 0 ? undefined : upload.key.slice(0, at + Delimiter.length);
        if (prefix !== undefined && prefixes.has(prefix)) continue;
        if (shown.length + prefixes.size >= most) {
          isTruncated = most > 0;
          break;
        }
        if (prefix === undefined) shown.push(upload);
        else prefixes.add(prefix);
      }
      const last = shown.at(-1);
      return {
        Bucket: bucket.name,
        KeyMarker: encode(KeyMarker),
        UploadIdMarker: UploadIdMarker ?? '',
        ...(input.Prefix !== undefined && { Prefix: encode(Prefix) }),
        ...(Delimiter && { Delimiter: encode(Delimiter) }),
        MaxUploads: most,
        IsTruncated: isTruncated,
        // The last upload of the page, even when it is the last of all; a common prefix is none.
        NextKeyMarker: encode(last?.key ?? ''),
        NextUploadIdMarker: last?.id ?? '',
        Uploads: shown.map((upload) => ({
          UploadId: upload.id,
          Key: encode(upload.key),
          Initiated: new Date(upload.initiated),
          StorageClass: upload.storageClass as 'STANDARD',
          Owner: owner,
          Initiator: owner,
          ...(upload.algorithm && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
        })),
        CommonPrefixes: [...prefixes].map((prefix) => ({ Prefix: encode(prefix) })),
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
      };
    },
  };
}

/** By key, then in the order in which they were begun. */
function inOrder(a: Upload, b: Upload): number {
  const [first, second] = [sortKey(a.key), sortKey(b.key)];
  return first === second ? a.initiated - b.initiated : first < second ? -1 : 1;
}
