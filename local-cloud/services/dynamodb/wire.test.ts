import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialStore } from '../../iam/credentials.ts';
import { type Listener, listenOnLoopback } from '../../listen.ts';
import { createAccountServer } from '../../server.ts';
import { composite, item, SIMPLE, testDynamoDb } from './testing.ts';

let db: ReturnType<typeof testDynamoDb>;
let listener: Listener;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

beforeEach(async () => {
  db = testDynamoDb();
  const services = { dynamodb: { ...db.service.operations } } as unknown as Parameters<
    typeof createAccountServer
  >[0]['services'];
  const credentials = createCredentialStore(db.cloud);
  listener = await listenOnLoopback(() => createAccountServer({ cloud: db.cloud, credentials, services }), 0);
  client = new DynamoDBClient({
    endpoint: listener.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  documents = DynamoDBDocumentClient.from(client);
  await client.send(new CreateTableCommand(SIMPLE));
  await client.send(new CreateTableCommand(composite()));
});

afterEach(async () => {
  client.destroy();
  await listener.close();
  db[Symbol.dispose]();
});

describe('the SDK clients', () => {
  it('write and read a document of every type', async () => {
    const order = {
      id: 'o1',
      totalCents: 2500,
      paid: true,
      note: null,
      items: [{ sku: 'A', quantity: 2 }],
      tags: new Set(['new', 'vip']),
      photo: Uint8Array.from([0, 255]),
    };
    await documents.send(new PutCommand({ TableName: 'orders', Item: order }));
    const { Item } = await documents.send(new GetCommand({ TableName: 'orders', Key: { id: 'o1' } }));
    expect(Item).toEqual(order);
  });

  it('update and query', async () => {
    for (const n of [3, 1, 2]) {
      await documents.send(
        new UpdateCommand({
          TableName: 'lines',
          Key: { id: 'o1', n },
          UpdateExpression: 'ADD quantity :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    }
    const { Items, Count } = await documents.send(
      new QueryCommand({
        TableName: 'lines',
        KeyConditionExpression: 'id = :id AND n < :n',
        ExpressionAttributeValues: { ':id': 'o1', ':n': 3 },
      }),
    );
    expect([Count, Items]).toEqual([
      2,
      [
        { id: 'o1', n: 1, quantity: 1 },
        { id: 'o1', n: 2, quantity: 1 },
      ],
    ]);
  });

  it('get a failed condition as its error, with the item', async () => {
    const put = () =>
      client.send(
        new PutItemCommand({
          TableName: 'orders',
          Item: item({ id: 'o1' }),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    await put();
    await expect(put()).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: item({ id: 'o1' }),
    });
  });
});
