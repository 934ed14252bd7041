import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2 } from 'aws-lambda';
import { z } from 'zod';

const { TABLE_NAME } = z.object({ TABLE_NAME: z.string().min(1) }).parse(process.env);

const documents = DynamoDBDocument.from(new DynamoDBClient(), {
  marshallOptions: { removeUndefinedValues: true },
});

const orderSchema = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  customerId: z.string().min(1).max(64).regex(/\S/),
  items: z
    .array(
      z.object({
        sku: z.string().min(1).max(64),
        quantity: z.int().min(1).max(1000),
        unitPriceCents: z.int().min(0).max(10_000_000),
      }),
    )
    .min(1)
    .max(100),
});

export const handler: APIGatewayProxyHandlerV2 = async (event, { awsRequestId }) => {
  const log = (level: string, message: string, more: object = {}) =>
    console.log(JSON.stringify({ level, message, requestId: awsRequestId, ...more }));
  const parsed = orderSchema.safeParse(jsonOf(event));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = z.core.toDotPath(issue?.path ?? []) || 'body';
    log('warn', 'refused', { path });
    return json(400, { error: `${path}: ${issue?.message}` });
  }
  try {
    const totalCents = parsed.data.items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
    const order = { ...parsed.data, totalCents, status: 'RECEIVED', coupon: undefined };
    await documents.put({ TableName: TABLE_NAME, Item: order });
    return json(200, order);
  } catch (error) {
    const { name, message, stack } = error as Error;
    log('error', 'failed', { error: { name, message, stack } });
    return json(500, { error: 'Internal error' });
  }
};

/** Undefined, which no schema accepts, when the body is no JSON. */
function jsonOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  } catch {
    return undefined;
  }
}

const json = (statusCode: number, body: object) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
