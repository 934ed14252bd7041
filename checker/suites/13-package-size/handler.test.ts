import assert from 'node:assert/strict';
import { check, invalidOrders } from '../../fixtures.ts';
import { assertAnswered, assertStored, makeRequest, type OrderRequest, startReceiver } from './receiver.ts';

check(
  'orders-are-stored-as-before',
  {
    title: 'a valid order is stored and answered exactly as by the starter',
    points: 0,
    hints: [
      'Smaller, and otherwise the same: which line that the starter has is gone?',
      'The answer is { orderId, totalCents }. The item in the table has the order, totalCents and a status.',
      'Keep the body of the handler as the starter has it: parse, sum up, await the PutCommand, return. Only imports and stack.ts need to change.',
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  async ({ handler, faults }) => {
    const receiver = await startReceiver(handler);
    // A write that nobody awaits is not there when the answer is.
    await faults.slowWrites(receiver.tables.orders, 60, 'total-of-the-client');
    await faults.failWrites(receiver.tables.orders, 'refused');
    for (const request of validRequests) {
      assertAnswered(await receiver.invoke(request), request);
      const rows = await receiver.rows('orders');
      assertStored(
        rows.find(({ orderId }) => orderId === request.orderId),
        request,
      );
    }
    const { type } = await receiver.attempt(makeRequest('refused'));
    assert(
      type === 'error',
      'DynamoDB refused the order refused, and the function answered as if it were stored; the starter ends in an error.',
    );
  },
);

const item = { sku: 'TEA-GREEN-100', quantity: 3, unitPriceCents: 1250 };
const cup = { sku: 'CUP', quantity: 1, unitPriceCents: 29 };
const giftWrapped = { ...cup, wrapping: 'gift' };
const validRequests: readonly (OrderRequest & Record<string, unknown>)[] = [
  makeRequest('plain'),
  // What a client says about the total, or about things that the contract does not know, is ignored.
  { ...makeRequest('total-of-the-client'), totalCents: 1, coupon: 'SPRING' },
  { ...makeRequest('status-of-the-client'), status: 'PAID', items: [giftWrapped] },
  // The same order again overwrites.
  { ...makeRequest('plain'), items: [cup] },
  {
    orderId: `edge_${'x'.repeat(59)}`,
    customerId: 'é'.repeat(64),
    items: Array.from({ length: 100 }, () => ({ ...item, quantity: 1000, unitPriceCents: 10_000_000 })),
  },
];

check(
  'invalid-orders-are-still-refused',
  {
    title: 'an order that breaks a rule still ends in an error, and is not stored',
    points: 0,
    hints: [
      'A validator weighs something. What does it cost to leave the validation out together with it?',
      'Every rule of G1 stands in the starter’s schema: types, lengths, ranges. "2" is no quantity, and 1.5 neither.',
      'Keep the schema, and import zod in a way that can be tree-shaken; or write the same rules by hand and throw an Error.',
    ],
    lesson: '#one-import',
    starter: 'passes',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler);
    for (const { name, path, why, body } of invalidOrders('request')) {
      const outcome = await receiver.attempt(JSON.parse(body));
      assert(
        outcome.type === 'error',
        `An order with ${name} (at ${path}) was accepted; the starter refuses it: ${why}.`,
      );
    }
    const stored = (await receiver.rows('orders')).filter(({ orderId }) => !validIds.has(String(orderId)));
    assert(
      stored.length === 0,
      `An invalid order ended in an error, and is in the table all the same: ${stored.map(({ orderId }) => orderId).join(', ')}.`,
    );
  },
);

const validIds = new Set(validRequests.map(({ orderId }) => orderId));
