import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type {
  APIGatewayProxyEventV2 as Event,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';

const db = new DynamoDBClient({});
const TableName = process.env.TABLE_NAME;

class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const isObject = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);
const int = (v: unknown, min: number, max: number): v is number =>
  typeof v === 'number' && Number.isInteger(v) && v >= min && v <= max;
const str = (v: unknown, max = 64): v is string => typeof v === 'string' && v.length >= 1 && v.length <= max;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

function must(ok: unknown, field: string): asserts ok {
  if (!ok) throw new Refusal(400, `${field} is not valid`);
}

function parse(event: Event) {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : event.body;
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
  must(isObject(value), 'body');
  const { orderId, customerId, items } = value;
  must(typeof orderId === 'string' && ID.test(orderId), 'orderId');
  must(str(customerId) && customerId.trim() !== '', 'customerId');
  must(Array.isArray(items) && items.length >= 1 && items.length <= 100, 'items');
  const clean = items.map((item: unknown, i) => {
    must(isObject(item), `items[${i}]`);
    const { sku, quantity, unitPriceCents } = item;
    must(str(sku), `items[${i}].sku`);
    must(int(quantity, 1, 1000), `items[${i}].quantity`);
    must(int(unitPriceCents, 0, 10_000_000), `items[${i}].unitPriceCents`);
    return { sku, quantity, unitPriceCents };
  });
  const totalCents = clean.reduce((sum, i) => sum + i.quantity * i.unitPriceCents, 0);
  return { orderId, customerId, items: clean, totalCents, status: 'RECEIVED' };
}

async function create(event: Event): Promise<Result> {
  const order = parse(event);
  try {
    await db.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: marshall(order), ConditionExpression: 'attribute_not_exists(orderId)' } },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') throw error;
    const { CancellationReasons = [] } = error as Error & { CancellationReasons?: { Code?: string }[] };
    // Somebody else is writing it at this moment, or has.
    if (
      !CancellationReasons.some(
        ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
      )
    )
      throw error;
    throw new Refusal(409, `${order.orderId} exists`);
  }
  return {
    statusCode: 201,
    headers: { location: `/api/orders/${order.orderId}` },
    cookies: [`customer=${encodeURIComponent(order.customerId)}; Path=/; Secure; HttpOnly; SameSite=Lax`],
    body: JSON.stringify(order),
  };
}

async function read(orderId: string): Promise<Result> {
  const { Item } = ID.test(orderId)
    ? await db.send(new GetItemCommand({ TableName, Key: { orderId: { S: orderId } }, ConsistentRead: true }))
    : { Item: undefined };
  if (!Item) throw new Refusal(404, 'no such order');
  return { statusCode: 200, body: JSON.stringify(unmarshall(Item)) };
}

async function list(event: Event): Promise<Result> {
  const query = new URLSearchParams(event.rawQueryString);
  const cookie = event.cookies?.map((c) => c.split('=')).find(([name]) => name === 'customer')?.[1];
  const customerId = query.get('customerId') ?? (cookie === undefined ? null : decodeURIComponent(cookie));
  if (!customerId) throw new Refusal(400, 'customerId is missing');
  const wanted = query.get('limit') ?? '50';
  const limit = /^[0-9]+$/.test(wanted) ? Number(wanted) : 0;
  if (limit < 1 || limit > 100) throw new Refusal(400, 'limit must be 1 to 100');
  const orders: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName,
        IndexName: 'customer',
        KeyConditionExpression: '#c = :c',
        ExpressionAttributeNames: { '#c': 'customerId' },
        ExpressionAttributeValues: { ':c': { S: customerId } },
        Limit: limit - orders.length,
        ExclusiveStartKey,
      }),
    );
    orders.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && orders.length < limit);
  return { statusCode: 200, body: JSON.stringify({ orders }) };
}

type Route = (event: Event, id: string) => Promise<Result>;
const routes: [RegExp, Record<string, Route>][] = [
  [/^\/api\/orders\/?$/, { POST: create, GET: list }],
  [/^\/api\/orders\/([^/]+)$/, { GET: (_event, id) => read(id) }],
];

async function route(event: Event): Promise<Result> {
  for (const [path, methods] of routes) {
    const match = path.exec(event.rawPath);
    if (!match) continue;
    const run = methods[event.requestContext.http.method];
    if (!run) throw new Refusal(405, 'method not allowed', { Allow: Object.keys(methods).join(', ') });
    return run(event, match[1] ?? '');
  }
  throw new Refusal(404, 'no such path');
}

export async function handler(event: Event): Promise<Result> {
  const type = { 'Content-Type': 'application/json; charset=utf-8' };
  try {
    const result = await route(event);
    return { ...result, headers: { ...type, ...result.headers } };
  } catch (error) {
    if (error instanceof Refusal) {
      return {
        statusCode: error.status,
        headers: { ...type, ...error.headers },
        body: JSON.stringify({ error: error.message }),
      };
    }
    console.error(error);
    return { statusCode: 500, headers: type, body: JSON.stringify({ error: 'Internal error' }) };
  }
}
