import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('TABLE_NAME is not set');

const orders = DynamoDBDocumentClient.from(new DynamoDBClient());

const orderSchema = z.object({
  orderId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  customerId: z.string().check(z.maxLength(64), z.regex(/\S/)),
  items: z
    .array(
      z.object({
        sku: z.string().check(z.minLength(1), z.maxLength(64)),
        quantity: z.int().check(z.minimum(1), z.maximum(1_000)),
        unitPriceCents: z.int().check(z.minimum(0), z.maximum(10_000_000)),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
});

export async function handler(event: unknown): Promise<{ orderId: string; totalCents: number }> {
  const order = orderSchema.parse(event);
  const totalCents = order.items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  await orders.send(
    new PutCommand({ TableName: tableName, Item: { ...order, totalCents, status: 'RECEIVED' } }),
  );
  return { orderId: order.orderId, totalCents };
}
