import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Order, problemOf } from './rules.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.TABLE_NAME;

type Result = APIGatewayProxyStructuredResultV2;

const reply = (statusCode: number, body: object, extra: Partial<Result> = {}): Result => ({
  statusCode,
  body: JSON.stringify(body),
  isBase64Encoded: false,
  ...extra,
  headers: { 'content-type': 'application/json', ...extra.headers },
});

export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  const [, api, collection, id, ...more] = event.rawPath.split('/');
  const { method } = event.requestContext.http;
  try {
    if (api !== 'api' || collection !== 'orders' || more.length > 0)
      return reply(404, { error: 'unknown path' });
    if (id !== undefined) {
      return method === 'GET'
        ? await findOrder(id)
        : reply(405, { error: `${method} is not possible here` }, { headers: { allow: 'GET' } });
    }
    if (method === 'POST') return await placeOrder(event);
    if (method === 'GET') return await ordersOf(event);
    return reply(405, { error: `${method} is not possible here` }, { headers: { allow: 'GET,POST' } });
  } catch (error) {
    console.error(error);
    return reply(500, { error: 'Internal error' });
  }
}

async function placeOrder(event: APIGatewayProxyEventV2): Promise<Result> {
  const body = event.isBase64Encoded ? atobUtf8(event.body) : event.body;
  let given: Order;
  try {
    given = JSON.parse(body ?? '');
  } catch {
    return reply(400, { error: 'not JSON' });
  }
  const problem = problemOf(given);
  if (problem) return reply(400, { error: problem });
  const { orderId, customerId, items } = given;
  const order = {
    customerId,
    items,
    totalCents: items
      .map(({ quantity, unitPriceCents }) => quantity * unitPriceCents)
      .reduce((a, b) => a + b),
    status: 'RECEIVED',
  };
  const names = Object.keys(order);
  try {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { orderId },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_not_exists(orderId)',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(order).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
      return reply(409, { error: `order ${orderId} is there already` });
    }
    throw error;
  }
  return reply(
    201,
    { orderId, ...order },
    {
      headers: {
        location: `/api/orders/${orderId}`,
        'set-cookie': `customer=${encodeURIComponent(customerId)}; Path=/; Secure; HttpOnly`,
      },
    },
  );
}

const atobUtf8 = (text = '') => new TextDecoder().decode(Buffer.from(text, 'base64'));

async function findOrder(orderId: string): Promise<Result> {
  if (orderId === '') return reply(404, { error: 'unknown path' });
  const { Item } = await client.send(new GetCommand({ TableName, Key: { orderId } }));
  return Item ? reply(200, Item) : reply(404, { error: 'unknown order' });
}

async function ordersOf({ queryStringParameters: query = {}, cookies = [] }: APIGatewayProxyEventV2) {
  const cookie = cookies.find((text) => /^customer=/.test(text))?.replace(/^customer=/, '');
  const customerId = query.customerId || decodeURIComponent(cookie ?? '');
  const limit = Number(query.limit ?? 50);
  if (customerId === '' || !Number.isInteger(limit) || limit < 1 || limit > 100) {
    return reply(400, { error: 'customerId and a limit from 1 to 100 are needed' });
  }
  const orders: unknown[] = [];
  let next: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'CustomerIndex',
        KeyConditionExpression: 'customerId = :customerId',
        ExpressionAttributeValues: { ':customerId': customerId },
        Limit: limit,
        ExclusiveStartKey: next,
      }),
    );
    orders.push(...Items);
    next = LastEvaluatedKey;
  } while (next && orders.length < limit);
  return reply(200, { orders: orders.slice(0, limit) });
}
