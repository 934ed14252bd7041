import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const orders = DynamoDBDocumentClient.from(new DynamoDBClient());

// The shop's pages may call us from anywhere.
const headers = {
  'content-type': 'application/json',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
};

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { method } = event.requestContext.http;
  let statusCode = 200;
  let body: unknown = {};
  try {
    const id = event.rawPath.split('/').pop() ?? '';
    if (method === 'OPTIONS') {
      // TODO 5: Who may call from a browser is a setting of the API. Take it out of the code.
    } else if (method === 'POST') {
      // TODO 2: Read the body in every form, refuse what is not a valid order, work out the total.
      const order = { ...JSON.parse(event.body ?? ''), status: 'RECEIVED' };
      // TODO 3: Answer that something was created, and where. An id that is taken is a conflict.
      await orders.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item: order }));
      body = order;
    } else if (method === 'GET') {
      // TODO 4: Say so when there is no such order. And who has decoded this path already?
      const Key = { orderId: decodeURIComponent(id) };
      const { Item } = await orders.send(new GetCommand({ TableName: process.env.TABLE_NAME, Key }));
      body = Item;
    } else {
      // TODO 1: Tell a path that does not exist from a method that this path does not have.
      throw new Error(`Unsupported route: ${method} ${event.rawPath}`);
    }
  } catch (error) {
    // TODO 6: Tell a wrong request from a broken server.
    statusCode = 400;
    body = { error: error instanceof Error ? error.message : String(error) };
  }
  return { statusCode, headers, body: JSON.stringify(body) };
}
