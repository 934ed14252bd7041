import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { newId, now } from './given/deps.ts';

// Both are loaded when the handler is: the module reads its configuration once, and takes time and id from here.
vi.mock('./given/deps.ts', () => ({ now: vi.fn<typeof now>(), newId: vi.fn<typeof newId>() }));
vi.stubEnv('TABLE_NAME', 'orders');
const { handler } = await import('./handler.ts');

// Replaces `send` of every document client, whoever makes it. It would not see calls on a plain DynamoDBClient.
const documents = mockClient(DynamoDBDocumentClient);

// Each test starts from nothing: no calls, no answers of another test.
beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
  vi.mocked(now).mockReset().mockReturnValue(new Date('2026-02-01T12:00:00Z'));
  vi.mocked(newId).mockReset().mockReturnValue('receipt-1');
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('a good order', () => {
  test('is written once, to the table of the environment, with all that the contract adds', async () => {
    await handler(request(order()));

    expect(writes()).toEqual([
      {
        TableName: 'orders',
        Item: {
          ...order(),
          totalCents: 1500,
          status: 'RECEIVED',
          receiptId: 'receipt-1',
          receivedAt: '2026-02-01T12:00:00.000Z',
        },
      },
    ]);
  });

  test('is answered as it was stored', async () => {
    const answer = await handler(request(order()));

    expect(answer).toMatchObject({ statusCode: 200, headers: json });
    expect(bodyOf(answer)).toEqual(writes()[0]?.Item);
  });

  test('does not decide its total or its status', async () => {
    await handler(request({ ...order(), totalCents: 1, status: 'PAID' }));

    expect(writes()[0]?.Item).toMatchObject({ totalCents: 1500, status: 'RECEIVED' });
  });

  test('may come as base64', async () => {
    const body = Buffer.from(JSON.stringify(order({ customerId: 'café' }))).toString('base64');

    const answer = await handler({ ...request(), body, isBase64Encoded: true });

    expect(answer.statusCode).toBe(200);
    expect(writes()[0]?.Item).toMatchObject({ customerId: 'café' });
  });

  // region await
  test('is answered only when it is stored', async () => {
    let store = () => {};
    const stored = new Promise<object>((resolve) => {
      store = () => resolve({});
    });
    documents.on(PutCommand).callsFake(() => stored);
    const answered = vi.fn();

    const answer = handler(request(order())).then(answered);
    await vi.waitFor(() => expect(writes()).toHaveLength(1));
    expect(answered).not.toHaveBeenCalled();

    store();
    await answer;
    expect(answered).toHaveBeenCalledOnce();
  });
  // endregion
});

describe('two orders in one environment', () => {
  test('have a receipt and a time each', async () => {
    await handler(request(order()));
    vi.mocked(newId).mockReturnValue('receipt-2');
    vi.mocked(now).mockReturnValue(new Date('2026-02-01T12:00:01Z'));
    await handler(request(order()));

    expect(writes().map(({ Item }) => [Item?.receiptId, Item?.receivedAt])).toEqual([
      ['receipt-1', '2026-02-01T12:00:00.000Z'],
      ['receipt-2', '2026-02-01T12:00:01.000Z'],
    ]);
  });

  test('share nothing of their content', async () => {
    await handler(request(order()));

    const answer = await handler(request({ ...order(), customerId: undefined }));

    expect(answer.statusCode).toBe(400);
  });
});

describe('a request that is no order', () => {
  test.each([
    ['no body', undefined, 'body'],
    ['no JSON', '{"orderId":', 'body'],
    ['an id with a space', order({ orderId: 'a b' }), 'orderId'],
    ['a blank customer', order({ customerId: ' ' }), 'customerId'],
    ['no items', order({ items: [] }), 'items'],
    ['a quantity that is text', withItem({ quantity: '2' }), 'items[1].quantity'],
    ['a price of null', withItem({ unitPriceCents: null }), 'items[1].unitPriceCents'],
  ])('is a 400 that names the field, and nothing is stored: %s', async (_, body, path) => {
    const answer = await handler(request(body));

    expect(answer).toMatchObject({ statusCode: 400, headers: json });
    expect(bodyOf(answer).error).toContain(path);
    expect(documents.calls()).toHaveLength(0);
  });
});

describe('a table that fails', () => {
  test('is a 500 that keeps the cause to itself', async () => {
    documents.on(PutCommand).rejects(new Error('orders-eu is on fire'));

    const answer = await handler(request(order()));

    expect(answer).toMatchObject({ statusCode: 500, headers: json });
    expect(bodyOf(answer)).toEqual({ error: 'Internal error' });
  });
});

test('without TABLE_NAME the module does not load, and says why', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', '');

  await expect(import('./handler.ts')).rejects.toThrow('TABLE_NAME');
});

const json = { 'content-type': expect.stringContaining('application/json') };

/** A new order for each test: none can change another's. */
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

/** An order whose second item is changed: with one item, a wrong index would not show. */
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

/** A body as its reader has it: the order of keys and the spaces are free. */
function bodyOf({ body = '' }: { body?: string }) {
  return JSON.parse(body);
}
