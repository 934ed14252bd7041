import type {
  AttributeDefinition,
  AttributeValue,
  BillingMode,
  KeySchemaElement,
  ProjectionType,
  TableClass,
} from '@aws-sdk/client-dynamodb';
import { copyItem, equalItems, type Item, newItem } from '../values/attribute-value.ts';
import { itemSize } from '../values/size.ts';
import { indexKey, storageKey } from './keys.ts';
import { createSortedMap, type SortedMap } from './sorted-map.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

/** A stored item. It is replaced, never changed. */
export interface Entry {
  readonly key: string;
  readonly item: Item;
  /** In bytes, by DynamoDB's rules. */
  readonly size: number;
}

/** An item's place in a secondary index. */
export interface IndexEntry {
  readonly key: string;
  readonly entry: Entry;
}

export interface Index {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly key: KeySchema;
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: { readonly type: ProjectionType; readonly attributes?: readonly string[] };
  throughput?: Throughput;
  readonly entries: SortedMap<IndexEntry>;
}

export interface TimeToLive {
  attribute: string;
  enabled: boolean;
  /** Cloud time of the last change, in epoch milliseconds. */
  changedAt: number;
}

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** Cloud time in epoch milliseconds. */
  readonly createdAt: number;
  readonly key: KeySchema;
  readonly keySchema: readonly KeySchemaElement[];
  attributes: readonly AttributeDefinition[];
  billing: { mode: BillingMode; throughput: Throughput; onDemandSince?: number };
  deletionProtection: boolean;
  tableClass?: TableClass;
  readonly tags: Map<string, string>;
  timeToLive?: TimeToLive;
  pointInTimeRecovery: { enabled: boolean; since?: number; days: number };
  readonly indexes: Map<string, Index>;
  readonly entries: SortedMap<Entry>;
  /** Bytes of all items. */
  bytes: number;
  /** What DescribeTable answers; AWS refreshes it about every six hours. */
  statistics: { at: number; itemCount: number; bytes: number };
}

/** What a write did to one index, in write units' terms. */
export interface IndexWrite {
  readonly index: Index;
  /** Sizes of the index entries written, in bytes; moving an entry writes twice. */
  readonly sizes: readonly number[];
}

/** Makes an index over what the table holds already. */
export function createIndex(table: Table, definition: Omit<Index, 'entries'>): Index {
  const index: Index = { ...definition, entries: createSortedMap() };
  for (const entry of table.entries.range('', '\uffff')) {
    const key = keyInIndex(index, entry);
    if (key !== undefined) index.entries.set({ key, entry });
  }
  table.indexes.set(index.name, index);
  return index;
}

/** The storage key of an item or of its key; all key attributes must be there. */
export function keyOf(schema: KeySchema, item: Item): string {
  const partition = item[schema.partition.name] as AttributeValue;
  return storageKey(partition, schema.sort && item[schema.sort.name]);
}

/** Stores an item, in the table and its indexes, in place of `old`. */
export function storeItem(table: Table, old: Entry | undefined, item: Item): IndexWrite[] {
  const entry: Entry = { key: keyOf(table.key, item), item, size: itemSize(item) };
  table.entries.set(entry);
  table.bytes += entry.size - (old?.size ?? 0);
  return updateIndexes(table, old, entry);
}

/** Removes an item from the table and its indexes. */
export function removeItem(table: Table, old: Entry): IndexWrite[] {
  table.entries.delete(old.key);
  table.bytes -= old.size;
  return updateIndexes(table, old, undefined);
}

/** The attributes of an item that an index holds. */
export function projectedItem(table: Table, index: Index, item: Item): Item {
  if (index.projection.type === 'ALL') return copyItem(item);
  const projected = newItem();
  for (const name of projectedNames(table, index)) {
    const value = item[name];
    if (value) projected[name] = value;
  }
  return copyItem(projected);
}

/** The attributes that an index of type KEYS_ONLY or INCLUDE holds: all keys, and those that it includes. */
export function projectedNames(table: Table, index: Index): Set<string> {
  return new Set([
    ...keyNames(table.key),
    ...keyNames(index.key),
    ...(index.projection.type === 'INCLUDE' ? (index.projection.attributes ?? []) : []),
  ]);
}

export function keyNames({ partition, sort }: KeySchema): string[] {
  return sort ? [partition.name, sort.name] : [partition.name];
}

/** Where an item stands in an index; `undefined` when it lacks one of the index's key attributes. */
export function keyInIndex(index: Index, { item, key }: Entry): string | undefined {
  const partition = item[index.key.partition.name];
  const sort = index.key.sort && item[index.key.sort.name];
  if (!partition || (index.key.sort && !sort)) return undefined;
  return indexKey(partition, sort, key);
}

function updateIndexes(table: Table, old: Entry | undefined, entry: Entry | undefined): IndexWrite[] {
  const writes: IndexWrite[] = [];
  for (const index of table.indexes.values()) {
    const before = old && keyInIndex(index, old);
    const after = entry && keyInIndex(index, entry);
    if (before !== undefined && before !== after) index.entries.delete(before);
    if (entry && after !== undefined) index.entries.set({ key: after, entry });
    const sizes = writtenSizes(table, index, before === undefined ? undefined : old, {
      entry: after === undefined ? undefined : entry,
      moved: before !== after,
    });
    if (sizes.length > 0) writes.push({ index, sizes });
  }
  return writes;
}

/**
 * An entry that moves is deleted and put; one whose projected attributes stay the same is not written.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
function writtenSizes(
  table: Table,
  index: Index,
  old: Entry | undefined,
  { entry, moved }: { entry: Entry | undefined; moved: boolean },
): number[] {
  const before = old && projectedItem(table, index, old.item);
  const after = entry && projectedItem(table, index, entry.item);
  if (before && after && !moved) {
    return equalItems(before, after) ? [] : [Math.max(itemSize(before), itemSize(after))];
  }
  return [before, after].flatMap((item) => (item ? [itemSize(item)] : []));
}
