// Wrong on purpose: tests/site/traps-04.test.ts shows what it does.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

// region untestable
const client = new DynamoDBClient({});
// Read when a test imports the file, which is before the test can set it.
const tableName = process.env.TABLE_NAME as string;

export async function handler(order: { orderId: string }) {
  await client.send(new PutItemCommand({ TableName: tableName, Item: { orderId: { S: order.orderId } } }));
  return { statusCode: 200 };
}
// endregion
