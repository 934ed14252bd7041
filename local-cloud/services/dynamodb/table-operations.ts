import type {
  CreateTableInput,
  CreateTableOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  ListTablesInput,
  ListTablesOutput,
  UpdateTableInput,
  UpdateTableOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { createConstraints, requiredTableName } from './constraints.ts';
import { validationError } from './errors.ts';
import { createSortedMap } from './storage/sorted-map.ts';
import { createIndex, type Table } from './storage/table.ts';
import { describeTable } from './table-description.ts';
import { checkCreateTable, indexOf, keySchemaOf, throughputOf } from './table-rules.ts';
import { checkUpdateTable, updateTable } from './table-update.ts';
import type { Tables } from './tables.ts';
import { tagMap } from './tags.ts';

export interface TableOperations {
  CreateTable(input: CreateTableInput): CreateTableOutput;
  DescribeTable(input: DescribeTableInput): DescribeTableOutput;
  ListTables(input: ListTablesInput): ListTablesOutput;
  UpdateTable(input: UpdateTableInput): UpdateTableOutput;
  DeleteTable(input: DeleteTableInput): DeleteTableOutput;
}

const MAX_LISTED = 100;

/**
 * Operations on tables. AWS takes seconds for each change; here a table is ACTIVE, or gone, as soon as the
 * answer is written, and the answer itself says CREATING, UPDATING or DELETING as on AWS.
 */
export function createTableOperations(cloud: Cloud, tables: Tables): TableOperations {
  const { clock } = cloud;
  return {
    CreateTable(input) {
      checkCreateTable(input);
      const name = nameOf(input.TableName ?? '');
      if (tables.byName.has(name)) {
        throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
      }
      const table = newTable(input, { name, arn: tables.arn(name), id: cloud.uuid(), now: clock.now() });
      tables.byName.set(name, table);
      return { TableDescription: describeTable(table, clock.now(), 'CREATING') };
    },

    DescribeTable(input) {
      const table = tables.named(requiredTableName(input.TableName));
      return { Table: describeTable(table, clock.now()) };
    },

    ListTables({ Limit = MAX_LISTED, ExclusiveStartTableName }) {
      const constraints = createConstraints();
      constraints.between('limit', Limit, 1, MAX_LISTED);
      constraints.name('exclusiveStartTableName', ExclusiveStartTableName);
      constraints.end();
      const names = [...tables.byName.keys()]
        .filter((name) => ExclusiveStartTableName === undefined || name > ExclusiveStartTableName)
        .sort();
      const page = names.slice(0, Limit);
      return {
        TableNames: page,
        ...(names.length > page.length && { LastEvaluatedTableName: page.at(-1) }),
      };
    },

    UpdateTable(input) {
      checkUpdateTable(input);
      const table = tables.named(input.TableName ?? '');
      updateTable(table, input, clock.now());
      return { TableDescription: describeTable(table, clock.now(), 'UPDATING') };
    },

    DeleteTable(input) {
      const table = tables.named(requiredTableName(input.TableName));
      if (table.deletionProtection) {
        throw validationError(
          'Resource cannot be deleted as it is currently protected against deletion. ' +
            'Disable deletion protection first.',
        );
      }
      tables.byName.delete(table.name);
      return { TableDescription: describeTable(table, clock.now(), 'DELETING') };
    },
  };
}

function nameOf(nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) throw notSupported('An ARN as the TableName of CreateTable');
  return nameOrArn;
}

function newTable(
  input: CreateTableInput,
  { name, arn, id, now }: { name: string; arn: string; id: string; now: number },
): Table {
  const attributes = input.AttributeDefinitions ?? [];
  const onDemand = input.BillingMode === 'PAY_PER_REQUEST';
  const table: Table = {
    name,
    arn,
    id,
    createdAt: now,
    key: keySchemaOf(input.KeySchema ?? [], attributes),
    keySchema: input.KeySchema ?? [],
    attributes,
    billing: {
      mode: input.BillingMode ?? 'PROVISIONED',
      throughput: throughputOf(input.ProvisionedThroughput),
      ...(onDemand && { onDemandSince: now }),
    },
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tableClass: input.TableClass,
    tags: tagMap(input.Tags ?? []),
    pointInTimeRecovery: { enabled: false, days: 35 },
    indexes: new Map(),
    entries: createSortedMap(),
    bytes: 0,
    statistics: { at: now, itemCount: 0, bytes: 0 },
  };
  for (const index of input.LocalSecondaryIndexes ?? [])
    createIndex(table, indexOf(index, 'local', attributes));
  for (const index of input.GlobalSecondaryIndexes ?? []) {
    createIndex(table, indexOf(index, 'global', attributes));
  }
  return table;
}
