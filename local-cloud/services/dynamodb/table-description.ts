import type {
  GlobalSecondaryIndexDescription,
  LocalSecondaryIndexDescription,
  TableDescription,
  TableStatus,
} from '@aws-sdk/client-dynamodb';
import type { Index, Table } from './storage/table.ts';
import { indexArn } from './tables.ts';

/** AWS counts a table's items about every six hours. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
const COUNT_EVERY_MS = 6 * 60 * 60 * 1000;

/**
 * Describes a table as AWS does.
 * @param now cloud time in epoch milliseconds
 * @param status what the table goes through as the answer is written
 */
export function describeTable(table: Table, now: number, status: TableStatus = 'ACTIVE'): TableDescription {
  const { itemCount, bytes } = statistics(table, now);
  const { mode, throughput, onDemandSince } = table.billing;
  const indexes = [...table.indexes.values()];
  const locals = indexes.filter(({ kind }) => kind === 'local');
  const globals = indexes.filter(({ kind }) => kind === 'global');
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: status,
    CreationDateTime: new Date(table.createdAt),
    AttributeDefinitions: [...table.attributes],
    KeySchema: [...table.keySchema],
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...throughput },
    ...((mode === 'PAY_PER_REQUEST' || onDemandSince !== undefined) && {
      BillingModeSummary: {
        BillingMode: mode,
        ...(onDemandSince !== undefined && { LastUpdateToPayPerRequestDateTime: new Date(onDemandSince) }),
      },
    }),
    ...(table.tableClass && { TableClassSummary: { TableClass: table.tableClass } }),
    ItemCount: itemCount,
    TableSizeBytes: bytes,
    DeletionProtectionEnabled: table.deletionProtection,
    ...(locals.length > 0 && {
      LocalSecondaryIndexes: locals.map((index) => describeIndex(table, index, itemCount)),
    }),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((index) =>
        describeGlobalIndex(table, index, itemCount, status === 'CREATING'),
      ),
    }),
  };
}

function statistics(table: Table, now: number): Table['statistics'] {
  if (now - table.statistics.at >= COUNT_EVERY_MS) {
    table.statistics = { at: now, itemCount: table.entries.size, bytes: table.bytes };
  }
  return table.statistics;
}

function describeIndex(table: Table, index: Index, counted: number): LocalSecondaryIndexDescription {
  const { type, attributes } = index.projection;
  // Sizes of indexes are not kept; until the table is counted, AWS shows 0 for all of them too.
  const itemCount = Math.min(counted, index.entries.size);
  return {
    IndexName: index.name,
    IndexArn: indexArn(table, index),
    KeySchema: [...index.keySchema],
    Projection: { ProjectionType: type, ...(attributes && { NonKeyAttributes: [...attributes] }) },
    ItemCount: itemCount,
    IndexSizeBytes: itemCount === 0 ? 0 : table.statistics.bytes,
  };
}

function describeGlobalIndex(
  table: Table,
  index: Index,
  counted: number,
  creating: boolean,
): GlobalSecondaryIndexDescription {
  return {
    ...describeIndex(table, index, counted),
    IndexStatus: creating ? 'CREATING' : 'ACTIVE',
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ...(index.throughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }),
    },
  };
}
