import { describe, expect, it } from 'vitest';
import { composite, errorOf, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

function withTables() {
  const db = testDynamoDb();
  db.CreateTable(SIMPLE);
  db.CreateTable(composite());
  return db;
}

const keys = (count: number) => Array.from({ length: count }, (_, n) => item({ id: `o${n}` }));
const puts = (count: number) => keys(count).map((Item) => ({ PutRequest: { Item } }));

describe('BatchWriteItem', () => {
  it('puts and deletes in several tables', () => {
    using db = withTables();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'old' }) });
    const answer = db.BatchWriteItem({
      RequestItems: {
        orders: [...puts(2), { DeleteRequest: { Key: item({ id: 'old' }) } }],
        lines: [{ PutRequest: { Item: item({ id: 'o1', n: 1 }) } }],
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer).toEqual({
      UnprocessedItems: {},
      ConsumedCapacity: [
        { TableName: 'orders', CapacityUnits: 3 },
        { TableName: 'lines', CapacityUnits: 1 },
      ],
    });
    expect(db.Scan({ TableName: 'orders' }).Count).toBe(2);
    expect(db.Scan({ TableName: 'lines' }).Count).toBe(1);
  });

  it('refuses more than 25 writes', () => {
    using db = withTables();
    expect(refusal(() => db.BatchWriteItem({ RequestItems: { orders: puts(26) } }))).toContain(
      'Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]',
    );
  });

  it('refuses two writes of one item, and writes nothing', () => {
    using db = withTables();
    expect(refusal(() => db.BatchWriteItem({ RequestItems: { orders: [...puts(2), ...puts(1)] } }))).toBe(
      'Provided list of item keys contains duplicates',
    );
    expect(db.Scan({ TableName: 'orders' }).Count).toBe(0);
  });

  it('refuses all when one item is wrong or one table unknown', () => {
    using db = withTables();
    expect(
      refusal(() =>
        db.BatchWriteItem({
          RequestItems: { orders: [...puts(1), { PutRequest: { Item: item({ x: 1 }) } }] },
        }),
      ),
    ).toBe('The provided key element does not match the schema');
    expect(errorOf(() => db.BatchWriteItem({ RequestItems: { orders: puts(1), none: puts(1) } })).code).toBe(
      'ResourceNotFoundException',
    );
    expect(db.Scan({ TableName: 'orders' }).Count).toBe(0);
  });
});

describe('BatchGetItem', () => {
  it('returns what exists, in no promised order', () => {
    using db = withTables();
    db.BatchWriteItem({ RequestItems: { orders: puts(3) } });
    const { Responses, UnprocessedKeys } = db.BatchGetItem({
      RequestItems: { orders: { Keys: [...keys(3), item({ id: 'none' })] } },
    });
    expect(Responses?.orders).toHaveLength(3);
    expect(Responses?.orders).toEqual(expect.arrayContaining(keys(3)));
    expect(UnprocessedKeys).toEqual({});
  });

  it('leaves keys unprocessed when 16 MB are read', () => {
    using db = withTables();
    const text = 'x'.repeat(400_000);
    for (const key of keys(50)) db.PutItem({ TableName: 'orders', Item: { ...key, text: { S: text } } });
    const { Responses, UnprocessedKeys } = db.BatchGetItem({
      RequestItems: { orders: { Keys: keys(50), ConsistentRead: true } },
    });
    expect(Responses?.orders).toHaveLength(41);
    expect(UnprocessedKeys?.orders).toMatchObject({ ConsistentRead: true, Keys: keys(50).slice(41) });
  });

  it('refuses more than 100 keys, and a key that stands twice', () => {
    using db = withTables();
    expect(refusal(() => db.BatchGetItem({ RequestItems: { orders: { Keys: keys(101) } } }))).toContain(
      "at 'requestItems.orders.member.keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
    expect(
      refusal(() => db.BatchGetItem({ RequestItems: { orders: { Keys: [...keys(1), ...keys(1)] } } })),
    ).toBe('Provided list of item keys contains duplicates');
  });
});
