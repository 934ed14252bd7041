import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';

const client = new DynamoDBClient({});

const respond = (statusCode: number, body: unknown, headers: Record<string, string> = {}) => ({
  statusCode,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

type Item = Record<string, AttributeValue>;

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> => {
  const parts = (event.pathParameters?.proxy ?? '').split('/');
  const method = event.requestContext.http.method;
  try {
    if (parts[0] !== 'orders' || parts.length > 2) return respond(404, { error: 'Not found' });
    if (parts.length === 1) {
      switch (method) {
        case 'POST':
          return await create(event);
        case 'GET':
          return await list(event);
        default:
          return respond(405, { error: 'Method not allowed' }, { Allow: 'POST, GET' });
      }
    }
    if (method !== 'GET') return respond(405, { error: 'Method not allowed' }, { Allow: 'GET' });
    return await read(parts[1] ?? '');
  } catch (error) {
    console.error(error);
    return respond(500, { error: 'Internal error' });
  }
};

async function create(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
  const order = orderFrom(text);
  if (typeof order === 'string') return respond(400, { error: order });
  const put = new PutItemCommand({
    TableName: process.env.TABLE_NAME,
    ConditionExpression: 'attribute_not_exists(#id)',
    ExpressionAttributeNames: { '#id': 'orderId' },
    Item: {
      orderId: { S: order.orderId },
      customerId: { S: order.customerId },
      totalCents: { N: String(order.totalCents) },
      status: { S: 'NEW' },
      items: {
        L: order.items.map(({ sku, quantity, unitPriceCents }) => ({
          M: { sku: { S: sku }, quantity: { N: `${quantity}` }, unitPriceCents: { N: `${unitPriceCents}` } },
        })),
      },
    },
  });
  try {
    await client.send(put);
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') {
      return respond(409, { error: `Order ${order.orderId} exists` });
    }
    throw error;
  }
  return {
    ...respond(201, order, { Location: `/api/orders/${order.orderId}` }),
    cookies: [`customer=${Buffer.from(order.customerId).toString('base64url')}; Path=/api; HttpOnly`],
  };
}

async function read(orderId: string): Promise<APIGatewayProxyResultV2> {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(orderId)) return respond(400, { error: 'This is no order id' });
  const { Item } = await client.send(
    new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: { orderId: { S: orderId } } }),
  );
  return Item ? respond(200, plain(Item)) : respond(404, { error: `No order ${orderId}` });
}

async function list(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const { customerId: asked, limit: given } = event.queryStringParameters ?? {};
  const cookie = event.cookies?.map((text) => text.split('=')).find(([name]) => name === 'customer')?.[1];
  const customerId = asked ?? (cookie && Buffer.from(cookie, 'base64url').toString());
  const limit = given === undefined ? 50 : Number(given);
  if (!customerId) return respond(400, { error: 'customerId is missing' });
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return respond(400, { error: 'limit is 1 to 100' });
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: process.env.TABLE_NAME,
        IndexName: 'customers',
        KeyConditionExpression: 'customerId = :c',
        ExpressionAttributeValues: { ':c': { S: customerId } },
        Limit: limit - items.length,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && items.length < limit);
  return respond(200, { orders: items.map(plain) });
}

function plain({ orderId, customerId, items, totalCents, status }: Item) {
  return {
    orderId: orderId?.S,
    customerId: customerId?.S,
    items: items?.L?.map(({ M }) => ({
      sku: M?.sku?.S,
      quantity: Number(M?.quantity?.N),
      unitPriceCents: Number(M?.unitPriceCents?.N),
    })),
    totalCents: Number(totalCents?.N),
    status: status?.S,
  };
}

interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}

/** The order, or what is wrong with it. */
function orderFrom(text: string | undefined): Order | string {
  let body: Partial<Order> | null;
  try {
    body = JSON.parse(text ?? '');
  } catch {
    return 'The body is no JSON';
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'The body is no object';
  const { orderId, customerId, items } = body;
  if (typeof orderId !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(orderId)) return 'orderId is not valid';
  if (typeof customerId !== 'string' || customerId.trim() === '' || customerId.length > 64) {
    return 'customerId is not valid';
  }
  if (!Array.isArray(items) || items.length < 1 || items.length > 100) return 'items is not valid';
  const between = (value: unknown, from: number, to: number) =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  const wrong = items.findIndex(
    (item: Partial<Order['items'][0]> | null) =>
      typeof item?.sku !== 'string' ||
      item.sku.length < 1 ||
      item.sku.length > 64 ||
      !between(item.quantity, 1, 1000) ||
      !between(item.unitPriceCents, 0, 10_000_000),
  );
  if (wrong >= 0) return `items[${wrong}] is not valid`;
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  return { orderId, customerId, items, totalCents };
}
