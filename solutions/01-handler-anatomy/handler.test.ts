import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';

// The module reads its configuration when it is imported: set it first.
vi.stubEnv('TABLE_NAME', 'orders');
const { handler } = await import('./handler.ts');

// Replaces `send` of every document client. It would not catch calls on a plain DynamoDBClient.
const documents = mockClient(DynamoDBDocumentClient);
const warn = vi.spyOn(console, 'warn');
const error = vi.spyOn(console, 'error');

beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
  warn.mockReset().mockImplementation(() => {});
  error.mockReset().mockImplementation(() => {});
});

describe('a valid order', () => {
  test('is stored with its total and status, and answered', async () => {
    const answer = await handler(request(order()));

    const stored = { ...order(), totalCents: 1500, status: 'RECEIVED' };
    expect(writes()).toEqual([{ TableName: 'orders', Item: stored }]);
    expect(answer).toEqual({ statusCode: 200, headers: json, body: JSON.stringify(stored) });
  });

  test('keeps neither the client’s total nor its status nor anything else unknown', async () => {
    await handler(request({ ...order(), totalCents: 1, status: 'PAID', coupon: 'SPRING' }));

    expect(writes()[0]?.Item).toEqual({ ...order(), totalCents: 1500, status: 'RECEIVED' });
  });

  test('may come as base64', async () => {
    const body = Buffer.from(JSON.stringify(order({ customerId: 'café' }))).toString('base64');

    const answer = await handler({ ...request(), body, isBase64Encoded: true });

    expect(answer.statusCode).toBe(200);
    expect(writes()[0]?.Item).toMatchObject({ customerId: 'café' });
  });

  test('is answered only when it is stored', async () => {
    let store = () => {};
    documents.on(PutCommand).callsFake(
      () =>
        new Promise<object>((resolve) => {
          store = () => resolve({});
        }),
    );
    const answered = vi.fn();

    const answer = handler(request(order())).then(answered);
    await vi.waitFor(() => expect(writes()).toHaveLength(1));
    expect(answered).not.toHaveBeenCalled();
    store();
    await answer;
    expect(answered).toHaveBeenCalledOnce();
  });
});

describe('a request that is no order', () => {
  test.each([
    ['no body', undefined, 'body'],
    ['no JSON', '{"orderId":', 'body'],
    ['no object', 'null', 'order'],
    ['a list', '[]', 'order'],
    ['an id with a space', order({ orderId: 'a b' }), 'orderId'],
    ['a blank customer', order({ customerId: ' ' }), 'customerId'],
    ['no items', order({ items: [] }), 'items'],
    ['101 items', order({ items: Array(101).fill(order().items[0]) }), 'items'],
    ['an item that is text', order({ items: ['TEA'] }), 'items[0]'],
    ['a quantity that is text', withItem({ quantity: '2' }), 'items[1].quantity'],
    ['half a cup', withItem({ quantity: 0.5 }), 'items[1].quantity'],
    ['a price of null', withItem({ unitPriceCents: null }), 'items[1].unitPriceCents'],
    ['a sku too long', withItem({ sku: 'x'.repeat(65) }), 'items[1].sku'],
  ])('is a 400 that names the field: %s', async (_, body, path) => {
    const answer = await handler(request(body));

    expect(answer).toMatchObject({ statusCode: 400, headers: json });
    expect(JSON.parse(answer.body ?? '').error).toContain(`${path} must be`);
    expect(writes()).toEqual([]);
  });

  test('is logged as a warning, without what it holds', async () => {
    await handler(request(withItem({ sku: '' })));

    expect(warn).toHaveBeenCalledWith('order refused:', expect.stringContaining('items[1].sku'));
    expect(error).not.toHaveBeenCalled();
  });
});

describe('a table that fails', () => {
  test('is a 500 that keeps the cause to itself, and an error in the log', async () => {
    const cause = new Error('orders-eu is on fire');
    documents.on(PutCommand).rejects(cause);

    const answer = await handler(request(order()));

    expect(answer).toEqual({ statusCode: 500, headers: json, body: '{"error":"Internal error"}' });
    expect(error).toHaveBeenCalledWith('order not stored:', cause);
  });
});

test('without TABLE_NAME the module does not load', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', '');

  await expect(import('./handler.ts')).rejects.toThrow('TABLE_NAME');
});

const json = { 'content-type': 'application/json' };

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

/** An order whose second item is changed. */
function withItem(change: object) {
  const [tea, mug] = order().items;
  return order({ items: [tea, { ...mug, ...change }] });
}

/** The event of a request: an object is sent as JSON, a text as it is. */
function request(body?: object | string): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /api/orders',
    rawPath: '/api/orders',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: {} as APIGatewayProxyEventV2['requestContext'],
    body: typeof body === 'object' ? JSON.stringify(body) : body,
    isBase64Encoded: false,
  };
}

/** What was written, in order. */
function writes() {
  return documents.commandCalls(PutCommand).map(({ args: [{ input }] }) => input);
}
