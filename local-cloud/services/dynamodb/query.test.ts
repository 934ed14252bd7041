import type { QueryInput } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { av, composite, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

function withLines(type: 'S' | 'N' = 'N', values: unknown[] = [10, 2, -1, 33, 2.5]) {
  const db = testDynamoDb();
  db.CreateTable(composite(type));
  for (const n of values) db.PutItem({ TableName: 'lines', Item: item({ id: 'o1', n, note: `line ${n}` }) });
  db.PutItem({ TableName: 'lines', Item: item({ id: 'o2', n: type === 'N' ? 1 : 'x' }) });
  return db;
}

const ofOrder: QueryInput = {
  TableName: 'lines',
  KeyConditionExpression: 'id = :id',
  ExpressionAttributeValues: { ':id': { S: 'o1' } },
};

const sorted = (condition: string, values: Record<string, unknown>): QueryInput => ({
  TableName: 'lines',
  KeyConditionExpression: `id = :id AND ${condition}`,
  ExpressionAttributeValues: item({ ':id': 'o1', ...values }),
});

const numbers = ({ Items = [] }: { Items?: Record<string, { N?: string }>[] }) =>
  Items.map(({ n }) => Number(n?.N));

describe('Query', () => {
  it('returns one partition in the order of its sort keys, or backwards', () => {
    using db = withLines();
    expect(numbers(db.Query(ofOrder))).toEqual([-1, 2, 2.5, 10, 33]);
    expect(numbers(db.Query({ ...ofOrder, ScanIndexForward: false }))).toEqual([33, 10, 2.5, 2, -1]);
  });

  it.each([
    ['n = :a', { ':a': 2.5 }, [2.5]],
    ['n < :a', { ':a': 2.5 }, [-1, 2]],
    ['n <= :a', { ':a': 2.5 }, [-1, 2, 2.5]],
    ['n > :a', { ':a': 2.5 }, [10, 33]],
    ['n >= :a', { ':a': 2.5 }, [2.5, 10, 33]],
    [':a < n', { ':a': 2.5 }, [10, 33]],
    ['n BETWEEN :a AND :b', { ':a': 2, ':b': 10 }, [2, 2.5, 10]],
  ])('takes a range of sort keys: %s', (condition, values, expected) => {
    using db = withLines();
    expect(numbers(db.Query(sorted(condition, values)))).toEqual(expected);
  });

  it('takes sort keys by their beginning', () => {
    using db = withLines('S', ['a', 'ab', 'abc', 'b', 'a\0b']);
    const { Items } = db.Query(sorted('begins_with(n, :a)', { ':a': 'ab' }));
    expect(Items?.map(({ n }) => n?.S)).toEqual(['ab', 'abc']);
    expect(db.Query(sorted('n > :a', { ':a': 'a' })).Items?.map(({ n }) => n?.S)).toEqual([
      'a\0b',
      'ab',
      'abc',
      'b',
    ]);
  });

  it('pages by Limit, and gives a key to go on even after the last item', () => {
    using db = withLines();
    const seen: number[] = [];
    let pages = 0;
    let ExclusiveStartKey: QueryInput['ExclusiveStartKey'];
    do {
      const page = db.Query({ ...ofOrder, Limit: 5, ExclusiveStartKey });
      seen.push(...numbers(page));
      ExclusiveStartKey = page.LastEvaluatedKey;
      pages++;
    } while (ExclusiveStartKey);
    expect(seen).toEqual([-1, 2, 2.5, 10, 33]);
    expect(pages).toBe(2);
  });

  it('goes on from a key whose item is gone, in both directions', () => {
    using db = withLines();
    const ExclusiveStartKey = item({ id: 'o1', n: 5 });
    expect(numbers(db.Query({ ...ofOrder, ExclusiveStartKey }))).toEqual([10, 33]);
    expect(numbers(db.Query({ ...ofOrder, ExclusiveStartKey, ScanIndexForward: false }))).toEqual([
      2.5, 2, -1,
    ]);
  });

  it('filters after the limit, and counts what it read', () => {
    using db = withLines();
    const page = db.Query({
      ...ofOrder,
      Limit: 3,
      FilterExpression: 'note = :note',
      ExpressionAttributeValues: item({ ':id': 'o1', ':note': 'line 10' }),
    });
    expect(page).toMatchObject({ Count: 0, ScannedCount: 3, LastEvaluatedKey: item({ id: 'o1', n: 2.5 }) });
  });

  it('ends a page at 1 MB', () => {
    using db = testDynamoDb();
    db.CreateTable(composite());
    for (let n = 0; n < 5; n++) {
      db.PutItem({ TableName: 'lines', Item: item({ id: 'o1', n, text: 'x'.repeat(300_000) }) });
    }
    const page = db.Query({ ...ofOrder, ReturnConsumedCapacity: 'TOTAL' });
    expect(page.Count).toBe(4);
    expect(page.LastEvaluatedKey).toEqual(item({ id: 'o1', n: 3 }));
    expect(page.ConsumedCapacity?.CapacityUnits).toBe(146.5);
  });

  it('counts without items', () => {
    using db = withLines();
    const page = db.Query({ ...ofOrder, Select: 'COUNT' });
    expect([page.Items, page.Count]).toEqual([undefined, 5]);
  });

  it('is unharmed by writes between pages', () => {
    using db = withLines();
    const first = db.Query({ ...ofOrder, Limit: 2 });
    db.PutItem({ TableName: 'lines', Item: item({ id: 'o1', n: 3 }) });
    db.DeleteItem({ TableName: 'lines', Key: item({ id: 'o1', n: 2 }) });
    const rest = db.Query({ ...ofOrder, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(numbers(rest)).toEqual([2.5, 3, 10, 33]);
  });

  it.each<[string, Partial<QueryInput>, string]>([
    [
      'without a key condition',
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'without the partition key',
      { KeyConditionExpression: 'n = :id' },
      'Query condition missed key schema element: id',
    ],
    [
      'for a range of partitions',
      { KeyConditionExpression: 'id > :id' },
      'Query key condition not supported',
    ],
    [
      'for OR',
      { KeyConditionExpression: 'id = :id OR n = :id' },
      'Invalid operator used in KeyConditionExpression: OR',
    ],
    [
      'for <>',
      { KeyConditionExpression: 'id <> :id' },
      'Invalid operator used in KeyConditionExpression: <>',
    ],
    [
      'for contains',
      { KeyConditionExpression: 'contains(id, :id)' },
      'Invalid operator used in KeyConditionExpression: contains',
    ],
    [
      'for two conditions on a key',
      { KeyConditionExpression: 'id = :id AND id = :id' },
      'KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'for another attribute',
      { KeyConditionExpression: 'id = :id AND note = :id' },
      'Query condition missed key schema element: n',
    ],
    [
      'for a value of another type',
      { KeyConditionExpression: 'id = :id AND n = :id' },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'for a nested attribute',
      { KeyConditionExpression: 'id.x = :id' },
      'KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'for a filter on a key',
      { FilterExpression: 'n = :id' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: n',
    ],
    [
      'for a start key without the sort key',
      { ExclusiveStartKey: item({ id: 'o1' }) },
      'The provided starting key is invalid',
    ],
    [
      'for a start key of another partition',
      { ExclusiveStartKey: item({ id: 'o2', n: 1 }) },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'for an index that is not there',
      { IndexName: 'byNote' },
      'The table does not have the specified index: byNote',
    ],
    [
      'for SPECIFIC_ATTRIBUTES without a projection',
      { Select: 'SPECIFIC_ATTRIBUTES' },
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
    [
      'for a Limit of 0',
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('is refused %s', (_, changes, message) => {
    using db = withLines();
    expect(refusal(() => db.Query({ ...ofOrder, ...changes }))).toBe(message);
  });

  it('is refused for a start key outside its range', () => {
    using db = withLines();
    expect(
      refusal(() =>
        db.Query({ ...sorted('n > :a', { ':a': 5 }), ExclusiveStartKey: item({ id: 'o1', n: 2 }) }),
      ),
    ).toBe('The provided starting key does not match the range key predicate');
  });
});

describe('Scan', () => {
  function withOrders(count: number) {
    const db = testDynamoDb();
    db.CreateTable(SIMPLE);
    for (let n = 0; n < count; n++) db.PutItem({ TableName: 'orders', Item: item({ id: `o${n}`, n }) });
    return db;
  }
  const ids = (items: Record<string, { S?: string }>[] = []) => items.map(({ id }) => id?.S ?? '');
  const all = (count: number) => Array.from({ length: count }, (_, n) => `o${n}`).sort();

  it('returns every item once, over pages', () => {
    using db = withOrders(50);
    const seen: string[] = [];
    let ExclusiveStartKey: QueryInput['ExclusiveStartKey'];
    do {
      const page = db.Scan({ TableName: 'orders', Limit: 7, ExclusiveStartKey });
      seen.push(...ids(page.Items));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen.sort()).toEqual(all(50));
  });

  it('splits into segments that share no item', () => {
    using db = withOrders(200);
    const segments = [0, 1, 2, 3].map((Segment) =>
      ids(db.Scan({ TableName: 'orders', Segment, TotalSegments: 4 }).Items),
    );
    expect(segments.flat().sort()).toEqual(all(200));
    for (const segment of segments) expect(segment.length).toBeGreaterThan(20);
  });

  it('does not return items in the order of their keys', () => {
    using db = withOrders(50);
    expect(ids(db.Scan({ TableName: 'orders' }).Items)).not.toEqual(all(50));
  });

  it('filters, and may filter on keys', () => {
    using db = withOrders(10);
    const page = db.Scan({
      TableName: 'orders',
      FilterExpression: 'n >= :n OR id = :id',
      ExpressionAttributeValues: { ':n': av(8), ':id': av('o1') },
      ProjectionExpression: 'id',
    });
    expect(page).toMatchObject({ Count: 3, ScannedCount: 10 });
    expect(ids(page.Items).sort()).toEqual(['o1', 'o8', 'o9']);
  });

  it('refuses segments that do not fit', () => {
    using db = withOrders(1);
    expect(refusal(() => db.Scan({ TableName: 'orders', Segment: 1 }))).toContain(
      'TotalSegments parameter is required',
    );
    expect(refusal(() => db.Scan({ TableName: 'orders', Segment: 2, TotalSegments: 2 }))).toContain(
      'Segment: 2 is not less than TotalSegments: 2',
    );
  });
});
