import type { Cloud, Service } from '../../service.ts';
import { type BatchOperations, createBatchOperations } from './batch.ts';
import { createItemOperations, type ItemOperations } from './item-operations.ts';
import { createPermissions } from './permissions.ts';
import { createQueryOperations, type QueryOperations } from './query.ts';
import { createSettingsOperations, type SettingsOperations, sweepTable } from './settings.ts';
import { createTableOperations, type TableOperations } from './table-operations.ts';
import { createTables } from './tables.ts';
import { createTagOperations, type TagOperations } from './tags.ts';
import { createTransactionOperations, type TransactionOperations } from './transactions.ts';

export interface DynamoDbOperations
  extends TableOperations,
    TagOperations,
    SettingsOperations,
    ItemOperations,
    QueryOperations,
    BatchOperations,
    TransactionOperations {}

/** DynamoDB, and what only the account itself may do to it. */
export interface DynamoDb extends Service<DynamoDbOperations> {
  /**
   * Deletes items whose time to live has passed, as AWS does within about two days.
   * @param tableName only this table; all tables without it
   * @returns how many items were deleted
   */
  sweepExpired(tableName?: string): number;
}

/**
 * Makes the DynamoDB of an account. Every operation runs in one synchronous step: of concurrent conditional
 * writes one wins, and reads see all writes before them, on indexes too.
 */
export function createDynamoDb(cloud: Cloud): DynamoDb {
  const tables = createTables(cloud);
  return {
    name: 'dynamodb',
    operations: {
      ...createTableOperations(cloud, tables),
      ...createTagOperations(tables),
      ...createSettingsOperations(cloud, tables),
      ...createItemOperations(cloud, tables),
      ...createQueryOperations(cloud, tables),
      ...createBatchOperations(cloud, tables),
      ...createTransactionOperations(cloud, tables),
    },
    permissions: createPermissions(tables),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    sweepExpired(tableName) {
      const swept = tableName === undefined ? [...tables.byName.values()] : [tables.named(tableName)];
      return swept.reduce((count, table) => count + sweepTable(table, cloud.clock.now()), 0);
    },
  };
}
