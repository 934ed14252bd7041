import { array, int, maximum, maxLength, minimum, minLength, object, parse, regex, string } from 'zod/mini';

const TableName = process.env.TABLE_NAME;
if (!TableName) throw new Error('TABLE_NAME is missing');

const Order = object({
  orderId: string().check(regex(/^[A-Za-z0-9_-]{1,64}$/)),
  customerId: string().check(maxLength(64), regex(/\S/)),
  items: array(
    object({
      sku: string().check(minLength(1), maxLength(64)),
      quantity: int().check(minimum(1), maximum(1000)),
      unitPriceCents: int().check(minimum(0), maximum(1e7)),
    }),
  ).check(minLength(1), maxLength(100)),
});

export const handler = async (event: unknown) => {
  const order = parse(Order, event);
  let totalCents = 0;
  for (const { quantity, unitPriceCents } of order.items) totalCents += quantity * unitPriceCents;
  // The SDK is loaded when the first good order comes, and not before.
  const { put } = await import('./store.ts');
  await put(TableName as string, { ...order, totalCents, status: 'RECEIVED' });
  return { orderId: order.orderId, totalCents };
};
