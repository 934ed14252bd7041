import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as deps from './given/deps.ts';

// As right as the given handler. Only what the contract leaves free is different: words, the order of keys in JSON,
// the order of the steps, the log.

const table = tableFrom(process.env);
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3 }), {
  marshallOptions: { removeUndefinedValues: true },
});

function tableFrom({ TABLE_NAME }: NodeJS.ProcessEnv): string {
  if (TABLE_NAME) return TABLE_NAME;
  throw new Error('Set TABLE_NAME to the name of the orders table.');
}

type Fields = Record<string, unknown>;

interface Line {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

/** What the client has to change. */
class Refusal extends Error {
  readonly path: string;

  constructor(path: string, rule: string) {
    super(`Please check ${path}: ${rule}.`);
    this.path = path;
  }
}

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const receivedAt = deps.now().toISOString();
  let stored: Fields;
  try {
    stored = { status: 'RECEIVED', receiptId: deps.newId(), receivedAt, ...readOrder(parse(event)) };
  } catch (error) {
    if (!(error instanceof Refusal)) return internalError(error);
    console.warn(JSON.stringify({ message: 'refused', path: error.path }));
    return json(400, { error: error.message });
  }
  try {
    await client.send(new PutCommand({ Item: stored, TableName: table }));
  } catch (error) {
    return internalError(error);
  }
  return json(200, stored);
}

function json(statusCode: number, content: Fields): APIGatewayProxyStructuredResultV2 {
  return { body: JSON.stringify(content), headers: { 'content-type': 'application/json' }, statusCode };
}

function internalError(cause: unknown): APIGatewayProxyStructuredResultV2 {
  console.error('request failed', cause);
  return json(500, { error: 'Internal error' });
}

function parse(event: APIGatewayProxyEventV2): unknown {
  if (!event.body) throw new Refusal('body', 'there is none');
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('body', 'it is no JSON');
  }
}

function readOrder(value: unknown): Fields {
  const fields = fieldsOf(value, 'order');
  const orderId = text(fields.orderId, 'orderId');
  if (!/^[\w-]+$/.test(orderId)) throw new Refusal('orderId', 'letters, digits, _ and - only');
  const customerId = text(fields.customerId, 'customerId');
  if (customerId.trim() === '') throw new Refusal('customerId', 'not blank');
  if (!Array.isArray(fields.items) || fields.items.length === 0 || fields.items.length > 100) {
    throw new Refusal('items', '1 to 100 of them');
  }
  let totalCents = 0;
  const items = fields.items.map((entry, index): Line => {
    const at = `items[${index}]`;
    const line = fieldsOf(entry, at);
    const sku = text(line.sku, `${at}.sku`);
    const quantity = whole(line.quantity, `${at}.quantity`, 1, 1_000);
    const unitPriceCents = whole(line.unitPriceCents, `${at}.unitPriceCents`, 0, 10_000_000);
    totalCents += quantity * unitPriceCents;
    return { unitPriceCents, quantity, sku };
  });
  return { totalCents, items, customerId, orderId };
}

function fieldsOf(value: unknown, path: string): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Refusal(path, 'an object is expected');
  }
  return value as Fields;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 64) {
    throw new Refusal(path, 'a text of 1 to 64 characters is expected');
  }
  return value;
}

function whole(value: unknown, path: string, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
    throw new Refusal(path, `a whole number from ${least} to ${most} is expected`);
  }
  return Number(value);
}
