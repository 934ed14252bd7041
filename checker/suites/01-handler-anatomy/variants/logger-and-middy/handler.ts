import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';

const TableName = requiredVariable('TABLE_NAME');
const logger = new Logger({ serviceName: 'orders' });
const table = DynamoDBDocument.from(new DynamoDBClient({}));

class BadRequest extends Error {}

const withErrors = (): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  Context
> => ({
  onError: (request) => {
    const { error } = request;
    if (error instanceof BadRequest) {
      logger.warn('order refused', { reason: error.message });
      request.response = reply(400, { error: error.message });
    } else {
      logger.error('order not stored', error as Error);
      request.response = reply(500, { error: 'Internal error' });
    }
  },
});

export const handler = middy(
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const raw = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
    const order = validate(parse(raw));
    logger.info('order accepted', { orderId: order.orderId });
    const Item = { status: 'RECEIVED', ...order };
    await table.put({ TableName, Item });
    return reply(200, Item);
  },
)
  .use(injectLambdaContext(logger))
  .use(withErrors());

function parse(raw: string | undefined): unknown {
  if (raw === undefined || raw === '') throw new BadRequest('a body is required');
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new BadRequest('body is not JSON', { cause });
  }
}

function validate(input: unknown) {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    throw new BadRequest('body is not an object');
  const o = input as Record<string, unknown>;
  if (typeof o.orderId !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(o.orderId))
    throw new BadRequest('orderId is invalid');
  if (typeof o.customerId !== 'string' || o.customerId.length > 64 || o.customerId.trim() === '')
    throw new BadRequest('customerId is invalid');
  if (!Array.isArray(o.items) || o.items.length === 0 || o.items.length > 100)
    throw new BadRequest('items is invalid');
  const items = [];
  let totalCents = 0;
  for (const [i, entry] of o.items.entries()) {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry))
      throw new BadRequest(`items[${i}] is no object`);
    const { sku, quantity, unitPriceCents } = entry;
    if (typeof sku !== 'string' || sku.length < 1 || sku.length > 64)
      throw new BadRequest(`items[${i}].sku is invalid`);
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 1000)
      throw new BadRequest(`items[${i}].quantity is invalid`);
    if (!Number.isInteger(unitPriceCents) || unitPriceCents < 0 || unitPriceCents > 10_000_000)
      throw new BadRequest(`items[${i}].unitPriceCents is invalid`);
    items.push({ sku, quantity, unitPriceCents });
    totalCents += quantity * unitPriceCents;
  }
  return { totalCents, items, customerId: o.customerId, orderId: o.orderId };
}

function reply(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body, null, 2),
  };
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`missing ${name}`);
  return value;
}
