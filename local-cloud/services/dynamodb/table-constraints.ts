import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndexUpdate,
  KeySchemaElement,
  Projection,
  ProvisionedThroughput,
  UpdateTableInput,
} from '@aws-sdk/client-dynamodb';
import { type Constraints, createConstraints, requireTableName } from './constraints.ts';

const BILLING_MODES = ['PROVISIONED', 'PAY_PER_REQUEST'];
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html */
const MAX_NON_KEY_ATTRIBUTES = 20;

/**
 * Checks the members of a CreateTable request one by one, before any rule that joins two of them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 * @throws ValidationException that lists all members that fail
 */
export function checkCreateTableMembers(input: CreateTableInput): void {
  requireTableName(input.TableName);
  const constraints = createConstraints();
  constraints.notNull('attributeDefinitions', input.AttributeDefinitions);
  attributeMembers(constraints, input.AttributeDefinitions);
  constraints.name('tableName', input.TableName);
  constraints.oneOf('billingMode', input.BillingMode, BILLING_MODES);
  throughputMembers(constraints, 'provisionedThroughput', input.ProvisionedThroughput);
  schemaMembers(constraints, 'keySchema', input.KeySchema);
  input.LocalSecondaryIndexes?.forEach((index, position) => {
    indexMembers(constraints, `localSecondaryIndexes.${position + 1}.member`, index);
  });
  input.GlobalSecondaryIndexes?.forEach((index, position) => {
    indexMembers(constraints, `globalSecondaryIndexes.${position + 1}.member`, index);
  });
  constraints.end();
}

/**
 * As `checkCreateTableMembers`, for UpdateTable.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 * @throws ValidationException that lists all members that fail
 */
export function checkUpdateTableMembers(input: UpdateTableInput): void {
  requireTableName(input.TableName);
  const constraints = createConstraints();
  constraints.name('tableName', input.TableName);
  throughputMembers(constraints, 'provisionedThroughput', input.ProvisionedThroughput);
  constraints.oneOf('billingMode', input.BillingMode, BILLING_MODES);
  input.GlobalSecondaryIndexUpdates?.forEach((update, position) => {
    updateMembers(constraints, `globalSecondaryIndexUpdates.${position + 1}.member`, update);
  });
  attributeMembers(constraints, input.AttributeDefinitions);
  constraints.end();
}

function updateMembers(
  constraints: Constraints,
  at: string,
  { Update, Create, Delete }: GlobalSecondaryIndexUpdate,
): void {
  if (Update) {
    nameMember(constraints, `${at}.update.indexName`, Update.IndexName);
    constraints.notNull(`${at}.update.provisionedThroughput`, Update.ProvisionedThroughput);
    throughputMembers(constraints, `${at}.update.provisionedThroughput`, Update.ProvisionedThroughput);
  }
  if (Create) {
    projectionMembers(constraints, `${at}.create.projection`, Create.Projection);
    nameMember(constraints, `${at}.create.indexName`, Create.IndexName);
    throughputMembers(constraints, `${at}.create.provisionedThroughput`, Create.ProvisionedThroughput);
    schemaMembers(constraints, `${at}.create.keySchema`, Create.KeySchema);
  }
  if (Delete) nameMember(constraints, `${at}.delete.indexName`, Delete.IndexName);
}

function indexMembers(
  constraints: Constraints,
  at: string,
  index: {
    IndexName: string | undefined;
    KeySchema: readonly KeySchemaElement[] | undefined;
    Projection: Projection | undefined;
    ProvisionedThroughput?: ProvisionedThroughput;
  },
): void {
  nameMember(constraints, `${at}.indexName`, index.IndexName);
  schemaMembers(constraints, `${at}.keySchema`, index.KeySchema);
  projectionMembers(constraints, `${at}.projection`, index.Projection);
  throughputMembers(constraints, `${at}.provisionedThroughput`, index.ProvisionedThroughput);
}

function nameMember(constraints: Constraints, at: string, name: string | undefined): void {
  constraints.notNull(at, name);
  constraints.name(at, name);
}

function projectionMembers(constraints: Constraints, at: string, projection: Projection | undefined): void {
  constraints.notNull(at, projection);
  constraints.oneOf(`${at}.projectionType`, projection?.ProjectionType, ['ALL', 'INCLUDE', 'KEYS_ONLY']);
  constraints.length(`${at}.nonKeyAttributes`, projection?.NonKeyAttributes, 1, MAX_NON_KEY_ATTRIBUTES);
}

function throughputMembers(
  constraints: Constraints,
  at: string,
  throughput: ProvisionedThroughput | undefined,
): void {
  if (!throughput) return;
  for (const member of ['WriteCapacityUnits', 'ReadCapacityUnits'] as const) {
    const memberAt = `${at}.${member.charAt(0).toLowerCase()}${member.slice(1)}`;
    constraints.notNull(memberAt, throughput[member]);
    constraints.between(memberAt, throughput[member], 1);
  }
}

function attributeMembers(
  constraints: Constraints,
  attributes: readonly AttributeDefinition[] | undefined,
): void {
  attributes?.forEach(({ AttributeName, AttributeType }, index) => {
    const at = `attributeDefinitions.${index + 1}.member`;
    keyNameMember(constraints, `${at}.attributeName`, AttributeName);
    constraints.notNull(`${at}.attributeType`, AttributeType);
    constraints.oneOf(`${at}.attributeType`, AttributeType, ['B', 'N', 'S']);
  });
}

function schemaMembers(
  constraints: Constraints,
  at: string,
  schema: readonly KeySchemaElement[] | undefined,
): void {
  constraints.notNull(at, schema);
  constraints.length(at, schema, 1, 2);
  schema?.forEach(({ AttributeName, KeyType }, index) => {
    keyNameMember(constraints, `${at}.${index + 1}.member.attributeName`, AttributeName);
    constraints.notNull(`${at}.${index + 1}.member.keyType`, KeyType);
    constraints.oneOf(`${at}.${index + 1}.member.keyType`, KeyType, ['HASH', 'RANGE']);
  });
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html */
function keyNameMember(constraints: Constraints, at: string, name: string | undefined): void {
  constraints.notNull(at, name);
  constraints.length(at, name, 1, 255);
}
