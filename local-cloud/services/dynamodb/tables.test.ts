import type { CreateTableInput } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { testCall } from '../../testing.ts';
import { composite, errorOf, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

const HOUR = 60 * 60 * 1000;

describe('CreateTable', () => {
  it('answers CREATING, and the table is ACTIVE at once', () => {
    using db = testDynamoDb();
    expect(db.CreateTable(SIMPLE).TableDescription).toMatchObject({
      TableName: 'orders',
      TableStatus: 'CREATING',
      TableArn: `arn:aws:dynamodb:us-east-1:${db.cloud.accountId}:table/orders`,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      ItemCount: 0,
    });
    expect(db.DescribeTable({ TableName: 'orders' }).Table?.TableStatus).toBe('ACTIVE');
  });

  it('refuses a name that is taken', () => {
    using db = testDynamoDb();
    db.CreateTable(SIMPLE);
    expect(errorOf(() => db.CreateTable(SIMPLE))).toMatchObject({
      code: 'ResourceInUseException',
      message: 'Table already exists: orders',
    });
  });

  it.each<[string, Partial<CreateTableInput>, string]>([
    [
      'no name',
      { TableName: undefined },
      "The parameter 'TableName' is required but was not present in the request",
    ],
    [
      'a short name',
      { TableName: 'ab' },
      'TableName must be at least 3 characters long and at most 255 characters long',
    ],
    [
      'a wrong name',
      { TableName: 'a b c' },
      "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      'no throughput when provisioned',
      { BillingMode: undefined },
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    [
      'throughput on demand',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      'more throughput than there can be',
      {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 1_000_000_000_001, WriteCapacityUnits: 1 },
      },
      'Given value 1000000000001 for ReadCapacityUnits is out of bounds',
    ],
    [
      'a key that is not defined',
      { KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' }] },
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [id]',
    ],
    [
      'a sort key only',
      { KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      'a definition that no key uses',
      {
        AttributeDefinitions: [
          ...(SIMPLE.AttributeDefinitions ?? []),
          { AttributeName: 'x', AttributeType: 'S' },
        ],
      },
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
  ])('refuses %s', (_, changes, message) => {
    using db = testDynamoDb();
    expect(refusal(() => db.CreateTable({ ...SIMPLE, ...changes }))).toBe(message);
  });

  it('refuses streams by name', () => {
    using db = testDynamoDb();
    expect(
      errorOf(() => db.CreateTable({ ...SIMPLE, StreamSpecification: { StreamEnabled: true } })).message,
    ).toBe('StreamSpecification of a DynamoDB table is not supported by the local cloud.');
  });
});

describe('tables', () => {
  it('are listed by name, in pages', () => {
    using db = testDynamoDb();
    for (const TableName of ['ccc', 'aaa', 'bbb']) db.CreateTable({ ...SIMPLE, TableName });
    expect(db.ListTables({ Limit: 2 })).toEqual({
      TableNames: ['aaa', 'bbb'],
      LastEvaluatedTableName: 'bbb',
    });
    expect(db.ListTables({ ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
  });

  it('are deleted with their items, unless protected', () => {
    using db = testDynamoDb();
    db.CreateTable({ ...SIMPLE, DeletionProtectionEnabled: true });
    expect(refusal(() => db.DeleteTable({ TableName: 'orders' }))).toBe(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
    db.UpdateTable({ TableName: 'orders', DeletionProtectionEnabled: false });
    expect(db.DeleteTable({ TableName: 'orders' }).TableDescription?.TableStatus).toBe('DELETING');
    expect(errorOf(() => db.DescribeTable({ TableName: 'orders' }))).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: orders not found',
    });
  });

  it('change between billing modes', () => {
    using db = testDynamoDb();
    db.CreateTable(SIMPLE);
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 };
    expect(
      db.UpdateTable({ TableName: 'orders', BillingMode: 'PROVISIONED', ProvisionedThroughput })
        .TableDescription,
    ).toMatchObject({ TableStatus: 'UPDATING', ProvisionedThroughput });
    expect(refusal(() => db.UpdateTable({ TableName: 'orders', ProvisionedThroughput }))).toContain(
      'The provisioned throughput for the table will not change.',
    );
    expect(refusal(() => db.UpdateTable({ TableName: 'orders' }))).toContain(
      'At least one of ProvisionedThroughput',
    );
  });

  it('are counted every six hours', async () => {
    using db = testDynamoDb();
    db.CreateTable(SIMPLE);
    db.PutItem({ TableName: 'orders', Item: item({ id: 'o1' }) });
    const count = () => db.DescribeTable({ TableName: 'orders' }).Table?.ItemCount;
    expect(count()).toBe(0);
    await db.cloud.clock.advance(6 * HOUR);
    expect(count()).toBe(1);
  });

  it('carry tags', () => {
    using db = testDynamoDb();
    const ResourceArn = db.CreateTable({ ...SIMPLE, Tags: [{ Key: 'a', Value: '1' }] }).TableDescription
      ?.TableArn;
    db.TagResource({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
    db.UntagResource({ ResourceArn, TagKeys: ['b'] });
    expect(db.ListTagsOfResource({ ResourceArn })).toEqual({ Tags: [{ Key: 'a', Value: '2' }] });
    expect(errorOf(() => db.ListTagsOfResource({ ResourceArn: `${ResourceArn}x` })).code).toBe(
      'ResourceNotFoundException',
    );
  });

  it('have point-in-time recovery as a setting', () => {
    using db = testDynamoDb();
    db.CreateTable(SIMPLE);
    const status = () =>
      db.DescribeContinuousBackups({ TableName: 'orders' }).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    expect(status()).toBe('DISABLED');
    db.UpdateContinuousBackups({
      TableName: 'orders',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(status()).toBe('ENABLED');
  });
});

describe('time to live', () => {
  function withTtl() {
    const db = testDynamoDb();
    db.CreateTable(SIMPLE);
    db.UpdateTimeToLive({
      TableName: 'orders',
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
    });
    return db;
  }
  const seconds = (db: ReturnType<typeof withTtl>) => Math.floor(db.cloud.clock.now() / 1000);

  const idsIn = (db: ReturnType<typeof withTtl>) =>
    db.Scan({ TableName: 'orders' }).Items?.map(({ id }) => id?.S);
  const DAY = 24 * HOUR;

  it('keeps expired items readable for a day, and deletes them in the next', async () => {
    using db = withTtl();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'old', expiration: seconds(db) + 60 }) });
    db.PutItem({
      TableName: 'orders',
      Item: item({ id: 'new', expiration: seconds(db) + (10 * DAY) / 1000 }),
    });
    await db.cloud.clock.advance(DAY);
    expect(idsIn(db)?.toSorted()).toEqual(['new', 'old']);
    await db.cloud.clock.advance(DAY + HOUR);
    expect(idsIn(db)).toEqual(['new']);
    expect(db.cloud.journal.read().filter(({ type }) => type === 'expiry')).toMatchObject([
      { resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/orders', count: 1 },
    ]);
  });

  it('never deletes what is no number, or is older than five years', async () => {
    using db = withTtl();
    db.PutItem({ TableName: 'orders', Item: item({ id: 'text', expiration: '1' }) });
    db.PutItem({ TableName: 'orders', Item: item({ id: 'ancient', expiration: 1 }) });
    await db.cloud.clock.advance(5 * DAY);
    expect(idsIn(db)?.toSorted()).toEqual(['ancient', 'text']);
  });

  it('is described, and cannot change twice within an hour', async () => {
    using db = withTtl();
    const disable = () =>
      db.UpdateTimeToLive({
        TableName: 'orders',
        TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: false },
      });
    expect(db.DescribeTimeToLive({ TableName: 'orders' }).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiration',
    });
    expect(refusal(disable)).toBe('Time to live has been modified multiple times within a fixed interval');
    await db.cloud.clock.advance(HOUR);
    disable();
    expect(db.DescribeTimeToLive({ TableName: 'orders' }).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'DISABLED',
    });
  });
});

describe('permissions', () => {
  it('name the table, the index, or each table of a batch', () => {
    using db = testDynamoDb();
    const { permissions } = db.service;
    const call = testCall(db.cloud);
    const arn = `arn:aws:dynamodb:us-east-1:${db.cloud.accountId}:table/orders`;
    expect(permissions.PutItem({ TableName: 'orders', Item: {} }, call)).toEqual([
      { action: 'dynamodb:PutItem', resource: arn },
    ]);
    expect(permissions.Query({ TableName: arn, IndexName: 'byNote' }, call)).toEqual([
      { action: 'dynamodb:Query', resource: `${arn}/index/byNote` },
    ]);
    expect(permissions.BatchWriteItem({ RequestItems: { orders: [], lines: [] } }, call)).toHaveLength(2);
    expect(
      permissions.TransactWriteItems(
        {
          TransactItems: [
            { Put: { TableName: 'orders', Item: {} } },
            { Put: { TableName: 'orders', Item: {} } },
            { ConditionCheck: { TableName: 'orders', Key: {}, ConditionExpression: 'x' } },
          ],
        },
        call,
      ),
    ).toEqual([
      { action: 'dynamodb:PutItem', resource: arn },
      { action: 'dynamodb:ConditionCheckItem', resource: arn },
    ]);
  });
});

describe('storage', () => {
  it('reads only the page of a query, in a partition of 100,000 items', () => {
    using db = testDynamoDb();
    db.CreateTable(composite());
    for (let n = 0; n < 100_000; n++) {
      db.PutItem({ TableName: 'lines', Item: { id: { S: 'o1' }, n: { N: String((n * 7919) % 100_000) } } });
    }
    const page = db.Query({
      TableName: 'lines',
      KeyConditionExpression: 'id = :id AND n >= :n',
      ExpressionAttributeValues: item({ ':id': 'o1', ':n': 77_777 }),
      Limit: 2,
    });
    expect(page.Items?.map(({ n }) => n?.N)).toEqual(['77777', '77778']);
    expect(page.ScannedCount).toBe(2);
  });
});
