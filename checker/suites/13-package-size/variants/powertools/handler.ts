import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { array, int, maximum, maxLength, minimum, minLength, object, regex, string } from 'zod/mini';

const logger = new Logger({ serviceName: 'orders' });
const orders = DynamoDBDocumentClient.from(new DynamoDBClient());

const text = string().check(minLength(1), maxLength(64));
const item = object({
  sku: text,
  quantity: int().check(minimum(1), maximum(1_000)),
  unitPriceCents: int().check(minimum(0), maximum(10_000_000)),
});
const orderSchema = object({
  orderId: string().check(regex(/^[A-Za-z0-9_-]{1,64}$/)),
  customerId: string().check(maxLength(64), regex(/\S/)),
  items: array(item).check(minLength(1), maxLength(100)),
});

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown) => {
    const order = orderSchema.parse(event);
    const totalCents = order.items.reduce(
      (sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents,
      0,
    );
    await orders.send(
      new PutCommand({
        TableName: process.env.TABLE_NAME,
        Item: { ...order, totalCents, status: 'RECEIVED' },
      }),
    );
    logger.info('order stored', { orderId: order.orderId });
    return { orderId: order.orderId, totalCents };
  });
