import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';

const table = DynamoDBDocument.from(new DynamoDBClient());
const TableName = process.env.TABLE_NAME;

const customer = z
  .string()
  .min(1)
  .max(64)
  .refine((text) => text.trim() !== '', 'must not be blank');

const orderSchema = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  customerId: customer,
  items: z
    .array(
      z.object({
        sku: z.string().min(1).max(64),
        quantity: z.number().int().min(1).max(1000),
        unitPriceCents: z.number().int().min(0).max(10_000_000),
      }),
    )
    .min(1)
    .max(100),
});

const listSchema = z.object({
  customerId: customer,
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(50),
});

class HttpError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The method and the shape of a path decide; the shape has `:id` where the id was. */
const routes: Record<
  string,
  Record<string, (event: APIGatewayProxyEventV2, id: string) => Promise<Reply>>
> = {
  '/api/orders': { POST: create, GET: list },
  '/api/orders/:id': { GET: read },
};

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const reply = await dispatch(event).catch((error: unknown): Reply => {
    if (error instanceof HttpError) {
      return { status: error.status, body: { error: error.message }, headers: error.headers };
    }
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    console.error(error);
    return { status: 500, body: { error: 'Internal error' } };
  });
  return {
    statusCode: reply.status,
    headers: { 'content-type': 'application/json', ...reply.headers },
    ...(reply.cookies && { cookies: reply.cookies }),
    body: JSON.stringify(reply.body),
  };
}

async function dispatch(event: APIGatewayProxyEventV2): Promise<Reply> {
  const path = event.requestContext.http.path;
  const shape = path.replace(/^(\/api\/orders\/)[^/]+$/, '$1:id');
  const methods = routes[shape];
  if (!methods) throw new HttpError(404, 'no such path');
  const route = methods[event.requestContext.http.method];
  if (!route) throw new HttpError(405, 'no such method', { allow: Object.keys(methods).join(', ') });
  return route(event, path.slice('/api/orders/'.length));
}

async function create({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Promise<Reply> {
  let input: unknown;
  try {
    input = JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body must be JSON');
  }
  const order = orderSchema.parse(input);
  const totalCents = order.items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  const Item = { ...order, totalCents, status: 'RECEIVED', createdAt: new Date().toISOString() };
  try {
    await table.put({ TableName, Item, ConditionExpression: 'attribute_not_exists(orderId)' });
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
      throw new HttpError(409, 'this orderId is taken');
    }
    throw error;
  }
  return {
    status: 201,
    body: Item,
    headers: { location: `/api/orders/${order.orderId}` },
    cookies: [`customer=${encodeURIComponent(order.customerId)}`],
  };
}

async function read(_event: APIGatewayProxyEventV2, orderId: string): Promise<Reply> {
  const { Item } = await table.get({ TableName, Key: { orderId } });
  if (!Item) throw new HttpError(404, 'no such order');
  return { status: 200, body: Item };
}

async function list({ queryStringParameters, cookies = [] }: APIGatewayProxyEventV2): Promise<Reply> {
  const cookie = new Map(cookies.map((text) => text.split('=', 2) as [string, string])).get('customer');
  const { customerId, limit } = listSchema.parse({
    ...(cookie !== undefined && { customerId: decodeURIComponent(cookie) }),
    ...queryStringParameters,
  });
  const orders: unknown[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  while (orders.length < limit) {
    const { Items = [], LastEvaluatedKey } = await table.query({
      TableName,
      IndexName: process.env.INDEX_NAME ?? 'by-customer-and-order',
      KeyConditionExpression: '#c = :c',
      ExpressionAttributeNames: { '#c': 'customerId' },
      ExpressionAttributeValues: { ':c': customerId },
      Limit: limit - orders.length,
      ExclusiveStartKey,
    });
    orders.push(...Items);
    if (!LastEvaluatedKey) break;
    ExclusiveStartKey = LastEvaluatedKey;
  }
  return { status: 200, body: { orders } };
}
