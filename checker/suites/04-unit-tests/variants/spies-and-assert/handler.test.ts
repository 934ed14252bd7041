import assert from 'node:assert/strict';
import { DynamoDBDocumentClient, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, type MockInstance, suite, test, vi } from 'vitest';

// No library for mocks: a spy on the one method through which every command goes.
let send: MockInstance<(command: { input: PutCommandInput }) => Promise<unknown>>;
let handler: typeof import('./handler.ts')['handler'];

beforeEach(async () => {
  send = vi.spyOn(DynamoDBDocumentClient.prototype, 'send') as unknown as typeof send;
  send.mockResolvedValue({});
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.stubEnv('TABLE_NAME', 'T');
  vi.resetModules();
  ({ handler } = await import('./handler.ts'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const inputs = () => send.mock.calls.map(([{ input }]) => input);
const order = (more: object = {}) => ({
  orderId: 'X',
  customerId: 'Y',
  items: [
    { sku: 'a', quantity: 10, unitPriceCents: 7 },
    { sku: 'b', quantity: 1, unitPriceCents: 0 },
  ],
  ...more,
});
const run = (body: unknown, isBase64Encoded = false) =>
  handler({
    body: typeof body === 'object' ? JSON.stringify(body) : body,
    isBase64Encoded,
  } as APIGatewayProxyEventV2);
const parsed = async (answer: ReturnType<typeof run>) => {
  const { statusCode, headers, body } = await answer;
  assert.match(String(headers?.['content-type']), /^application\/json/);
  return { statusCode, content: JSON.parse(String(body)) };
};

suite('stores', () => {
  test('the order, and nothing that the client makes up', async () => {
    const { statusCode, content } = await parsed(run(order({ totalCents: -1, status: 'X' })));
    const [{ TableName, Item = {} } = {}, ...others] = inputs();
    assert.equal(statusCode, 200);
    assert.equal(TableName, 'T');
    assert.deepEqual(others, []);
    assert.deepEqual(content, Item);
    const { orderId, customerId, items, totalCents, status } = Item;
    assert.deepEqual({ orderId, customerId, items }, order());
    assert.deepEqual([totalCents, status], [70, 'RECEIVED']);
  });

  test('with a receipt and a time of its own', async () => {
    await run(order());
    await run(order());
    const [one, other] = inputs();
    assert.notEqual(one?.Item?.receiptId, other?.Item?.receiptId);
  });

  test('from base64', async () => {
    const { statusCode } = await parsed(run(Buffer.from(JSON.stringify(order())).toString('base64'), true));
    assert.equal(statusCode, 200);
  });

  test('before it answers', async () => {
    let stored = false;
    send.mockImplementation(() =>
      Promise.resolve()
        .then(() => setTimeoutPromise(15))
        .then(() => (stored = true)),
    );
    await run(order());
    assert.equal(stored, true);
  });
});

suite('does not store', () => {
  const wrong: Record<string, [unknown, string]> = {
    'no body': [undefined, ''],
    'broken JSON': ['{"orderId": "X",', ''],
    'a number for an id': [order({ orderId: 1 }), 'orderId'],
    'no customer': [order({ customerId: undefined }), 'customerId'],
    'a quantity in quotes': [
      order({ items: [order().items[0], { sku: 'b', quantity: '1', unitPriceCents: 0 }] }),
      'items[1].quantity',
    ],
    'too many of it': [
      order({ items: [{ sku: 'b', quantity: 1001, unitPriceCents: 0 }] }),
      'items[0].quantity',
    ],
  };
  for (const [name, [body, path]] of Object.entries(wrong)) {
    test(name, async () => {
      // Something good first: an environment has a past.
      await run(order());
      send.mockClear();
      const { statusCode, content } = await parsed(run(body));
      assert.equal(statusCode, 400);
      assert.ok(content.error.includes(path), content.error);
      assert.deepEqual(inputs(), []);
    });
  }
});

test('fails politely', async () => {
  send.mockRejectedValue(new Error('ProvisionedThroughputExceededException in eu-central-1'));
  assert.deepEqual(await parsed(run(order())), { statusCode: 500, content: { error: 'Internal error' } });
});

test('does not load without a table', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', '');
  await assert.rejects(() => import('./handler.ts'), /TABLE_NAME/);
});

function setTimeoutPromise(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
