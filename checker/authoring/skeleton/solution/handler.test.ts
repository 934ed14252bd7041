import { expect, test } from 'vitest';
import { handler } from './handler.ts';

test('the total is the sum of the items, whatever the client says', async () => {
  const order = {
    orderId: 'order-1',
    customerId: 'customer-1',
    items: [
      { sku: 'TEA', quantity: 2, unitPriceCents: 1250 },
      { sku: 'MUG', quantity: 1, unitPriceCents: 800 },
    ],
    totalCents: 1,
  };

  expect(await handler(order)).toEqual({ orderId: 'order-1', totalCents: 3300 });
});
