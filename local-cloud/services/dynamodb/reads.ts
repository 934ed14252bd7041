import type { AttributeValue, ConsumedCapacity, QueryInput, ScanInput } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../service.ts';
import { type Consumption, capacityAnswer, consumed, readUnits, recordCost } from './capacity.ts';
import { invalidParameter, validationError } from './errors.ts';
import type { Condition, Path } from './expressions/ast.ts';
import { meets } from './expressions/condition-evaluator.ts';
import { type ParsedExpressions, pathsInCondition } from './expressions/request.ts';
import { checkKey, refuseNestedKeys } from './item-keys.ts';
import { view } from './item-operations.ts';
import {
  type Entry,
  type Index,
  type IndexEntry,
  keyInIndex,
  keyNames,
  keyOf,
  projectedItem,
  projectedNames,
  type Table,
} from './storage/table.ts';
import { acceptItem } from './values/accept.ts';
import { type Item, newItem, typeOf } from './values/attribute-value.ts';
import { itemSize } from './values/size.ts';

/** A page ends when it has read this much. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const PAGE_BYTES = 1024 * 1024;

/** What AWS words of a start key's value as of any other value. */
const UNPREFIXED = /contains duplicates|number set|numeric value|significant digits|number with magnitude/i;

export interface Page {
  Items?: Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
  ConsumedCapacity?: ConsumedCapacity;
}

/** What Query and Scan share of their input. */
type ReadInput = QueryInput | ScanInput;

/** The table or the index that is read. */
export interface Source {
  readonly table: Table;
  readonly index?: Index;
}

/** @throws ValidationException for an unknown index, or what an index cannot do */
export function sourceOf(input: ReadInput, table: Table): Source {
  if (input.IndexName === undefined) return { table };
  const index = table.indexes.get(input.IndexName);
  if (!index) throw validationError(`The table does not have the specified index: ${input.IndexName}`);
  if (index.kind === 'global' && input.ConsistentRead) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  return { table, index };
}

/** Rules of `Select`, before the table is looked up. @throws ValidationException */
export function checkSelect({ Select, ProjectionExpression, IndexName }: ReadInput): void {
  const projects = ProjectionExpression !== undefined;
  if (Select === 'SPECIFIC_ATTRIBUTES' && !projects) {
    throw validationError(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw validationError('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (projects && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    const what = Select === 'COUNT' ? 'only the Count' : Select;
    throw validationError(`Cannot specify the ProjectionExpression when choosing to get ${what}`);
  }
}

/** Checks paths and `Select` against the table or index. @throws ValidationException */
export function checkReadable(
  input: ReadInput,
  { table, index }: Source,
  { projection = [], filter }: ParsedExpressions,
): void {
  refuseNestedKeys(projection, table);
  const lacksAttributes = index?.kind === 'global' && index.projection.type !== 'ALL';
  if (lacksAttributes && input.Select === 'ALL_ATTRIBUTES') {
    throw invalidParameter(
      'Select type ALL_ATTRIBUTES is not supported for global secondary index ' +
        `${index.name} because its projection type is not ALL`,
    );
  }
  if (filter) refuseNestedKeys(pathsInCondition(filter), table);
  if (!lacksAttributes) return;
  const held = projectedNames(table, index);
  const missing = projection.map(([head]) => head).filter((name) => !held.has(name));
  if (missing.length > 0) {
    throw invalidParameter(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
  }
}

/** Checks and normalises an `ExclusiveStartKey`'s values, before the table is looked up. */
export function acceptStartKey(key: Item | undefined): Item | undefined {
  if (!key) return undefined;
  try {
    return acceptItem(key);
  } catch (cause) {
    if (cause instanceof Error && UNPREFIXED.test(cause.message)) throw cause;
    throw startKeyError(cause);
  }
}

/**
 * The storage key after which a page begins. A query, and every read of an index, first looks at the key of
 * what it reads, and words what is wrong with it like that of an item.
 * @throws ValidationException when the start key does not fit the table or index
 */
export function startPosition(
  { table, index }: Source,
  startKey: Item,
  operation: 'Query' | 'Scan' = 'Query',
): string {
  const tableKeys = keyNames(table.key);
  const sourceKeys = keyNames((index ?? table).key);
  const names = new Set([...tableKeys, ...sourceKeys]);
  const given = Object.keys(startKey);
  const isTableScan = operation === 'Scan' && !index;
  const hasSourceKey = sourceKeys.every((name) => startKey[name]);
  if (!isTableScan && (given.length !== names.size || !hasSourceKey)) {
    throw validationError('The provided starting key is invalid');
  }
  if (!isTableScan) checkKey(pickKey(startKey, sourceKeys), (index ?? table).key);
  try {
    checkKey(isTableScan ? startKey : pickKey(startKey, tableKeys), table.key);
  } catch (cause) {
    throw startKeyError(cause);
  }
  const key = keyOf(table.key, startKey);
  if (!index) return key;
  return keyInIndex(index, { key, item: startKey, size: 0 }) ?? key;
}

/**
 * Reads one page: up to `Limit` items or 1 MB, whichever ends first, before the filter.
 * @param entries in the order of reading, from the position after the start key
 */
export function readPage(
  cloud: Cloud,
  input: ReadInput,
  { table, index }: Source,
  entries: Iterable<Entry | IndexEntry>,
  { filter, projection }: { filter?: Condition; projection?: readonly Path[] },
): Page {
  const fetches = fetchesFromTable(input, { table, index }, projection);
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let fetchedUnits = 0;
  let last: Item | undefined;
  for (const found of entries) {
    const entry = 'entry' in found ? found.entry : found;
    const held = index ? projectedItem(table, index, entry.item) : entry.item;
    bytes += index ? itemSize(held) : entry.size;
    if (fetches) fetchedUnits += readUnits(entry.size, input.ConsistentRead);
    scanned++;
    const item = fetches ? entry.item : held;
    if (!filter || meets(item, filter)) {
      count++;
      if (input.Select !== 'COUNT') items.push(view(item, projection));
    }
    if (scanned === input.Limit || bytes >= PAGE_BYTES) {
      last = entry.item;
      break;
    }
  }
  const consumption = consumptionOf({ table, index }, readUnits(bytes, input.ConsistentRead), fetchedUnits);
  recordCost(cloud.journal, consumption);
  return {
    ...(input.Select !== 'COUNT' && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    LastEvaluatedKey: last && pickKey(last, [...keyNames(table.key), ...(index ? keyNames(index.key) : [])]),
    ConsumedCapacity: capacityAnswer(input.ReturnConsumedCapacity, consumption),
  };
}

/** A local index fetches from the table what it does not hold, when that is asked for. */
function fetchesFromTable(
  input: ReadInput,
  { table, index }: Source,
  projection: readonly Path[] | undefined,
): boolean {
  if (index?.kind !== 'local' || index.projection.type === 'ALL') return false;
  if (input.Select === 'ALL_ATTRIBUTES') return true;
  const held = projectedNames(table, index);
  return projection?.some(([head]) => !held.has(head)) ?? false;
}

function consumptionOf({ table, index }: Source, units: number, fetchedUnits: number): Consumption {
  if (!index) return consumed(table, 'read', units);
  const consumption = consumed(table, 'read', fetchedUnits);
  consumption.indexes.set(index, units);
  return consumption;
}

function pickKey(item: Item, names: readonly string[]): Item {
  const key = newItem();
  for (const name of names) {
    const value: AttributeValue | undefined = item[name];
    if (value) key[name] = { ...value };
  }
  return key;
}

function startKeyError(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return validationError(`The provided starting key is invalid: ${message}`);
}

/** Whether two scalars are the same, for checking a start key against a query's partition. */
export function sameScalar(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  return type === typeOf(b) && String(a[type]) === String(b[type]);
}
