import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { total, validate } from './order.ts';

if (!process.env.TABLE_NAME) throw new Error('set TABLE_NAME');
const db = new DynamoDBClient();

export async function handler(event: unknown) {
  const order = validate(event);
  const totalCents = total(order);
  await db.send(
    new PutItemCommand({
      TableName: process.env.TABLE_NAME,
      Item: {
        orderId: { S: order.orderId },
        customerId: { S: order.customerId },
        status: { S: 'RECEIVED' },
        totalCents: { N: String(totalCents) },
        items: {
          L: order.items.map((i) => ({
            M: {
              sku: { S: i.sku },
              quantity: { N: `${i.quantity}` },
              unitPriceCents: { N: `${i.unitPriceCents}` },
            },
          })),
        },
      },
    }),
  );
  return { totalCents, orderId: order.orderId };
}
