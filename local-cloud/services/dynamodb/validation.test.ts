import type { CreateTableInput, GlobalSecondaryIndex, UpdateTableInput } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composite, errorOf, item, refusal, SIMPLE, testDynamoDb } from './testing.ts';

let db: ReturnType<typeof testDynamoDb>;

beforeEach(() => {
  db = testDynamoDb();
  db.CreateTable(SIMPLE);
});

afterEach(() => db[Symbol.dispose]());

/** A request that the clients' types do not allow, as it may still arrive. */
function malformed<Input>(input: object): Input {
  return input as Input;
}

const INDEX: GlobalSecondaryIndex = {
  IndexName: 'by-status',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
};

describe('the members of a table request', () => {
  const create = (change: object) =>
    refusal(() => db.CreateTable(malformed<CreateTableInput>({ ...SIMPLE, TableName: 'new', ...change })));

  it('are reported together, with an index by its place in the list', () => {
    expect(create({ BillingMode: 'FREE', GlobalSecondaryIndexes: [{}] })).toBe(
      "4 validation errors detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must " +
        "satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]; Value null at 'globalSecondaryIndexes.1.member.indexName' " +
        "failed to satisfy constraint: Member must not be null; Value null at 'globalSecondaryIndexes.1.member.keySchema' " +
        "failed to satisfy constraint: Member must not be null; Value null at 'globalSecondaryIndexes.1.member.projection' " +
        'failed to satisfy constraint: Member must not be null',
    );
  });

  it('are reported with a wrong table name', () => {
    expect(refusal(() => db.CreateTable(malformed({ TableName: 'abc;' })))).toBe(
      "3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must not be null; " +
        "Value 'abc;' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
        "Value null at 'keySchema' failed to satisfy constraint: Member must not be null",
    );
  });

  it('are reported up to the tenth', () => {
    expect(create({ GlobalSecondaryIndexes: [{}, {}, {}, {}] })).toMatch(/^10 validation errors detected: /);
  });

  it.each([
    [
      'ProjectionType',
      { ProjectionType: 'SOME' },
      'projectionType',
      'enum value set: [ALL, INCLUDE, KEYS_ONLY]',
    ],
    [
      'an empty NonKeyAttributes',
      { ProjectionType: 'INCLUDE', NonKeyAttributes: [] },
      'nonKeyAttributes',
      'length greater than or equal to 1',
    ],
  ])('of an index include its %s', (_, Projection, at, rule) => {
    const message = create({ GlobalSecondaryIndexes: [{ ...INDEX, Projection }] });
    expect(message).toContain(`at 'globalSecondaryIndexes.1.member.projection.${at}' failed to satisfy`);
    expect(message).toContain(rule);
  });

  it('allow no more than 10^12 capacity units', () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 1_000_000_000_001, WriteCapacityUnits: 1 };
    expect(create({ BillingMode: 'PROVISIONED', ProvisionedThroughput })).toBe(
      'Given value 1000000000001 for ReadCapacityUnits is out of bounds',
    );
  });
});

describe('UpdateTable', () => {
  const update = (input: object) =>
    refusal(() => db.UpdateTable(malformed<UpdateTableInput>({ TableName: 'orders', ...input })));

  it('refuses a request that changes nothing before it looks for the table', () => {
    expect(update({ TableName: 'nowhere', GlobalSecondaryIndexUpdates: [] })).toMatch(
      /^At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled/,
    );
  });

  it('asks for throughput with BillingMode PROVISIONED', () => {
    expect(update({ BillingMode: 'PROVISIONED' })).toBe(
      'One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED',
    );
  });

  it('changes an index once', () => {
    const change = { Delete: { IndexName: 'by-status' } };
    expect(update({ GlobalSecondaryIndexUpdates: [change, change] })).toBe(
      'One or more parameter values were invalid: Only one global secondary index update per index is allowed ' +
        'simultaneously. Index: by-status',
    );
  });

  it('asks what to do with an index', () => {
    expect(update({ GlobalSecondaryIndexUpdates: [{}] })).toBe(
      'One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, ' +
        'GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  });

  it('asks for the name of an index', () => {
    expect(update({ GlobalSecondaryIndexUpdates: [{ Delete: {} }] })).toBe(
      "1 validation error detected: Value null at 'globalSecondaryIndexUpdates.1.member.delete.indexName' failed to " +
        'satisfy constraint: Member must not be null',
    );
  });
});

describe('the members of an item request', () => {
  const all = { ReturnConsumedCapacity: 'x', ReturnItemCollectionMetrics: 'x', ReturnValues: 'x' };
  const failing = (message: string) => [...message.matchAll(/ at '(\w+)' failed/g)].map(([, at]) => at);

  it.each([
    [
      'PutItem',
      ['returnConsumedCapacity', 'tableName', 'item', 'returnValues', 'returnItemCollectionMetrics'],
    ],
    [
      'UpdateItem',
      ['returnConsumedCapacity', 'tableName', 'returnItemCollectionMetrics', 'returnValues', 'key'],
    ],
    [
      'DeleteItem',
      ['returnConsumedCapacity', 'tableName', 'returnValues', 'returnItemCollectionMetrics', 'key'],
    ],
  ] as const)('%s reports in the order of AWS', (operation, order) => {
    expect(failing(refusal(() => db[operation](malformed(all))))).toEqual(order);
  });

  it('Scan reports in the order of AWS', () => {
    const Scan = { Select: 'x', IndexName: ';;;', TotalSegments: 0, Segment: -1, Limit: 0 };
    expect(failing(refusal(() => db.Scan(malformed(Scan))))).toEqual([
      'select',
      'indexName',
      'totalSegments',
      'tableName',
      'segment',
      'limit',
    ]);
  });

  it('DeleteItem returns old values only', () => {
    const input = { TableName: 'orders', Key: item({ id: 'o1' }), ReturnValues: 'ALL_NEW' } as const;
    expect(refusal(() => db.DeleteItem(input))).toBe('Return values set to invalid value');
  });

  it('a wrong number is found before a second type', () => {
    const Key = { id: { S: 'a', N: 'b' } } as never;
    expect(refusal(() => db.GetItem({ TableName: 'orders', Key }))).toBe(
      'The parameter cannot be converted to a numeric value: b',
    );
  });
});

describe('the tables of a batch', () => {
  const KEYS_RULE =
    'Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have ' +
    'length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]';

  it('have names that a table may have', () => {
    expect(refusal(() => db.BatchGetItem({ RequestItems: { ab: { Keys: [item({ id: 'a' })] } } }))).toContain(
      KEYS_RULE,
    );
    expect(
      refusal(() =>
        db.BatchWriteItem({ RequestItems: { ab: [{ PutRequest: { Item: item({ id: 'a' }) } }] } }),
      ),
    ).toContain(KEYS_RULE);
  });

  it('may be named by their ARN', () => {
    const arn = db.DescribeTable({ TableName: 'orders' }).Table?.TableArn ?? '';
    db.BatchWriteItem({ RequestItems: { [arn]: [{ PutRequest: { Item: item({ id: 'a' }) } }] } });
    expect(db.GetItem({ TableName: 'orders', Key: item({ id: 'a' }) }).Item).toEqual(item({ id: 'a' }));
  });

  it('are looked for after a key that stands twice is found', () => {
    const Keys = [item({ id: 'a' }), item({ id: 'a' })];
    expect(refusal(() => db.BatchGetItem({ RequestItems: { nowhere: { Keys } } }))).toBe(
      'Provided list of item keys contains duplicates',
    );
  });

  it('get requests with an item or a key', () => {
    const RequestItems = { orders: [{ PutRequest: {} }, { DeleteRequest: {} }] };
    expect(refusal(() => db.BatchWriteItem(malformed({ RequestItems })))).toBe(
      "2 validation errors detected: Value null at 'requestItems.orders.member.1.member.putRequest.item' failed to satisfy " +
        "constraint: Member must not be null; Value null at 'requestItems.orders.member.2.member.deleteRequest.key' failed " +
        'to satisfy constraint: Member must not be null',
    );
  });
});

describe('a start key', () => {
  const query = {
    TableName: 'lines',
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': { S: 'a' } },
  };

  beforeEach(() => {
    db.CreateTable(composite());
  });

  it('of a query is checked like a key', () => {
    const ExclusiveStartKey = { id: { S: 'a' }, n: { S: 'not a number' } };
    expect(refusal(() => db.Query({ ...query, ExclusiveStartKey }))).toBe(
      'The provided key element does not match the schema',
    );
  });

  it('of a scan is called invalid', () => {
    const ExclusiveStartKey = { id: { S: 'a' }, n: { S: 'not a number' } };
    expect(refusal(() => db.Scan({ TableName: 'lines', ExclusiveStartKey }))).toBe(
      'The provided starting key is invalid: The provided key element does not match the schema',
    );
  });

  it('with a set that holds a member twice is worded as any value', () => {
    const ExclusiveStartKey = { id: { SS: ['a', 'a'] } };
    expect(refusal(() => db.Query({ ...query, ExclusiveStartKey }))).toBe(
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    );
  });
});

describe('the requests on tags', () => {
  it('ask for the ARN first, for tags before they look for the table', () => {
    expect(refusal(() => db.TagResource(malformed({})))).toBe('Invalid TableArn');
    const ResourceArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/nowhere';
    expect(refusal(() => db.TagResource({ ResourceArn, Tags: [] }))).toBe(
      'Atleast one Tag needs to be provided as Input.',
    );
    expect(errorOf(() => db.UntagResource({ ResourceArn, TagKeys: ['a'] })).code).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('an update expression', () => {
  it('reads no path inside a key, of the table or of an index', () => {
    db.CreateTable({ ...SIMPLE, TableName: 'indexed', GlobalSecondaryIndexes: [INDEX] });
    const input = { TableName: 'indexed', Key: item({ id: 'a' }), UpdateExpression: 'SET note = id.part' };
    expect(refusal(() => db.UpdateItem(input))).toBe(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id",
    );
  });
});

describe('an empty key', () => {
  const EMPTY =
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an ' +
    'empty string value. Key: id';

  it('does not cancel a transaction: the request is invalid', () => {
    const Update = { TableName: 'orders', Key: item({ id: '' }), UpdateExpression: 'REMOVE note' };
    expect(refusal(() => db.TransactWriteItems({ TransactItems: [{ Update }] }))).toBe(EMPTY);
  });

  it('is not queried for', () => {
    const ExpressionAttributeValues = item({ ':id': '' });
    const input = { TableName: 'orders', KeyConditionExpression: 'id = :id', ExpressionAttributeValues };
    expect(refusal(() => db.Query(input))).toBe(EMPTY);
  });
});

describe('the members of a transaction', () => {
  it('are reported together, each by the place of its action', () => {
    const TransactItems = [{ Update: { TableName: 'orders' } }, { Put: { TableName: 'orders' } }];
    expect(refusal(() => db.TransactWriteItems(malformed({ TransactItems })))).toBe(
      "3 validation errors detected: Value null at 'transactItems.1.member.update.key' failed to satisfy constraint: " +
        "Member must not be null; Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy " +
        "constraint: Member must not be null; Value null at 'transactItems.2.member.put.item' failed to satisfy " +
        'constraint: Member must not be null',
    );
  });
});

it('attributes that no key uses are refused with all that are defined and all that are used', () => {
  const AttributeDefinitions = ['total', 'id', 'status'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  }));
  const GlobalSecondaryIndexes = [
    { ...INDEX, KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' as const }] },
  ];
  const input = { ...SIMPLE, TableName: 'new', AttributeDefinitions, GlobalSecondaryIndexes };
  expect(refusal(() => db.CreateTable(input))).toBe(
    'One or more parameter values were invalid: Some AttributeDefinitions are not used. ' +
      'AttributeDefinitions: [id, status, total], keys used: [id, status]',
  );
});
