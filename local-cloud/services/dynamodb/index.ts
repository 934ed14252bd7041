import type { Cloud, Service } from '../../service.ts';
import { type BatchOperations, createBatchOperations } from './batch.ts';
import { startExpiry } from './expiry.ts';
import { createItemOperations, type ItemOperations } from './item-operations.ts';
import { createPermissions } from './permissions.ts';
import { createQueryOperations, type QueryOperations } from './query.ts';
import { createSettingsOperations, type SettingsOperations } from './settings.ts';
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

/**
 * Makes the DynamoDB of an account. Every operation runs in one synchronous step: of concurrent conditional
 * writes one wins, and reads see all writes before them, on indexes too. Expired items go by themselves, late.
 */
export function createDynamoDb(cloud: Cloud): Service<DynamoDbOperations> {
  const tables = createTables(cloud);
  startExpiry(cloud, tables);
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
  };
}
