import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { SortCondition } from '../expressions/key-condition.ts';
import { sortable } from '../values/attribute-value.ts';

/**
 * Storage keys are strings whose order (by code unit) is the order of a scan: hash of the partition key, the
 * partition key, then the sort key. Items of one partition stand together, in the order of their sort keys.
 */

/** Above every character of a storage key. */
const TOP = '\uffff';
/** Ends a part; zero characters inside a part are escaped, so that a part is less than its extensions. */
const END = '\0\0';

export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** The beginning of the storage keys of all items with this partition key. */
export function partitionPrefix(partition: AttributeValue): string {
  const text = part(partition);
  return hashOf(text) + text + END;
}

/** The storage key of an item. */
export function storageKey(partition: AttributeValue, sort?: AttributeValue): string {
  return partitionPrefix(partition) + (sort ? part(sort) + END : '');
}

/** The storage key of an index's entry; the item's own key makes it unique. */
export function indexKey(
  partition: AttributeValue,
  sort: AttributeValue | undefined,
  itemKey: string,
): string {
  return storageKey(partition, sort) + itemKey;
}

/** The storage keys that a query reads. */
export function queryRange(partition: AttributeValue, sort?: SortCondition): KeyRange {
  const prefix = partitionPrefix(partition);
  if (!sort) return { from: prefix, to: prefix + TOP };
  if (sort.operator === 'between') {
    return { from: prefix + part(sort.low) + END, to: prefix + part(sort.high) + END + TOP };
  }
  const value = part(sort.value);
  const before = prefix + value + END;
  const after = before + TOP;
  switch (sort.operator) {
    case '=':
      return { from: before, to: after };
    case '<':
      return { from: prefix, to: before };
    case '<=':
      return { from: prefix, to: after };
    case '>':
      return { from: after, to: prefix + TOP };
    case '>=':
      return { from: before, to: prefix + TOP };
    case 'begins_with':
      return { from: prefix + value, to: prefix + value + TOP };
  }
}

/** The storage keys of one segment of a parallel scan: an equal share of the hashes. */
export function segmentRange(segment: number, totalSegments: number): KeyRange {
  const start = (number: number) => hex(Math.ceil((number * 2 ** 32) / totalSegments));
  return { from: start(segment), to: segment + 1 === totalSegments ? TOP : start(segment + 1) };
}

/** The least storage key that is greater than `key` and all that begins with it. */
export function afterKey(key: string): string {
  return key + TOP;
}

function part(value: AttributeValue): string {
  const text = sortable(value);
  if (text === undefined) throw new Error('A key of a type that has no order was stored.');
  return text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text;
}

/** FNV-1a with a final mix, so that similar keys spread over all segments. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hex((hash ^ (hash >>> 16)) >>> 0);
}

function hex(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}
