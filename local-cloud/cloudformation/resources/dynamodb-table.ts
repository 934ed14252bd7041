import { isDeepStrictEqual } from 'node:util';
import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexUpdate,
  KeySchemaElement,
  LocalSecondaryIndex,
  PointInTimeRecoverySpecification,
  ProvisionedThroughput,
  TimeToLiveSpecification,
  UpdateTableInput,
} from '@aws-sdk/client-dynamodb';
import { type PropertyReader, readProperties, tagChanges, tagList } from '../properties.ts';
import {
  finishOrUndo,
  inPlace,
  notHere,
  type Provisioned,
  type ResourceType,
  replacement,
} from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const dynamodbTable: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  properties: {
    AttributeDefinitions: inPlace,
    BillingMode: inPlace,
    ContributorInsightsSpecification: { ...notHere, except: [{ Enabled: false }] },
    DeletionProtectionEnabled: inPlace,
    GlobalSecondaryIndexes: inPlace,
    ImportSourceSpecification: notHere,
    KeySchema: { ...replacement, required: true },
    KinesisStreamSpecification: notHere,
    LocalSecondaryIndexes: replacement,
    OnDemandThroughput: notHere,
    PointInTimeRecoverySpecification: inPlace,
    ProvisionedThroughput: inPlace,
    ResourcePolicy: notHere,
    SSESpecification: { ...notHere, except: [{ SSEEnabled: false }] },
    StreamSpecification: notHere,
    TableClass: inPlace,
    TableName: replacement,
    Tags: inPlace,
    TimeToLiveSpecification: inPlace,
    VectorIndexes: notHere,
    WarmThroughput: notHere,
  },
  attributes: ['Arn'],
  nameProperty: 'TableName',

  create: (properties, context) => createTable(readTable(properties), context),
  update: (current, properties, previous, context) =>
    updateTable(current, readTable(properties), readTable(previous), context),
  async delete({ physicalId }, _, { services, call }) {
    await services.dynamodb.DeleteTable({ TableName: physicalId }, call());
  },
};

/** A table as both resource types describe it. */
export interface TableDescription {
  name?: string;
  attributes: AttributeDefinition[];
  keys: KeySchemaElement[];
  billing: string;
  throughput?: ProvisionedThroughput;
  globalIndexes?: GlobalSecondaryIndex[];
  localIndexes?: LocalSecondaryIndex[];
  timeToLive?: TimeToLiveSpecification;
  backups?: PointInTimeRecoverySpecification;
  deletionProtection?: boolean;
  tableClass?: string;
  tags: Record<string, string>;
}

function readTable(properties: PropertyReader): TableDescription {
  return {
    name: properties.text('TableName'),
    attributes: properties.value<AttributeDefinition[]>('AttributeDefinitions') ?? [],
    keys: properties.value<KeySchemaElement[]>('KeySchema') ?? [],
    billing: properties.text('BillingMode') ?? 'PROVISIONED',
    throughput: throughputOf(properties.value('ProvisionedThroughput')),
    globalIndexes: properties
      .value<GlobalSecondaryIndex[]>('GlobalSecondaryIndexes')
      ?.map(({ ContributorInsightsSpecification: _, ...index }: GlobalSecondaryIndex & Insights) => ({
        ...index,
        ProvisionedThroughput: throughputOf(index.ProvisionedThroughput),
      })),
    localIndexes: properties.value<LocalSecondaryIndex[]>('LocalSecondaryIndexes'),
    timeToLive: timeToLiveOf(properties.value('TimeToLiveSpecification')),
    backups: properties.value('PointInTimeRecoverySpecification'),
    deletionProtection: properties.flag('DeletionProtectionEnabled'),
    tableClass: properties.text('TableClass'),
    tags: properties.tags(),
  };
}

interface Insights {
  ContributorInsightsSpecification?: unknown;
}

export async function createTable(table: TableDescription, context: ResourceContext): Promise<Provisioned> {
  const { services, call, newName } = context;
  const input: CreateTableInput = {
    TableName: table.name ?? newName(255),
    AttributeDefinitions: table.attributes,
    KeySchema: table.keys,
    BillingMode: table.billing as CreateTableInput['BillingMode'],
    ProvisionedThroughput: table.throughput,
    GlobalSecondaryIndexes: table.globalIndexes,
    LocalSecondaryIndexes: table.localIndexes,
    DeletionProtectionEnabled: table.deletionProtection,
    TableClass: table.tableClass as CreateTableInput['TableClass'],
    Tags: tagList(table.tags),
  };
  const { TableDescription } = await services.dynamodb.CreateTable(withoutUndefined(input), call());
  const provisioned = {
    physicalId: TableDescription?.TableName ?? '',
    attributes: { Arn: TableDescription?.TableArn, TableId: TableDescription?.TableId },
  };
  const TableName = provisioned.physicalId;
  await finishOrUndo(
    async () => {
      await setTimeToLive(TableName, table.timeToLive, undefined, context);
      await setBackups(TableName, table.backups, undefined, context);
    },
    async () => services.dynamodb.DeleteTable({ TableName }, call()),
  );
  return provisioned;
}

export async function updateTable(
  current: Provisioned,
  table: TableDescription,
  before: TableDescription,
  context: ResourceContext,
): Promise<Provisioned> {
  const { services, call } = context;
  const TableName = current.physicalId;
  for (const change of changesOf(table, before)) {
    await services.dynamodb.UpdateTable({ TableName, ...change }, call());
  }
  await setTimeToLive(TableName, table.timeToLive, before.timeToLive, context);
  await setBackups(TableName, table.backups, before.backups, context);
  const tags = tagChanges(before.tags, table.tags);
  const ResourceArn = String(current.attributes.Arn);
  if (Object.keys(tags.set).length > 0) {
    await services.dynamodb.TagResource({ ResourceArn, Tags: tagList(tags.set) }, call());
  }
  if (tags.remove.length > 0) {
    await services.dynamodb.UntagResource({ ResourceArn, TagKeys: tags.remove }, call());
  }
  return current;
}

/** DynamoDB takes one index at a time, so each is a call of its own, as CloudFormation makes them. */
function changesOf(table: TableDescription, before: TableDescription): Omit<UpdateTableInput, 'TableName'>[] {
  const changes: Omit<UpdateTableInput, 'TableName'>[] = [];
  if (table.billing !== before.billing || !isDeepStrictEqual(table.throughput, before.throughput)) {
    changes.push(
      withoutUndefined({
        BillingMode: table.billing as UpdateTableInput['BillingMode'],
        ProvisionedThroughput: table.throughput,
      }),
    );
  }
  if (table.tableClass !== before.tableClass) {
    changes.push({ TableClass: (table.tableClass ?? 'STANDARD') as UpdateTableInput['TableClass'] });
  }
  if (table.deletionProtection !== before.deletionProtection) {
    changes.push({ DeletionProtectionEnabled: table.deletionProtection ?? false });
  }
  for (const update of indexUpdates(table, before)) {
    changes.push({ AttributeDefinitions: table.attributes, GlobalSecondaryIndexUpdates: [update] });
  }
  return changes;
}

function indexUpdates(table: TableDescription, before: TableDescription): GlobalSecondaryIndexUpdate[] {
  const old = new Map((before.globalIndexes ?? []).map((index) => [index.IndexName, index]));
  const now = new Map((table.globalIndexes ?? []).map((index) => [index.IndexName, index]));
  const updates: GlobalSecondaryIndexUpdate[] = [];
  for (const [IndexName, index] of old) {
    const next = now.get(IndexName);
    if (!next || !isDeepStrictEqual(shapeOf(next), shapeOf(index))) updates.push({ Delete: { IndexName } });
  }
  for (const [IndexName, index] of now) {
    const previous = old.get(IndexName);
    if (!previous || !isDeepStrictEqual(shapeOf(previous), shapeOf(index))) {
      updates.push({ Create: index });
    } else if (!isDeepStrictEqual(previous.ProvisionedThroughput, index.ProvisionedThroughput)) {
      updates.push({ Update: { IndexName, ProvisionedThroughput: index.ProvisionedThroughput } });
    }
  }
  return updates;
}

function shapeOf({ KeySchema, Projection }: GlobalSecondaryIndex) {
  return { KeySchema, Projection };
}

async function setTimeToLive(
  TableName: string,
  wanted: TimeToLiveSpecification | undefined,
  before: TimeToLiveSpecification | undefined,
  { services, call }: ResourceContext,
): Promise<void> {
  const next = wanted ?? (before && { ...before, Enabled: false });
  const enabled = next?.Enabled ?? false;
  if (!next || isDeepStrictEqual(next, before) || (!enabled && !before?.Enabled)) return;
  await services.dynamodb.UpdateTimeToLive({ TableName, TimeToLiveSpecification: next }, call());
}

async function setBackups(
  TableName: string,
  wanted: PointInTimeRecoverySpecification | undefined,
  before: PointInTimeRecoverySpecification | undefined,
  { services, call }: ResourceContext,
): Promise<void> {
  if (isDeepStrictEqual(wanted, before)) return;
  const PointInTimeRecoverySpecification = wanted ?? { PointInTimeRecoveryEnabled: false };
  await services.dynamodb.UpdateContinuousBackups({ TableName, PointInTimeRecoverySpecification }, call());
}

function throughputOf(given: ProvisionedThroughput | undefined): ProvisionedThroughput | undefined {
  return (
    given && {
      ReadCapacityUnits: Number(given.ReadCapacityUnits),
      WriteCapacityUnits: Number(given.WriteCapacityUnits),
    }
  );
}

export function timeToLiveOf(
  given: { AttributeName?: string; Enabled?: unknown } | undefined,
): TimeToLiveSpecification | undefined {
  return (
    given && { AttributeName: given.AttributeName, Enabled: readProperties({ ...given }).flag('Enabled') }
  );
}

function withoutUndefined<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}
