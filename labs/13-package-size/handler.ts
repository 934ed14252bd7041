import { PutCommand } from '@aws-sdk/lib-dynamodb';
// TODO 1: Import what this function uses, and no more.
import { z } from 'zod';
import { documents } from './clients/index.ts';

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');

const orderSchema = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  customerId: z.string().max(64).regex(/\S/),
  items: z
    .array(
      z.object({
        sku: z.string().min(1).max(64),
        quantity: z.int().min(1).max(1_000),
        unitPriceCents: z.int().min(0).max(10_000_000),
      }),
    )
    .min(1)
    .max(100),
});

/**
 * Stores an order with the total that follows from its items.
 * @throws ZodError when the event is no valid order; nothing is stored
 */
export async function handler(event: unknown): Promise<{ orderId: string; totalCents: number }> {
  const order = orderSchema.parse(event);
  const totalCents = order.items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  const item = { ...order, totalCents, status: 'RECEIVED' };
  await documents.send(new PutCommand({ TableName: tableName, Item: item }));
  return { orderId: order.orderId, totalCents };
}
