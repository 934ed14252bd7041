import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';

// The module reads its configuration when it is imported: set it first.
vi.stubEnv('TABLE_NAME', 'orders');
const { handler } = await import('./handler.ts');

// Replaces `send` of every document client. It would not catch calls on a plain DynamoDBClient.
const documents = mockClient(DynamoDBDocumentClient);

beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
});

describe('a valid order', () => {
  test('is stored with its total and status, and answered', async () => {
    const answer = await handler(order());

    expect(writes()).toEqual([
      { TableName: 'orders', Item: { ...order(), totalCents: 1500, status: 'RECEIVED' } },
    ]);
    expect(answer).toEqual({ orderId: 'order-1', totalCents: 1500 });
  });

  test('keeps neither the client’s total nor anything else unknown', async () => {
    await handler({ ...order(), totalCents: 1, coupon: 'SPRING' });

    expect(writes()[0]?.Item).toEqual({ ...order(), totalCents: 1500, status: 'RECEIVED' });
  });
});

describe('an order that breaks a rule', () => {
  test.each([
    ['nothing at all', null],
    ['an id with a space', order({ orderId: 'a b' })],
    ['a blank customer', order({ customerId: ' ' })],
    ['no items', order({ items: [] })],
    ['a quantity that is text', order({ items: [{ sku: 'TEA', quantity: '2', unitPriceCents: 500 }] })],
    ['half a cup', order({ items: [{ sku: 'TEA', quantity: 0.5, unitPriceCents: 500 }] })],
    ['a negative price', order({ items: [{ sku: 'TEA', quantity: 1, unitPriceCents: -1 }] })],
  ])('is refused and not stored: %s', async (_, event) => {
    await expect(handler(event)).rejects.toThrow();
    expect(writes()).toEqual([]);
  });
});

test('an error of the table is not swallowed', async () => {
  documents.on(PutCommand).rejects(new Error('orders is on fire'));

  await expect(handler(order())).rejects.toThrow('orders is on fire');
});

test('without TABLE_NAME the module does not load', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', '');

  await expect(import('./handler.ts')).rejects.toThrow('TABLE_NAME');
});

function order(change: object = {}) {
  return {
    orderId: 'order-1',
    customerId: 'customer-1',
    items: [
      { sku: 'TEA', quantity: 2, unitPriceCents: 500 },
      { sku: 'MUG', quantity: 1, unitPriceCents: 500 },
    ],
    ...change,
  };
}

/** What was written, in order. */
function writes() {
  return documents.commandCalls(PutCommand).map(({ args: [{ input }] }) => input);
}
