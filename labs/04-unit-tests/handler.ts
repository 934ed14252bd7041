import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { newId, now } from './given/deps.ts';

// The code under test. It is right, and it stays as it is: your file is handler.test.ts.

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');

const orders = DynamoDBDocumentClient.from(new DynamoDBClient());

interface Item {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

class InvalidOrderError extends Error {}

/** Stores the order in the body of a request, with its total, its status, a receipt and the time. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const order = readOrder(bodyOf(event));
    const item = {
      ...order,
      totalCents: totalOf(order.items),
      status: 'RECEIVED',
      receiptId: newId(),
      receivedAt: now().toISOString(),
    };
    await orders.send(new PutCommand({ TableName: tableName, Item: item }));
    return answer(200, item);
  } catch (error) {
    if (error instanceof InvalidOrderError) {
      console.warn('order refused:', error.message);
      return answer(400, { error: error.message });
    }
    console.error('order not stored:', error);
    return answer(500, { error: 'Internal error' });
  }
}

function answer(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidOrderError('the body must be JSON');
  }
}

function readOrder(value: unknown) {
  const { orderId, customerId, items } = objectAt(value, 'order');
  return {
    orderId: textAt(orderId, 'orderId', /^[A-Za-z0-9_-]{1,64}$/),
    customerId: textAt(customerId, 'customerId', /^(?=.*\S).{1,64}$/s),
    items: itemsAt(items),
  };
}

function itemsAt(value: unknown): Item[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 100) {
    throw new InvalidOrderError('items must be a list of 1 to 100 items');
  }
  return value.map((item: unknown, index) => {
    const path = `items[${index}]`;
    const { sku, quantity, unitPriceCents } = objectAt(item, path);
    return {
      sku: textAt(sku, `${path}.sku`, /^.{1,64}$/s),
      quantity: integerAt(quantity, `${path}.quantity`, 1, 1_000),
      unitPriceCents: integerAt(unitPriceCents, `${path}.unitPriceCents`, 0, 10_000_000),
    };
  });
}

function totalOf(items: readonly Item[]): number {
  return items.reduce((cents, { quantity, unitPriceCents }) => cents + quantity * unitPriceCents, 0);
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InvalidOrderError(`${path} must be an object`);
}

function textAt(value: unknown, path: string, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new InvalidOrderError(`${path} must be a text that matches ${pattern}`);
}

function integerAt(value: unknown, path: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidOrderError(`${path} must be a whole number from ${least} to ${most}`);
}
