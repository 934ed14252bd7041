import type { Capacity, ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Journal } from '../../journal.ts';
import type { Index, IndexWrite, Table } from './storage/table.ts';

/** Capacity units that a call consumed, by table and index. */
export interface Consumption {
  readonly table: Table;
  readonly kind: 'read' | 'write';
  units: number;
  readonly indexes: Map<Index, number>;
}

/**
 * Units of a read: 4 KB each, half when eventually consistent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * @param bytes what was read; nothing still costs one unit's worth
 */
export function readUnits(bytes: number, consistent: boolean | undefined): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/** Units of a write: 1 KB each, by the larger of the item before and after. */
export function writeUnits(...sizes: readonly number[]): number {
  return Math.max(1, Math.ceil(Math.max(0, ...sizes) / 1024));
}

export function consumed(table: Table, kind: 'read' | 'write', units: number): Consumption {
  return { table, kind, units, indexes: new Map() };
}

/** Adds what a write did to the table's indexes; a transaction pays twice. */
export function addIndexWrites(
  consumption: Consumption,
  writes: readonly IndexWrite[],
  factor: number = 1,
): void {
  for (const { index, sizes } of writes) {
    const units = factor * sizes.reduce((sum, size) => sum + writeUnits(size), 0);
    consumption.indexes.set(index, (consumption.indexes.get(index) ?? 0) + units);
  }
}

/** Adds one consumption to another of the same table. */
export function addConsumption(total: Consumption, part: Consumption): void {
  total.units += part.units;
  for (const [index, units] of part.indexes) {
    total.indexes.set(index, (total.indexes.get(index) ?? 0) + units);
  }
}

/** Puts what a call consumed on the account's bill. */
export function recordCost(journal: Journal, consumption: Consumption): void {
  journal.record({
    type: 'cost',
    unit: consumption.kind === 'read' ? 'read-unit' : 'write-unit',
    resource: consumption.table.arn,
    amount: allUnits(consumption),
  });
}

/** The answer's `ConsumedCapacity`, as detailed as the request asks. */
export function capacityAnswer(
  detail: ReturnConsumedCapacity | undefined,
  consumption: Consumption,
  inTransaction: boolean = false,
): ConsumedCapacity | undefined {
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return undefined;
  const capacity = (units: number): Capacity => ({
    CapacityUnits: units,
    ...(inTransaction && { [`${consumption.kind === 'read' ? 'Read' : 'Write'}CapacityUnits`]: units }),
  });
  const answer: ConsumedCapacity = {
    TableName: consumption.table.name,
    ...capacity(allUnits(consumption)),
  };
  if (detail === 'TOTAL') return answer;
  const ofKind = (kind: Index['kind']) => {
    const found = [...consumption.indexes].filter(([index]) => index.kind === kind);
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map(([index, units]) => [index.name, capacity(units)]));
  };
  const local = ofKind('local');
  const global = ofKind('global');
  return {
    ...answer,
    Table: capacity(consumption.units),
    ...(local && { LocalSecondaryIndexes: local }),
    ...(global && { GlobalSecondaryIndexes: global }),
  };
}

function allUnits({ units, indexes }: Consumption): number {
  return [...indexes.values()].reduce((sum, ofIndex) => sum + ofIndex, units);
}
