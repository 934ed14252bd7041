// Built beforehand, by whatever builds things here. The SDK comes from the runtime.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient();

const isText = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 64;
const isInteger = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;

export async function handler(event) {
  const { orderId, customerId, items } = event ?? {};
  const valid =
    isText(orderId) &&
    /^[A-Za-z0-9_-]+$/.test(orderId) &&
    isText(customerId) &&
    customerId.trim() !== '' &&
    Array.isArray(items) &&
    items.length >= 1 &&
    items.length <= 100 &&
    items.every(
      (item) =>
        isText(item?.sku) &&
        isInteger(item.quantity, 1, 1000) &&
        isInteger(item.unitPriceCents, 0, 10_000_000),
    );
  if (!valid) throw new Error('invalid order');
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  await client.send(
    new PutItemCommand({
      TableName: process.env.TABLE_NAME,
      Item: {
        orderId: { S: orderId },
        customerId: { S: customerId },
        items: {
          L: items.map(({ sku, quantity, unitPriceCents }) => ({
            M: {
              sku: { S: sku },
              quantity: { N: `${quantity}` },
              unitPriceCents: { N: `${unitPriceCents}` },
            },
          })),
        },
        totalCents: { N: `${totalCents}` },
        status: { S: 'RECEIVED' },
      },
    }),
  );
  return { orderId, totalCents };
}
