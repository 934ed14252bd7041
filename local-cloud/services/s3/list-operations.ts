import type {
  _Object as ListedObject,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
} from '@aws-sdk/client-s3';
import type { Cloud } from '../../service.ts';
import { type Buckets, ownerOf, refuseMembers } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import { after, encoderOf, type Listed, listPage, readMost } from './listing.ts';
import { type KeyEntry, type StoredObject, sortKey, type Version } from './objects.ts';

export function createListOperations(cloud: Cloud, buckets: Buckets) {
  const owner = ownerOf(cloud);

  function page(input: ListObjectsV2Request & ListObjectsRequest, from: string, withOwner: boolean) {
    const bucket = buckets.get(input);
    refuseMembers(input, { RequestPayer: [], OptionalObjectAttributes: [] });
    const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
    const most = readMost(input.MaxKeys, 'maxKeys');
    const encode = encoderOf(input.EncodingType);
    const { items, isTruncated } = listPage(
      bucket.objects.current,
      { prefix, delimiter, from, most },
      (entry) => [entry.versions[0] as StoredObject],
    );
    return {
      items,
      isTruncated,
      last: isTruncated ? nameOf(items.at(-1)) : undefined,
      encode,
      output: {
        IsTruncated: isTruncated,
        Contents: items.flatMap((listed) =>
          'entry' in listed ? [contentOf(encode(listed.entry.name), listed.item, withOwner)] : [],
        ),
        Name: bucket.name,
        Prefix: encode(prefix),
        ...(delimiter && { Delimiter: encode(delimiter) }),
        MaxKeys: most,
        CommonPrefixes: prefixesOf(items, encode),
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
      },
    };
  }

  function contentOf(Key: string, object: StoredObject, withOwner: boolean): ListedObject {
    return {
      Key,
      LastModified: new Date(object.lastModified),
      ETag: `"${object.etag}"`,
      Size: object.content.size,
      StorageClass: object.storageClass as ListedObject['StorageClass'],
      ...(object.checksum && {
        ChecksumAlgorithm: [object.checksum.algorithm],
        ChecksumType: object.checksum.type,
      }),
      ...(withOwner && { Owner: owner }),
    };
  }

  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
    ListObjectsV2(input: ListObjectsV2Request): ListObjectsV2Output {
      const { ContinuationToken, StartAfter, Prefix = '', Delimiter = '' } = input;
      const position =
        ContinuationToken !== undefined
          ? after(readToken(ContinuationToken), Delimiter, Prefix)
          : StartAfter
            ? `${sortKey(StartAfter)}\0`
            : '';
      const { items, last, encode, output } = page(input, position, input.FetchOwner === true);
      return {
        ...output,
        KeyCount: items.length,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
        ...(last !== undefined && { NextContinuationToken: Buffer.from(last).toString('base64') }),
        // A token says where the listing goes on; where it started is then not looked at.
        ...(StartAfter && ContinuationToken === undefined && { StartAfter: encode(StartAfter) }),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
    ListObjects(input: ListObjectsRequest): ListObjectsOutput {
      const { Marker = '', Prefix = '', Delimiter = '' } = input;
      const { last, encode, output } = page(input, Marker && after(Marker, Delimiter, Prefix), true);
      return {
        ...output,
        Marker: encode(Marker),
        // Without a delimiter the last key is the next marker, and S3 does not repeat it.
        ...(last !== undefined && Delimiter && { NextMarker: encode(last) }),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
    ListObjectVersions(input: ListObjectVersionsRequest): ListObjectVersionsOutput {
      const bucket = buckets.get(input);
      refuseMembers(input, { RequestPayer: [], OptionalObjectAttributes: [] });
      const { Prefix = '', Delimiter = '', KeyMarker = '', VersionIdMarker } = input;
      if (VersionIdMarker !== undefined && KeyMarker === '') {
        throw invalidArgument(
          'A version-id marker cannot be specified without a key marker.',
          'version-id-marker',
          VersionIdMarker,
        );
      }
      const most = readMost(input.MaxKeys, 'max-keys');
      const encode = encoderOf(input.EncodingType);
      const from = VersionIdMarker ? sortKey(KeyMarker) : KeyMarker && after(KeyMarker, Delimiter, Prefix);
      const { items, isTruncated } = listPage(
        bucket.objects.all,
        { prefix: Prefix, delimiter: Delimiter, from, most },
        (entry) => versionsAfter(entry, KeyMarker, VersionIdMarker),
      );
      const last = isTruncated ? items.at(-1) : undefined;
      const shown = items.flatMap((listed) => ('entry' in listed ? [listed] : []));
      return {
        IsTruncated: isTruncated,
        Name: bucket.name,
        Prefix: encode(Prefix),
        KeyMarker: encode(KeyMarker),
        VersionIdMarker: VersionIdMarker ?? '',
        MaxKeys: most,
        ...(Delimiter && { Delimiter: encode(Delimiter) }),
        Versions: shown.flatMap(({ entry, item }) =>
          item.kind === 'object'
            ? [
                {
                  ...contentOf(encode(entry.name), item, true),
                  StorageClass: 'STANDARD' as const,
                  VersionId: item.versionId,
                  IsLatest: item === entry.versions[0],
                },
              ]
            : [],
        ),
        DeleteMarkers: shown.flatMap(({ entry, item }) =>
          item.kind === 'delete-marker'
            ? [
                {
                  Key: encode(entry.name),
                  VersionId: item.versionId,
                  IsLatest: item === entry.versions[0],
                  LastModified: new Date(item.lastModified),
                  Owner: owner,
                },
              ]
            : [],
        ),
        CommonPrefixes: prefixesOf(items, encode),
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        ...(last && {
          NextKeyMarker: encode(nameOf(last)),
          ...('entry' in last && { NextVersionIdMarker: last.item.versionId }),
        }),
      };
    },
  };
}

function versionsAfter(
  { name, versions }: KeyEntry,
  keyMarker: string,
  marker: string | undefined,
): Version[] {
  if (!marker || name !== keyMarker) return versions;
  return versions.slice(versions.findIndex(({ versionId }) => versionId === marker) + 1);
}

function prefixesOf(items: readonly Listed<unknown>[], encode: (text: string) => string) {
  return items.flatMap((listed) =>
    'commonPrefix' in listed ? [{ Prefix: encode(listed.commonPrefix) }] : [],
  );
}

function nameOf(listed: Listed<unknown> | undefined): string {
  if (!listed) return '';
  return 'entry' in listed ? listed.entry.name : listed.commonPrefix;
}

/** @throws InvalidArgument */
function readToken(token: string): string {
  const name = Buffer.from(token, 'base64').toString('utf8');
  if (token !== '' && Buffer.from(name).toString('base64') === token) return name;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
