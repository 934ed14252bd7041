import type { CreateTableInput, GlobalSecondaryIndexUpdate } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { composite, item, refusal, testDynamoDb } from './testing.ts';

const TABLE: CreateTableInput = {
  ...composite(),
  AttributeDefinitions: [
    ...(composite().AttributeDefinitions ?? []),
    { AttributeName: 'sku', AttributeType: 'S' },
    { AttributeName: 'price', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'bySku',
      KeySchema: [
        { AttributeName: 'sku', KeyType: 'HASH' },
        { AttributeName: 'price', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byPrice',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'price', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

const line = (id: string, n: number, sku: string, price: number) =>
  item({ id, n, sku, price, note: 'x', color: 'red' });

function withLines() {
  const db = testDynamoDb();
  db.CreateTable(TABLE);
  for (const Item of [
    line('o1', 1, 'A', 30),
    line('o1', 2, 'A', 5),
    line('o2', 1, 'A', 5),
    line('o2', 2, 'B', 7),
    item({ id: 'o3', n: 1, sku: 'A' }),
  ]) {
    db.PutItem({ TableName: 'lines', Item });
  }
  return db;
}

const bySku = (sku: string) => ({
  TableName: 'lines',
  IndexName: 'bySku',
  KeyConditionExpression: 'sku = :sku',
  ExpressionAttributeValues: item({ ':sku': sku }),
});

describe('a global index', () => {
  it('holds the items that have its keys, in the order of its sort key, as projected', () => {
    using db = withLines();
    const { Items } = db.Query(bySku('A'));
    expect(Items?.map(({ price }) => price?.N)).toEqual(['5', '5', '30']);
    expect(Items?.[2]).toEqual(item({ id: 'o1', n: 1, sku: 'A', price: 30, note: 'x' }));
  });

  it('follows updates and deletes', () => {
    using db = withLines();
    db.UpdateItem({
      TableName: 'lines',
      Key: item({ id: 'o1', n: 1 }),
      UpdateExpression: 'SET sku = :b',
      ExpressionAttributeValues: item({ ':b': 'B' }),
    });
    db.UpdateItem({ TableName: 'lines', Key: item({ id: 'o1', n: 2 }), UpdateExpression: 'REMOVE sku' });
    db.DeleteItem({ TableName: 'lines', Key: item({ id: 'o2', n: 1 }) });
    expect(db.Query(bySku('A')).Count).toBe(0);
    expect(db.Query(bySku('B')).Items?.map(({ price }) => price?.N)).toEqual(['7', '30']);
  });

  it('pages through items of equal index keys', () => {
    using db = withLines();
    const seen: unknown[] = [];
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = db.Query({ ...bySku('A'), Limit: 1, ExclusiveStartKey });
      seen.push(...(page.Items ?? []).map(({ id, n }) => `${id?.S}/${n?.N}`));
      ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (ExclusiveStartKey);
    expect([...seen].sort()).toEqual(['o1/1', 'o1/2', 'o2/1']);
    expect(seen.at(-1)).toBe('o1/1');
  });

  it('is scanned', () => {
    using db = withLines();
    expect(db.Scan({ TableName: 'lines', IndexName: 'bySku' }).Count).toBe(4);
  });

  it('has no consistent reads, and gives only what it projects', () => {
    using db = withLines();
    expect(refusal(() => db.Query({ ...bySku('A'), ConsistentRead: true }))).toBe(
      'Consistent reads are not supported on global secondary indexes',
    );
    expect(refusal(() => db.Query({ ...bySku('A'), ProjectionExpression: 'color' }))).toBe(
      'One or more parameter values were invalid: Global secondary index bySku does not project [color]',
    );
    expect(refusal(() => db.Query({ ...bySku('A'), Select: 'ALL_ATTRIBUTES' }))).toContain(
      'because its projection type is not ALL',
    );
  });

  it('refuses an item whose index key has another type', () => {
    using db = withLines();
    expect(refusal(() => db.PutItem({ TableName: 'lines', Item: item({ id: 'o9', n: 1, sku: 5 }) }))).toBe(
      'One or more parameter values were invalid: Type mismatch for Index Key sku Expected: S Actual: N IndexName: bySku',
    );
  });

  it('costs write units of its own', () => {
    using db = withLines();
    const { ConsumedCapacity } = db.PutItem({
      TableName: 'lines',
      Item: line('o1', 1, 'B', 30),
      ReturnConsumedCapacity: 'INDEXES',
    });
    expect(ConsumedCapacity).toEqual({
      TableName: 'lines',
      CapacityUnits: 3,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { bySku: { CapacityUnits: 2 } },
    });
  });

  it('can be added to a table that holds items, and deleted', () => {
    using db = testDynamoDb();
    db.CreateTable(composite());
    db.PutItem({ TableName: 'lines', Item: line('o1', 1, 'A', 1) });
    db.UpdateTable({
      TableName: 'lines',
      AttributeDefinitions: [{ AttributeName: 'sku', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'bySku',
            KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });
    expect(db.Query(bySku('A')).Count).toBe(1);
    expect(db.DescribeTable({ TableName: 'lines' }).Table?.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: 'bySku', IndexStatus: 'ACTIVE' },
    ]);
    db.UpdateTable({ TableName: 'lines', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'bySku' } }] });
    expect(refusal(() => db.Query(bySku('A')))).toBe('The table does not have the specified index: bySku');
  });

  it.each<[string, object, string]>([
    [
      'without a name',
      { IndexName: undefined },
      "1 validation error detected: Value null at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'with a projection that there is not',
      { Projection: { ProjectionType: 'SOME' } },
      "1 validation error detected: Value 'SOME' at 'globalSecondaryIndexes.1.member.projection.projectionType' failed to satisfy constraint: Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]",
    ],
    [
      'that includes no attribute',
      { Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [] } },
      "1 validation error detected: Value '[]' at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'with half a throughput',
      { ProvisionedThroughput: { ReadCapacityUnits: 1 } },
      "1 validation error detected: Value null at 'globalSecondaryIndexes.1.member.provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not be null",
    ],
  ])('is refused %s, by its place in the request', (_, part, message) => {
    using db = testDynamoDb();
    const index = {
      IndexName: 'bySku',
      KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
      ...part,
    };
    expect(refusal(() => db.CreateTable({ ...composite(), GlobalSecondaryIndexes: [index] }))).toBe(message);
  });

  it.each<[string, GlobalSecondaryIndexUpdate[], string]>([
    ['nothing', [], 'At least one of ProvisionedThroughput'],
    ['no change', [{}], 'GlobalSecondaryIndexUpdate.Delete must not be null'],
    [
      'half a change',
      [{ Update: { IndexName: 'bySku', ProvisionedThroughput: undefined } }],
      "Value null at 'globalSecondaryIndexUpdates.1.member.update.provisionedThroughput' failed to satisfy constraint: Member must not be null",
    ],
    [
      'two changes of one index',
      [{ Delete: { IndexName: 'bySku' } }, { Delete: { IndexName: 'bySku' } }],
      'Only one global secondary index update per index is allowed simultaneously. Index: bySku',
    ],
  ])('is not updated by %s', (_, GlobalSecondaryIndexUpdates, message) => {
    using db = withLines();
    expect(refusal(() => db.UpdateTable({ TableName: 'lines', GlobalSecondaryIndexUpdates }))).toContain(
      message,
    );
  });
});

describe('a local index', () => {
  const byPrice = {
    TableName: 'lines',
    IndexName: 'byPrice',
    KeyConditionExpression: 'id = :id AND price > :p',
    ExpressionAttributeValues: item({ ':id': 'o1', ':p': 1 }),
  };

  it('orders a partition by another attribute', () => {
    using db = withLines();
    expect(db.Query({ ...byPrice, ConsistentRead: true }).Items).toEqual([
      item({ id: 'o1', n: 2, price: 5 }),
      item({ id: 'o1', n: 1, price: 30 }),
    ]);
  });

  it('fetches from the table what it does not hold, when asked', () => {
    using db = withLines();
    const page = db.Query({ ...byPrice, ProjectionExpression: 'color', ReturnConsumedCapacity: 'INDEXES' });
    expect(page.Items).toEqual([item({ color: 'red' }), item({ color: 'red' })]);
    expect(page.ConsumedCapacity).toMatchObject({
      CapacityUnits: 1.5,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { byPrice: { CapacityUnits: 0.5 } },
    });
  });

  it('brings item collections, which are measured when asked', () => {
    using db = withLines();
    expect(
      db.PutItem({
        TableName: 'lines',
        Item: line('o1', 3, 'C', 1),
        ReturnItemCollectionMetrics: 'SIZE',
      }).ItemCollectionMetrics,
    ).toEqual({ ItemCollectionKey: item({ id: 'o1' }), SizeEstimateRangeGB: [0, 1] });
  });
});
