import type { GlobalSecondaryIndexUpdate, UpdateTableInput } from '@aws-sdk/client-dynamodb';
import { AwsError, notSupported } from '../../errors.ts';
import { invalidParameter, validationError } from './errors.ts';
import { createIndex, type Index, type Table } from './storage/table.ts';
import { checkUpdateTableMembers } from './table-constraints.ts';
import { checkBilling, checkBounds, checkGlobalIndexes, indexOf, throughputOf } from './table-rules.ts';

/**
 * Checks an UpdateTable request, before the table is looked up.
 * @throws ValidationException as AWS words it; UnsupportedOperation for what this account has not
 */
export function checkUpdateTable(input: UpdateTableInput): void {
  checkUpdateTableMembers(input);
  refuseUnsupported(input);
  refuseNoChange(input);
  if (input.BillingMode === 'PROVISIONED' && !input.ProvisionedThroughput) {
    throw invalidParameter('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  checkBounds(input.ProvisionedThroughput);
  refuseTwoUpdates(input.GlobalSecondaryIndexUpdates ?? []);
}

/**
 * Changes a table: billing, throughput, class, deletion protection, one global index.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 * @param now cloud time in epoch milliseconds
 * @throws ValidationException, LimitExceededException, ResourceNotFoundException for an unknown index
 */
export function updateTable(table: Table, input: UpdateTableInput, now: number): void {
  refuseSameThroughput(table, input);

  const mode = input.BillingMode ?? table.billing.mode;
  const switches = input.BillingMode !== undefined && input.BillingMode !== table.billing.mode;
  if (switches || input.ProvisionedThroughput) {
    checkBilling({ BillingMode: mode, ProvisionedThroughput: input.ProvisionedThroughput });
  }
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const change = prepareIndexChange(table, updates, mode, input);

  if (switches || input.ProvisionedThroughput) {
    const toOnDemand = switches && mode === 'PAY_PER_REQUEST';
    table.billing = {
      mode,
      throughput: throughputOf(input.ProvisionedThroughput),
      onDemandSince: toOnDemand ? now : table.billing.onDemandSince,
    };
  }
  if (mode === 'PAY_PER_REQUEST') for (const index of table.indexes.values()) index.throughput = undefined;
  if (input.TableClass) table.tableClass = input.TableClass;
  if (input.DeletionProtectionEnabled !== undefined) {
    table.deletionProtection = input.DeletionProtectionEnabled;
  }
  change();
}

function refuseNoChange(input: UpdateTableInput): void {
  const changes = [
    input.BillingMode,
    input.ProvisionedThroughput,
    input.GlobalSecondaryIndexUpdates?.[0],
    input.TableClass,
    input.DeletionProtectionEnabled,
  ];
  if (changes.some((change) => change !== undefined)) return;
  throw validationError(
    'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates ' +
      'or SSESpecification or ReplicaUpdates is required',
  );
}

function refuseTwoUpdates(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const seen = new Set<string | undefined>();
  for (const { Update, Create, Delete } of updates) {
    const change = Update ?? Create ?? Delete;
    if (!change) {
      throw invalidParameter(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ' +
          'GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    }
    if (seen.has(change.IndexName)) {
      throw invalidParameter(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${change.IndexName}`,
      );
    }
    seen.add(change.IndexName);
  }
}

function refuseSameThroughput(table: Table, input: UpdateTableInput): void {
  const { ReadCapacityUnits, WriteCapacityUnits } = table.billing.throughput;
  const asked = input.ProvisionedThroughput;
  const sameMode = input.BillingMode === undefined || input.BillingMode === table.billing.mode;
  if (
    asked &&
    sameMode &&
    asked.ReadCapacityUnits === ReadCapacityUnits &&
    asked.WriteCapacityUnits === WriteCapacityUnits
  ) {
    throw validationError(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${ReadCapacityUnits}. ` +
        `Requested ReadCapacityUnits: ${asked.ReadCapacityUnits}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${WriteCapacityUnits}. ` +
        `Requested WriteCapacityUnits: ${asked.WriteCapacityUnits}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  }
}

/** Checks the changes of indexes and returns what does them. */
function prepareIndexChange(
  table: Table,
  updates: readonly GlobalSecondaryIndexUpdate[],
  mode: string,
  input: UpdateTableInput,
): () => void {
  const structural = updates.filter(({ Create, Delete }) => Create ?? Delete);
  if (structural.length > 1) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  const changes = updates.map(({ Create, Update, Delete }) => {
    if (Create) {
      const attributes = mergeAttributes(table, input);
      checkGlobalIndexes([Create as Parameters<typeof checkGlobalIndexes>[0][number]], mode, attributes);
      const definition = indexOf(Create as Parameters<typeof indexOf>[0], 'global', attributes);
      if (table.indexes.has(definition.name)) {
        throw validationError(
          `Attempting to create an index which already exists: Index already exists: ${definition.name}`,
        );
      }
      return () => {
        table.attributes = attributes;
        createIndex(table, definition);
      };
    }
    if (Delete) {
      const index = globalIndex(table, Delete.IndexName);
      return () => {
        table.indexes.delete(index.name);
      };
    }
    const index = globalIndex(table, Update?.IndexName);
    if (mode === 'PAY_PER_REQUEST') {
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${index.name} when BillingMode is PAY_PER_REQUEST`,
      );
    }
    return () => {
      index.throughput = throughputOf(Update?.ProvisionedThroughput);
    };
  });
  return () => {
    for (const change of changes) change();
  };
}

function globalIndex(table: Table, name: string | undefined): Index {
  const index = table.indexes.get(name ?? '');
  if (index?.kind === 'global') return index;
  throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

function mergeAttributes(table: Table, input: UpdateTableInput): Table['attributes'] {
  const given = input.AttributeDefinitions ?? [];
  const known = table.attributes.filter(
    ({ AttributeName }) => !given.some((attribute) => attribute.AttributeName === AttributeName),
  );
  return [...known, ...given];
}

function refuseUnsupported(input: UpdateTableInput): void {
  for (const member of [
    'StreamSpecification',
    'SSESpecification',
    'ReplicaUpdates',
    'OnDemandThroughput',
    'WarmThroughput',
    'MultiRegionConsistency',
    'GlobalTableWitnessUpdates',
    'GlobalTableSettingsReplicationMode',
  ] as const) {
    if (input[member] !== undefined) throw notSupported(`${member} of DynamoDB's UpdateTable`);
  }
}
