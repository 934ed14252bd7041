import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errors, HttpError, jsonOut } from './middleware.ts';
import { parse } from './parse.ts';

const logger = new Logger({ serviceName: 'orders' });
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
const TableName = process.env.TABLE_NAME;

type Answer = APIGatewayProxyStructuredResultV2 & { json?: unknown };

async function main(event: APIGatewayProxyEventV2): Promise<Answer> {
  const { method } = event.requestContext.http;
  if (event.rawPath === '/api/orders') {
    if (method === 'POST') return create(event);
    if (method === 'GET') return list(event);
    throw new HttpError(405, 'Method not allowed', { allow: 'POST, GET' });
  }
  const match = event.rawPath.match(/^\/api\/orders\/([^/]+)$/);
  if (!match) throw new HttpError(404, 'Not found');
  if (method !== 'GET') throw new HttpError(405, 'Method not allowed', { allow: 'GET' });
  return get(match[1] as string);
}

async function create(event: APIGatewayProxyEventV2): Promise<Answer> {
  const order = parse(event);
  try {
    // "status" and "items" are reserved words.
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { orderId: order.orderId },
        UpdateExpression: 'SET customerId = :c, #i = :i, totalCents = :t, #s = :s',
        ConditionExpression: 'attribute_not_exists(customerId)',
        ExpressionAttributeNames: { '#i': 'items', '#s': 'status' },
        ExpressionAttributeValues: {
          ':c': order.customerId,
          ':i': order.items,
          ':t': order.totalCents,
          ':s': 'RECEIVED',
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return {
      statusCode: 201,
      headers: { location: `/api/orders/${order.orderId}` },
      cookies: [
        `customer=${encodeURIComponent(order.customerId)}; Path=/api; HttpOnly; Secure; SameSite=Lax; Max-Age=86400`,
      ],
      json: Attributes,
    };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      throw new HttpError(409, `Order ${order.orderId} exists`);
    throw error;
  }
}

async function get(orderId: string): Promise<Answer> {
  if (!/^[\w-]{1,64}$/.test(orderId)) throw new HttpError(400, 'This is no order id');
  const { Item } = await client.send(new GetCommand({ TableName, Key: { orderId } }));
  if (!Item) throw new HttpError(404, `There is no order ${orderId}`);
  return { statusCode: 200, json: Item };
}

async function list(event: APIGatewayProxyEventV2): Promise<Answer> {
  const query = event.queryStringParameters ?? {};
  const cookie = event.cookies?.map((c) => c.split('=')).find(([name]) => name === 'customer')?.[1];
  const customerId = query.customerId ?? (cookie === undefined ? undefined : safely(cookie));
  if (customerId === undefined || customerId.trim() === '' || customerId.length > 64)
    throw new HttpError(400, 'customerId?');
  const limit = query.limit ?? '50';
  if (!/^([1-9]\d?|100)$/.test(limit)) throw new HttpError(400, 'limit: 1 to 100');
  const orders: unknown[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'customers',
        KeyConditionExpression: 'customerId = :c',
        ExpressionAttributeValues: { ':c': customerId },
        Limit: Number(limit) - orders.length,
        ExclusiveStartKey,
      }),
    );
    orders.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && orders.length < Number(limit));
  return { statusCode: 200, json: { orders } };
}

function safely(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(injectLambdaContext(logger))
  .use(errors(logger))
  .use(jsonOut())
  .handler(main);
