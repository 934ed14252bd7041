import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  PointInTimeRecoverySpecification,
} from '@aws-sdk/client-dynamodb';
import { unsupported } from '../errors.ts';
import { type PropertyReader, readProperties } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import { createTable, type TableDescription, timeToLiveOf, updateTable } from './dynamodb-table.ts';

/** What a replica may say here. */
const REPLICA = [
  'Region',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'PointInTimeRecoverySpecification',
  'TableClass',
  'Tags',
];

/**
 * A table with replicas, as CDK's TableV2 makes it: here one, in the account's region.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export const dynamodbGlobalTable: ResourceType = {
  type: 'AWS::DynamoDB::GlobalTable',
  properties: {
    AttributeDefinitions: inPlace,
    BillingMode: inPlace,
    GlobalSecondaryIndexes: { ...inPlace, members: ['IndexName', 'KeySchema', 'Projection'] },
    GlobalTableSourceArn: notHere,
    GlobalTableWitnesses: notHere,
    KeySchema: replacement,
    LocalSecondaryIndexes: replacement,
    MultiRegionConsistency: notHere,
    ReadOnDemandThroughputSettings: notHere,
    ReadProvisionedThroughputSettings: notHere,
    Replicas: { ...inPlace, required: true, members: REPLICA },
    SSESpecification: { ...notHere, except: [{ SSEEnabled: false }] },
    StreamSpecification: notHere,
    TableName: replacement,
    TableType: notHere,
    TimeToLiveSpecification: inPlace,
    VectorIndexes: notHere,
    WarmThroughput: notHere,
    WriteOnDemandThroughputSettings: notHere,
    WriteProvisionedThroughputSettings: notHere,
  },
  attributes: ['Arn', 'TableId'],
  nameProperty: 'TableName',

  check(properties, region) {
    const replicas = properties.value<Record<string, unknown>[]>('Replicas') ?? [];
    if (replicas.length !== 1 || replicas[0]?.Region !== region) {
      throw unsupported(`A replica outside ${region}`, { property: 'Replicas' });
    }
    if (properties.text('BillingMode') !== 'PAY_PER_REQUEST') {
      throw unsupported('The billing mode PROVISIONED of AWS::DynamoDB::GlobalTable', {
        property: 'BillingMode',
      });
    }
    // CDK names each index again in the replica; a replica may give it limits and insights of its own.
    const indexes = (replicas[0].GlobalSecondaryIndexes ?? []) as Record<string, unknown>[];
    const strange = indexes.flatMap(Object.keys).find((member) => member !== 'IndexName');
    if (strange) {
      throw unsupported(
        `The property Replicas.GlobalSecondaryIndexes.${strange} of AWS::DynamoDB::GlobalTable`,
        {
          property: 'Replicas',
        },
      );
    }
  },
  create: (properties, context) => createTable(readTable(properties), context),
  update: (current, properties, previous, context) =>
    updateTable(current, readTable(properties), readTable(previous), context),
  async delete({ physicalId }, _, { services, call }) {
    await services.dynamodb.DeleteTable({ TableName: physicalId }, call());
  },
};

function readTable(properties: PropertyReader): TableDescription {
  const [replica = {}] = properties.value<Record<string, unknown>[]>('Replicas') ?? [];
  const own = readProperties(replica);
  return {
    name: properties.text('TableName'),
    attributes: properties.value<AttributeDefinition[]>('AttributeDefinitions') ?? [],
    keys: properties.value<KeySchemaElement[]>('KeySchema') ?? [],
    billing: 'PAY_PER_REQUEST',
    globalIndexes: properties.value<GlobalSecondaryIndex[]>('GlobalSecondaryIndexes'),
    localIndexes: properties.value<LocalSecondaryIndex[]>('LocalSecondaryIndexes'),
    timeToLive: timeToLiveOf(properties.value('TimeToLiveSpecification')),
    backups: own.value<PointInTimeRecoverySpecification>('PointInTimeRecoverySpecification'),
    deletionProtection: own.flag('DeletionProtectionEnabled'),
    tableClass: own.text('TableClass'),
    tags: own.tags(),
  };
}
