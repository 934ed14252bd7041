import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { errorOf, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

function withTable() {
  const db = testDynamoDb();
  db.CreateTable(SIMPLE);
  return db;
}

const put = (id: string, extra: object = {}): TransactWriteItem => ({
  Put: { TableName: 'orders', Item: item({ id }), ...extra },
});
const unlessThere = { ConditionExpression: 'attribute_not_exists(id)' };

describe('TransactWriteItems', () => {
  it('does all of its actions', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'a', n: 1 }) });
    db.PutItem({ TableName: 'orders', Item: item({ id: 'b' }) });
    const answer = db.TransactWriteItems({
      TransactItems: [
        {
          Update: {
            TableName: 'orders',
            Key: item({ id: 'a' }),
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: item({ ':one': 1 }),
          },
        },
        { Delete: { TableName: 'orders', Key: item({ id: 'b' }) } },
        { ConditionCheck: { TableName: 'orders', Key: item({ id: 'd' }), ...unlessThere } },
        put('c', unlessThere),
      ],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer.ConsumedCapacity).toEqual([
      { TableName: 'orders', CapacityUnits: 8, WriteCapacityUnits: 8 },
    ]);
    const { Items } = db.Scan({ TableName: 'orders' });
    expect(Items).toHaveLength(2);
    expect(Items).toEqual(expect.arrayContaining([item({ id: 'a', n: 2 }), item({ id: 'c' })]));
  });

  it('does none of them when a condition fails, and says which', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'b', n: 1 }) });
    const error = errorOf(() =>
      db.TransactWriteItems({
        TransactItems: [
          put('a'),
          put('b', { ...unlessThere, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        ],
      }),
    );
    expect(error).toEqual({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      members: {
        CancellationReasons: [
          { Code: 'None' },
          {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: item({ id: 'b', n: 1 }),
          },
        ],
      },
    });
    expect(db.Scan({ TableName: 'orders' }).Count).toBe(1);
  });

  it('refuses two actions on one item', () => {
    using db = withTable();
    expect(refusal(() => db.TransactWriteItems({ TransactItems: [put('a'), put('a')] }))).toBe(
      'Transaction request cannot include multiple operations on one item',
    );
  });

  it('refuses more than 100 actions', () => {
    using db = withTable();
    const TransactItems = Array.from({ length: 101 }, (_, n) => put(`o${n}`));
    expect(refusal(() => db.TransactWriteItems({ TransactItems }))).toContain(
      'Member must have length less than or equal to 100',
    );
  });

  it('is done once per client token for ten minutes', async () => {
    using db = withTable();
    const add = (amount: number) =>
      db.TransactWriteItems({
        ClientRequestToken: 'token',
        TransactItems: [
          {
            Update: {
              TableName: 'orders',
              Key: item({ id: 'a' }),
              UpdateExpression: 'ADD n :n',
              ExpressionAttributeValues: item({ ':n': amount }),
            },
          },
        ],
      });
    const stored = () => db.GetItem({ TableName: 'orders', Key: item({ id: 'a' }) }).Item?.n?.N;
    add(1);
    add(1);
    expect(stored()).toBe('1');
    expect(errorOf(() => add(2)).code).toBe('IdempotentParameterMismatchException');
    await db.cloud.clock.advance(10 * 60 * 1000);
    add(1);
    expect(stored()).toBe('2');
  });
});

describe('TransactGetItems', () => {
  it('returns an answer for each key, empty where no item is', () => {
    using db = withTable();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'a', n: 1, m: 2 }) });
    const get = (id: string) => ({
      Get: { TableName: 'orders', Key: item({ id }), ProjectionExpression: 'n' },
    });
    const answer = db.TransactGetItems({
      TransactItems: [get('none'), get('a')],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer.Responses).toEqual([{}, { Item: item({ n: 1 }) }]);
    expect(answer.ConsumedCapacity?.[0]?.CapacityUnits).toBe(4);
  });
});
