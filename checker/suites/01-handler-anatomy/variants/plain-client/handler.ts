import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';

const TableName = process.env.TABLE_NAME;
if (TableName === undefined || TableName === '') throw new Error('TABLE_NAME is missing');

const dynamodb = new DynamoDBClient({});

class BadRequest extends Error {}

export const handler = async (
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyResultV2> => {
  try {
    const order = toOrder(parse(event));
    await dynamodb.send(new PutItemCommand({ TableName, Item: toItem(order) }));
    return reply(200, order);
  } catch (error) {
    if (error instanceof BadRequest) {
      console.warn({ requestId: context.awsRequestId, refused: error.message });
      return reply(400, { error: error.message });
    }
    console.error(error);
    return reply(500, { error: 'Internal error' });
  }
};

type StoredOrder = ReturnType<typeof toOrder>;

function reply(statusCode: number, body: unknown) {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

function parse(event: APIGatewayProxyEventV2): unknown {
  if (event.body === undefined) throw new BadRequest('a body is required');
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadRequest('the body is not JSON', { cause });
  }
}

function toOrder(input: unknown) {
  const body = record(input, 'body');
  const orderId = string(body.orderId, 'orderId', 64);
  if (/[^\w-]/.test(orderId)) throw new BadRequest('orderId: only letters, digits, _ and -');
  const customerId = string(body.customerId, 'customerId', 64);
  if (customerId.trim() === '') throw new BadRequest('customerId is blank');
  if (!Array.isArray(body.items)) throw new BadRequest('items is not a list');
  if (body.items.length < 1 || body.items.length > 100)
    throw new BadRequest('items has not 1 to 100 members');
  const items = body.items.map((value: unknown, i) => {
    const item = record(value, `items[${i}]`);
    return {
      sku: string(item.sku, `items[${i}].sku`, 64),
      quantity: integer(item.quantity, `items[${i}].quantity`, 1, 1000),
      unitPriceCents: integer(item.unitPriceCents, `items[${i}].unitPriceCents`, 0, 10_000_000),
    };
  });
  let totalCents = 0;
  for (const { quantity, unitPriceCents } of items) totalCents += quantity * unitPriceCents;
  return { orderId, customerId, items, totalCents, status: 'RECEIVED' };
}

function toItem({
  orderId,
  customerId,
  items,
  totalCents,
  status,
}: StoredOrder): Record<string, AttributeValue> {
  return {
    orderId: { S: orderId },
    customerId: { S: customerId },
    items: {
      L: items.map(({ sku, quantity, unitPriceCents }) => ({
        M: { sku: { S: sku }, quantity: { N: `${quantity}` }, unitPriceCents: { N: `${unitPriceCents}` } },
      })),
    },
    totalCents: { N: `${totalCents}` },
    status: { S: status },
  };
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new BadRequest(`${path} is not an object`);
  return value as Record<string, unknown>;
}

function string(value: unknown, path: string, longest: number): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > longest)
    throw new BadRequest(`${path} is not a text of 1 to ${longest} characters`);
  return value;
}

function integer(value: unknown, path: string, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
    throw new BadRequest(`${path} is not a whole number from ${min} to ${max}`);
  return value as number;
}
