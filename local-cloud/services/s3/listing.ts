import type { SortedMap } from '../dynamodb/storage/sorted-map.ts';
import { invalidArgument } from './errors.ts';
import { afterPrefix, type KeyEntry, sortKey } from './objects.ts';

/** What a listing shows: things of one key, or all keys that share a prefix up to the delimiter as one. */
export type Listed<Item> =
  | { readonly entry: KeyEntry; readonly item: Item }
  | { readonly commonPrefix: string };

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Sort key at which the listing begins. */
  readonly from: string;
  readonly most: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MOST_ITEMS = 1000;

/**
 * One page of a listing. Its cost depends on what it shows, not on what is stored: keys that roll up into one
 * prefix are skipped all at once.
 * @param expand what each key has to show, in order
 */
export function listPage<Item>(
  map: SortedMap<KeyEntry>,
  { prefix, delimiter, from, most }: ListRequest,
  expand: (entry: KeyEntry) => readonly Item[],
): { items: Listed<Item>[]; isTruncated: boolean } {
  const items: Listed<Item>[] = [];
  const end = afterPrefix(sortKey(prefix));
  let start = from > sortKey(prefix) ? from : sortKey(prefix);
  for (let skipped = true; skipped; ) {
    skipped = false;
    for (const entry of map.range(start, end)) {
      const commonPrefix = commonPrefixOf(entry.name, prefix, delimiter);
      if (commonPrefix !== undefined) {
        if (items.length >= most) return { items, isTruncated: most > 0 };
        items.push({ commonPrefix });
        start = afterPrefix(sortKey(commonPrefix));
        skipped = true;
        break;
      }
      for (const item of expand(entry)) {
        if (items.length >= most) return { items, isTruncated: most > 0 };
        items.push({ entry, item });
      }
    }
  }
  return { items, isTruncated: false };
}

/** Where a listing goes on after a key: what rolls up with it into a common prefix is not shown again. */
export function after(name: string, delimiter: string, prefix: string): string {
  const commonPrefix = name.startsWith(prefix) ? commonPrefixOf(name, prefix, delimiter) : undefined;
  if (commonPrefix !== undefined) return afterPrefix(sortKey(commonPrefix));
  return `${sortKey(name)}\0`;
}

/** @throws InvalidArgument */
export function readMost(value: number | undefined, name: string): number {
  if (value === undefined) return MOST_ITEMS;
  if (Number.isInteger(value) && value >= 0 && value <= 2_147_483_647) return Math.min(value, MOST_ITEMS);
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, value);
}

/** Keys as the answer carries them: as they are, or percent-encoded. @throws InvalidArgument */
export function encoderOf(type: string | undefined): <T extends string | undefined>(text: T) => T {
  if (type === undefined) return (text) => text;
  if (type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return <T extends string | undefined>(text: T) => (text === undefined ? text : encodeKey(text)) as T;
}

/**
 * A key as in a form, so that a space is `+`. Slashes stay.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, EncodingType
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

function commonPrefixOf(name: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}
