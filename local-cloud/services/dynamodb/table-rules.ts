import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb';
import { notSupported } from '../../errors.ts';
import { invalidParameter, validationError } from './errors.ts';
import type { Index, KeySchema, Throughput } from './storage/table.ts';
import { checkCreateTableMembers } from './table-constraints.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-secondary-indexes */
const MAX_GLOBAL = 20;
const MAX_LOCAL = 5;
const MAX_CAPACITY_UNITS = 1_000_000_000_000;

/**
 * Checks a CreateTable request.
 * @throws ValidationException as AWS words it; UnsupportedOperation for what this account has not
 */
export function checkCreateTable(input: CreateTableInput): void {
  checkCreateTableMembers(input);
  refuseUnsupported(input);
  checkBilling(input);

  const attributes = input.AttributeDefinitions ?? [];
  const schema = input.KeySchema ?? [];
  if (schema.length > attributes.length) {
    throw validationError('Invalid KeySchema: Some index key attribute have no definition');
  }
  checkSchema(schema, attributes);
  const locals = input.LocalSecondaryIndexes;
  const globals = input.GlobalSecondaryIndexes;
  if (locals) checkLocalIndexes(locals, schema, attributes);
  if (globals) checkGlobalIndexes(globals, input.BillingMode, attributes);
  refuseSameNames([...(locals ?? []), ...(globals ?? [])]);
  refuseUnusedAttributes([schema, ...[...(locals ?? []), ...(globals ?? [])].map(schemaOf)], attributes);
}

/** The schema of a table or index that was checked. */
export function keySchemaOf(
  elements: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
): KeySchema {
  const attribute = (type: 'HASH' | 'RANGE') => {
    const name = elements.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const definition = attributes.find(({ AttributeName }) => AttributeName === name);
    return definition && { name: name as string, type: definition.AttributeType as 'S' | 'N' | 'B' };
  };
  const partition = attribute('HASH');
  if (!partition) throw new Error('A key schema without a partition key passed the checks.');
  return { partition, sort: attribute('RANGE') };
}

/** An index's definition, from a request that was checked. */
export function indexOf(
  request: GlobalSecondaryIndex | LocalSecondaryIndex,
  kind: Index['kind'],
  attributes: readonly AttributeDefinition[],
): Omit<Index, 'entries'> {
  const { IndexName, KeySchema = [], Projection } = request;
  const throughput = 'ProvisionedThroughput' in request ? request.ProvisionedThroughput : undefined;
  return {
    name: IndexName ?? '',
    kind,
    key: keySchemaOf(KeySchema, attributes),
    keySchema: KeySchema,
    projection: {
      type: Projection?.ProjectionType ?? 'ALL',
      attributes: Projection?.NonKeyAttributes,
    },
    throughput: throughput && throughputOf(throughput),
  };
}

export function throughputOf(given: ProvisionedThroughput | undefined): Throughput {
  return {
    ReadCapacityUnits: given?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: given?.WriteCapacityUnits ?? 0,
  };
}

/** @throws ValidationException when billing mode and throughput do not fit */
export function checkBilling({
  BillingMode,
  ProvisionedThroughput,
}: Pick<CreateTableInput, 'BillingMode' | 'ProvisionedThroughput'>): void {
  if (BillingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput) {
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (BillingMode !== 'PAY_PER_REQUEST' && !ProvisionedThroughput) {
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  checkBounds(ProvisionedThroughput);
}

/** @throws ValidationException for more capacity units than any table may have */
export function checkBounds(throughput: ProvisionedThroughput | undefined): void {
  for (const member of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const) {
    const units = throughput?.[member] ?? 0;
    if (units > MAX_CAPACITY_UNITS) {
      throw validationError(`Given value ${units} for ${member} is out of bounds`);
    }
  }
}

/** Checks new global indexes of a table, at its creation or later. @throws ValidationException */
export function checkGlobalIndexes(
  indexes: readonly GlobalSecondaryIndex[],
  billingMode: string | undefined,
  attributes: readonly AttributeDefinition[],
): void {
  if (indexes.length === 0) throw invalidParameter('List of GlobalSecondaryIndexes is empty');
  for (const index of indexes) {
    checkIndex(index, attributes);
    if (billingMode === 'PAY_PER_REQUEST' && index.ProvisionedThroughput) {
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${index.IndexName} when BillingMode is PAY_PER_REQUEST`,
      );
    }
    if (billingMode !== 'PAY_PER_REQUEST' && !index.ProvisionedThroughput) {
      throw invalidParameter(`ProvisionedThroughput must be specified for index: ${index.IndexName}`);
    }
    if (index.OnDemandThroughput) throw notSupported('OnDemandThroughput of a DynamoDB index');
    if (index.WarmThroughput) throw notSupported('WarmThroughput of a DynamoDB index');
  }
  if (indexes.length > MAX_GLOBAL) {
    throw invalidParameter('GlobalSecondaryIndex count exceeds the per-table limit of 20');
  }
}

function checkLocalIndexes(
  indexes: readonly LocalSecondaryIndex[],
  tableSchema: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
): void {
  if (indexes.length === 0) throw invalidParameter('List of LocalSecondaryIndexes is empty');
  if (tableSchema.length !== 2) {
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const tableHash = tableSchema[0]?.AttributeName;
  for (const index of indexes) {
    checkIndex(index, attributes);
    if (index.KeySchema?.length !== 2) {
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
    }
    const hash = index.KeySchema[0]?.AttributeName;
    if (hash !== tableHash) {
      throw invalidParameter(
        'Index KeySchema does not have the same leading hash key as table KeySchema for index: ' +
          `${index.IndexName}. index hash key: ${hash}, table hash key: ${tableHash}`,
      );
    }
  }
  if (indexes.length > MAX_LOCAL) {
    throw invalidParameter('Number of LocalSecondaryIndexes exceeds per-table limit of 5');
  }
}

function checkIndex(
  { KeySchema, Projection }: GlobalSecondaryIndex | LocalSecondaryIndex,
  attributes: readonly AttributeDefinition[],
): void {
  checkSchema(KeySchema ?? [], attributes);
  checkProjection(Projection);
}

function checkProjection(projection: Projection | undefined): void {
  const type = projection?.ProjectionType;
  if (type === undefined) throw invalidParameter('Unknown ProjectionType: null');
  if (type !== 'INCLUDE' && projection?.NonKeyAttributes) {
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (type === 'INCLUDE' && !projection?.NonKeyAttributes) {
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
}

function checkSchema(schema: readonly KeySchemaElement[], attributes: readonly AttributeDefinition[]): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  const defined = attributes.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key))) {
    throw invalidParameter(
      'Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (keys.length === 2 && keys[0] === keys[1]) {
    throw validationError('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (schema[0]?.KeyType !== 'HASH') {
    throw validationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (schema[1] && schema[1].KeyType !== 'RANGE') {
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
}

function refuseSameNames(indexes: readonly { IndexName: string | undefined }[]): void {
  const names = indexes.map(({ IndexName }) => IndexName);
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined) throw invalidParameter(`Duplicate index name: ${duplicate}`);
}

/** Every defined attribute is a key of the table or of an index. */
function refuseUnusedAttributes(
  schemas: readonly (readonly KeySchemaElement[])[],
  attributes: readonly AttributeDefinition[],
): void {
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  if (used.size === attributes.length) return;
  if (schemas.length === 1) {
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const defined = attributes.map(({ AttributeName }) => AttributeName).sort();
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], ` +
      `keys used: [${[...used].sort().join(', ')}]`,
  );
}

function schemaOf({ KeySchema }: GlobalSecondaryIndex | LocalSecondaryIndex): KeySchemaElement[] {
  return KeySchema ?? [];
}

function refuseUnsupported(input: CreateTableInput): void {
  if (input.StreamSpecification?.StreamEnabled) throw notSupported('StreamSpecification of a DynamoDB table');
  if (input.SSESpecification?.Enabled) throw notSupported('SSESpecification of a DynamoDB table');
  for (const member of [
    'ResourcePolicy',
    'OnDemandThroughput',
    'WarmThroughput',
    'GlobalTableSourceArn',
    'GlobalTableSettingsReplicationMode',
  ] as const) {
    if (input[member] !== undefined) throw notSupported(`${member} of a DynamoDB table`);
  }
}
