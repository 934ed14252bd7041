import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

// Region, credentials and AWS_ENDPOINT_URL come from the environment: this file runs against AWS, too.
const client = new DynamoDBClient();
const records = DynamoDBDocumentClient.from(client);
const TableName = `five-writers-${process.pid}`;

await client.send(
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }),
);
await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });

// region race
const writers = [1, 2, 3, 4, 5];
const Key = { id: 'order-1001' };

// The worst moment, made on purpose: all five read before one of them writes.
const reads = await Promise.all(writers.map(() => records.send(new GetCommand({ TableName, Key }))));
console.log(`get, then put: ${reads.filter(({ Item }) => !Item).length} of 5 find nothing and charge`);

const claims = await Promise.allSettled(
  writers.map((writer) =>
    records.send(
      new PutCommand({
        TableName,
        Item: { ...Key, writer },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    ),
  ),
);
console.log(
  `conditional put: ${claims.filter(({ status }) => status === 'fulfilled').length} of 5 may charge`,
);
// endregion

await client.send(new DeleteTableCommand({ TableName }));
