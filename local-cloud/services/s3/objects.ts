import { createHash } from 'node:crypto';
import type { Cloud } from '../../service.ts';
import { createSortedMap, type SortedMap } from '../dynamodb/storage/sorted-map.ts';
import type { Checksum } from './checksums.ts';
import type { Content, Contents } from './contents.ts';

/** The headers that are kept with an object and answered with it. */
export interface ObjectHeaders {
  ContentType?: string;
  ContentEncoding?: string;
  ContentDisposition?: string;
  ContentLanguage?: string;
  CacheControl?: string;
  Expires?: Date;
}

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** Kept where the object's own checksum is made of those of its parts. */
  readonly checksum?: Checksum;
}

/** What a write stores. */
export interface NewObject {
  readonly content: Content;
  /** Hexadecimal, without quotes. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  tags: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** Of a multipart upload. */
  readonly parts?: readonly StoredPart[];
}

interface VersionHead {
  /** `null` (as text) for what was written without versioning. */
  readonly versionId: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

export type StoredObject = NewObject & VersionHead & { readonly kind: 'object' };
export type DeleteMarker = VersionHead & { readonly kind: 'delete-marker' };
export type Version = StoredObject | DeleteMarker;

/** A key with its versions, newest first. */
export interface KeyEntry {
  /** Where it stands in the order of keys. */
  readonly key: string;
  readonly name: string;
  readonly versions: Version[];
}

export type Versioning = 'Enabled' | 'Suspended' | undefined;

export const NULL_VERSION = 'null';

export type Objects = ReturnType<typeof createObjects>;

/** Makes a bucket's objects: none. */
export function createObjects(cloud: Cloud, contents: Contents) {
  const all = createSortedMap<KeyEntry>();
  /** Keys whose newest version is not a delete marker. */
  const current = createSortedMap<KeyEntry>();

  function change(name: string, edit: (versions: Version[]) => void): void {
    const key = sortKey(name);
    const entry = all.get(key) ?? { key, name, versions: [] };
    edit(entry.versions);
    if (entry.versions.length === 0) all.delete(key);
    else if (all.get(key) !== entry) all.set(entry);
    if (entry.versions[0]?.kind !== 'object') current.delete(key);
    else if (!current.get(key)) current.set(entry);
  }

  function add(name: string, version: Version): void {
    change(name, (versions) => {
      // There is only one null version: a new one takes its place.
      if (version.versionId === NULL_VERSION) drop(versions, NULL_VERSION);
      versions.unshift(version);
    });
  }

  function drop(versions: Version[], versionId: string): Version | undefined {
    const index = versions.findIndex((version) => version.versionId === versionId);
    if (index < 0) return undefined;
    const [dropped] = versions.splice(index, 1);
    if (dropped?.kind === 'object') contents.release(dropped.content);
    return dropped;
  }

  function newVersion(versioning: Versioning): VersionHead {
    return {
      versionId: versioning === 'Enabled' ? newVersionId(cloud) : NULL_VERSION,
      // S3 keeps whole seconds.
      lastModified: Math.floor(cloud.clock.now() / 1000) * 1000,
    };
  }

  return {
    all: all as SortedMap<KeyEntry>,
    current: current as SortedMap<KeyEntry>,
    get isEmpty() {
      return all.size === 0;
    },
    /** The newest version, or the one with this id; a delete marker too. */
    find(name: string, versionId?: string): Version | undefined {
      const versions = all.get(sortKey(name))?.versions;
      return versionId === undefined
        ? versions?.[0]
        : versions?.find((version) => version.versionId === versionId);
    },
    put(name: string, object: NewObject, versioning: Versioning): StoredObject {
      const stored: StoredObject = { ...object, ...newVersion(versioning), kind: 'object' };
      add(name, stored);
      return stored;
    },
    putDeleteMarker(name: string, versioning: Versioning): DeleteMarker {
      const marker: DeleteMarker = { ...newVersion(versioning), kind: 'delete-marker' };
      add(name, marker);
      return marker;
    },
    remove(name: string, versionId: string): Version | undefined {
      if (!all.get(sortKey(name))) return undefined;
      let removed: Version | undefined;
      change(name, (versions) => {
        removed = drop(versions, versionId);
      });
      return removed;
    },
  };
}

/**
 * Text that sorts by code unit as S3 sorts keys: by the bytes of their UTF-8.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function sortKey(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}

/** Above every key that begins with the text of this sort key: no UTF-8 has a byte 0xff. */
export function afterPrefix(sorted: string): string {
  return `${sorted}\u00ff`;
}

const CHECK_CHARACTERS = 4;

/** Version ids are of S3's making: one of another form is invalid, whether or not the object is there. */
function newVersionId(cloud: Cloud): string {
  const bytes = Buffer.from((cloud.uuid() + cloud.uuid()).replaceAll('-', ''), 'hex');
  const head = bytes
    .toString('base64')
    .replaceAll(/[+/=]/g, '.')
    .slice(0, 32 - CHECK_CHARACTERS);
  return head + checkCharacters(head);
}

/** Whether S3 may have made this version id. */
export function isVersionId(id: string): boolean {
  if (id === NULL_VERSION) return true;
  return id.length === 32 && id.endsWith(checkCharacters(id.slice(0, -CHECK_CHARACTERS)));
}

function checkCharacters(head: string): string {
  return createHash('sha256').update(head).digest('base64url').slice(0, CHECK_CHARACTERS);
}
