import { describe, expect, it } from 'vitest';
import { composite, errorOf, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

function withTable(definition = SIMPLE) {
  const db = testDynamoDb();
  db.CreateTable(definition);
  return db;
}

const key = (id: string) => item({ id });

describe('PutItem and GetItem', () => {
  it('store and return an item of every type, numbers normalised', () => {
    using db = withTable();
    const stored = {
      ...item({ id: 'o1', note: '', paid: false, gone: null, lines: [{ sku: 'A' }], map: {} }),
      n: { N: '1.50e2' },
      ns: { NS: ['1.0', '2'] },
      ss: { SS: ['a'] },
      b: { B: Uint8Array.from([0, 255]) },
      bs: { BS: [Uint8Array.from([1])] },
    };
    db.PutItem({ TableName: 'orders', Item: stored });
    expect(db.GetItem({ TableName: 'orders', Key: key('o1') }).Item).toEqual({
      ...stored,
      n: { N: '150' },
      ns: { NS: ['1', '2'] },
    });
  });

  it('give no item where none is', () => {
    using db = withTable();
    expect(db.GetItem({ TableName: 'orders', Key: key('x') }).Item).toBeUndefined();
  });

  it('replace the whole item and return the old one when asked', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: 1 }) });
    const answer = db.PutItem({
      TableName: 'orders',
      Item: item({ id: 'o1', b: 2 }),
      ReturnValues: 'ALL_OLD',
    });
    expect(answer.Attributes).toEqual(item({ id: 'o1', a: 1 }));
    expect(db.GetItem({ TableName: 'orders', Key: key('o1') }).Item).toEqual(item({ id: 'o1', b: 2 }));
  });

  it('project nested paths', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: { b: 1, c: 2 }, l: [0, 1, 2] }) });
    const { Item } = db.GetItem({
      TableName: 'orders',
      Key: key('o1'),
      ProjectionExpression: 'a.b, l[2], l[0], #x',
      ExpressionAttributeNames: { '#x': 'x' },
    });
    expect(Item).toEqual(item({ a: { b: 1 }, l: [0, 2] }));
  });

  it('never share what they return with what is stored', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', l: [1] }) });
    const read = () => db.GetItem({ TableName: 'orders', Key: key('o1') }).Item;
    read()?.l?.L?.push({ N: '2' });
    expect(read()).toEqual(item({ id: 'o1', l: [1] }));
  });

  it.each([
    [
      'without the key',
      { a: { S: 'x' } },
      'One or more parameter values were invalid: Missing the key id in the item',
    ],
    [
      'with a key of another type',
      { id: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
    ],
    [
      'with an empty key',
      { id: { S: '' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'with a key over 2048 bytes',
      { id: { S: 'é'.repeat(1025) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'over 400 KB',
      { id: { S: 'o' }, a: { S: 'x'.repeat(409_600 - 3) } },
      'Item size has exceeded the maximum allowed size',
    ],
  ])('refuse an item %s', (_, given, message) => {
    using db = withTable();
    expect(refusal(() => db.PutItem({ TableName: 'orders', Item: given }))).toBe(message);
  });

  it('store an item of exactly 400 KB', () => {
    using db = withTable();
    const largest = item({ id: 'o', a: 'x'.repeat(409_600 - 4) });
    expect(() => db.PutItem({ TableName: 'orders', Item: largest })).not.toThrow();
  });

  it.each([
    ['with another attribute', item({ id: 'o', x: 1 })],
    ['of another type', { id: { N: '1' } }],
    ['without the key attribute', item({ x: 'o' })],
  ])('refuse a key %s', (_, given) => {
    using db = withTable();
    expect(refusal(() => db.GetItem({ TableName: 'orders', Key: given }))).toBe(
      'The provided key element does not match the schema',
    );
  });

  it('find no table that does not exist', () => {
    using db = testDynamoDb();
    expect(errorOf(() => db.GetItem({ TableName: 'orders', Key: key('x') }))).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });

  it('name all required members that are missing', () => {
    using db = testDynamoDb();
    expect(refusal(() => db.PutItem({ TableName: undefined, Item: undefined }))).toBe(
      "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: " +
        "Member must not be null; Value null at 'item' failed to satisfy constraint: Member must not be null",
    );
    expect(refusal(() => db.GetItem({ TableName: 'a!', Key: key('x') }))).toBe(
      "2 validation errors detected: Value 'a!' at 'tableName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a!' at 'tableName' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 3',
    );
  });

  it('refuse ReturnValues that a put cannot give', () => {
    using db = withTable();
    expect(refusal(() => db.PutItem({ TableName: 'orders', Item: key('o'), ReturnValues: 'ALL_NEW' }))).toBe(
      'ReturnValues can only be ALL_OLD or NONE',
    );
  });

  it('refuse placeholders without an expression', () => {
    using db = withTable();
    expect(
      refusal(() =>
        db.PutItem({ TableName: 'orders', Item: key('o'), ExpressionAttributeValues: { ':v': { S: 'x' } } }),
      ),
    ).toBe(
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    );
  });

  it('refuse legacy parameters by name', () => {
    using db = withTable();
    expect(
      errorOf(() => db.PutItem({ TableName: 'orders', Item: key('o'), Expected: { id: { Exists: false } } })),
    ).toMatchObject({ code: 'UnsupportedOperation', message: expect.stringContaining('Expected') });
  });

  it('accept the table by its ARN', () => {
    using db = withTable();
    const arn = `arn:aws:dynamodb:us-east-1:${db.cloud.accountId}:table/orders`;
    db.PutItem({ TableName: arn, Item: key('o') });
    expect(db.GetItem({ TableName: 'orders', Key: key('o') }).Item).toEqual(key('o'));
    expect(
      errorOf(() => db.GetItem({ TableName: arn.replace('us-east-1', 'eu-west-1'), Key: key('o') })).code,
    ).toBe('ResourceNotFoundException');
  });
});

describe('conditional writes', () => {
  it('have one winner', async () => {
    using db = withTable();
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, n) =>
        db.PutItem({
          TableName: 'orders',
          Item: item({ id: 'o1', n }),
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('fail with the item when asked, and change nothing', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: 1 }) });
    const put = (ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE') =>
      errorOf(() =>
        db.PutItem({
          TableName: 'orders',
          Item: item({ id: 'o1', a: 2 }),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure,
        }),
      );
    expect(put('ALL_OLD')).toEqual({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      members: { Item: item({ id: 'o1', a: 1 }) },
    });
    expect(put().members).toEqual({});
    expect(db.GetItem({ TableName: 'orders', Key: key('o1') }).Item).toEqual(item({ id: 'o1', a: 1 }));
  });
});

describe('UpdateItem', () => {
  const increase = {
    TableName: 'orders',
    Key: key('o1'),
    UpdateExpression: 'SET a.n = a.n + :one REMOVE b',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };

  it.each([
    ['NONE', undefined],
    ['ALL_OLD', item({ id: 'o1', a: { n: 1, m: 2 }, b: 3 })],
    ['ALL_NEW', item({ id: 'o1', a: { n: 2, m: 2 } })],
    ['UPDATED_OLD', item({ a: { n: 1 }, b: 3 })],
    ['UPDATED_NEW', item({ a: { n: 2 } })],
  ] as const)('returns %s', (ReturnValues, expected) => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: { n: 1, m: 2 }, b: 3 }) });
    expect(db.UpdateItem({ ...increase, ReturnValues }).Attributes).toEqual(expected);
  });

  it('creates the item that is not there', () => {
    using db = withTable();
    db.UpdateItem({ TableName: 'orders', Key: key('o1') });
    expect(db.GetItem({ TableName: 'orders', Key: key('o1') }).Item).toEqual(key('o1'));
  });

  it('does not create an item only to remove from it', () => {
    using db = withTable();
    db.UpdateItem({ TableName: 'orders', Key: key('o1'), UpdateExpression: 'REMOVE a' });
    expect(db.GetItem({ TableName: 'orders', Key: key('o1') }).Item).toBeUndefined();
  });

  it('does not touch the key', () => {
    using db = withTable();
    const update = (UpdateExpression: string) =>
      refusal(() =>
        db.UpdateItem({
          TableName: 'orders',
          Key: key('o1'),
          UpdateExpression,
          ExpressionAttributeValues: { ':v': { S: 'x' } },
        }),
      );
    expect(update('SET id = :v')).toBe(
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    );
  });

  it('refuses to grow an item over 400 KB', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: 'x'.repeat(300_000) }) });
    expect(
      refusal(() =>
        db.UpdateItem({
          TableName: 'orders',
          Key: key('o1'),
          UpdateExpression: 'SET b = :v',
          ExpressionAttributeValues: { ':v': { S: 'x'.repeat(200_000) } },
        }),
      ),
    ).toBe('Item size to update has exceeded the maximum allowed size');
  });

  it('refuses a sum of more than 38 digits', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: { ...key('o1'), n: { N: '1e50' } } });
    expect(
      refusal(() =>
        db.UpdateItem({
          TableName: 'orders',
          Key: key('o1'),
          UpdateExpression: 'ADD n :v',
          ExpressionAttributeValues: { ':v': { N: '1' } },
        }),
      ),
    ).toContain('38 significant digits');
  });
});

describe('DeleteItem', () => {
  it('deletes, returns the old item when asked, and does not mind that there is none', () => {
    using db = withTable(composite());
    const Key = item({ id: 'o1', n: 1 });
    db.PutItem({ TableName: 'lines', Item: Key });
    const remove = () => db.DeleteItem({ TableName: 'lines', Key, ReturnValues: 'ALL_OLD' }).Attributes;
    expect(remove()).toEqual(Key);
    expect(remove()).toBeUndefined();
  });

  it('deletes on condition', () => {
    using db = withTable();
    expect(
      errorOf(() =>
        db.DeleteItem({ TableName: 'orders', Key: key('o1'), ConditionExpression: 'attribute_exists(id)' }),
      ).code,
    ).toBe('ConditionalCheckFailedException');
  });
});

describe('capacity', () => {
  it('counts 4 KB a read unit, half when eventually consistent, and 1 KB a write unit', () => {
    using db = withTable();
    const large = item({ id: 'o1', a: 'x'.repeat(8192) });
    const units = (answer: { ConsumedCapacity?: { CapacityUnits?: number } }) =>
      answer.ConsumedCapacity?.CapacityUnits;
    const common = { TableName: 'orders', ReturnConsumedCapacity: 'TOTAL' } as const;
    expect(units(db.PutItem({ ...common, Item: large }))).toBe(9);
    expect(units(db.GetItem({ ...common, Key: key('o1') }))).toBe(1.5);
    expect(units(db.GetItem({ ...common, Key: key('o1'), ConsistentRead: true }))).toBe(3);
    expect(units(db.GetItem({ ...common, Key: key('none') }))).toBe(0.5);
    expect(units(db.PutItem({ ...common, Item: key('o1') }))).toBe(9);
    expect(units(db.DeleteItem({ ...common, Key: key('none') }))).toBe(1);
  });

  it('is put on the bill, also for a condition that fails', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1', a: 'x'.repeat(2000) }) });
    const seq = db.cloud.journal.lastSeq;
    errorOf(() =>
      db.PutItem({ TableName: 'orders', Item: key('o1'), ConditionExpression: 'attribute_not_exists(id)' }),
    );
    expect(db.cloud.journal.read(seq)).toMatchObject([
      { type: 'cost', unit: 'write-unit', resource: expect.stringMatching(/:table\/orders$/), amount: 2 },
    ]);
  });
});
