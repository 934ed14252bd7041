import { DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { test as base, describe, expect, vi } from 'vitest';

type Handler = typeof import('./handler.ts')['handler'];

interface Lab {
  table: AwsStub<never, never, never>;
  stored: () => PutCommandInput[];
  /** A module of its own for each test: an environment that has just started. */
  handler: Handler;
  post: (content: unknown) => ReturnType<Handler>;
}

const test = base.extend<Lab>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names from the pattern
  table: async ({}, use) => {
    const stub = mockClient(DynamoDBDocumentClient);
    stub.on(PutCommand).resolves({});
    await use(stub as never);
    stub.restore();
  },
  stored: async ({ table }, use) => {
    await use(() => table.calls().map(({ args }) => (args[0] as unknown as PutCommand).input));
  },
  handler: async ({ table }, use) => {
    expect(table).toBeDefined();
    vi.resetModules();
    vi.stubEnv('TABLE_NAME', 'table-of-the-test');
    let receipts = 0;
    vi.doMock('./given/deps.ts', () => ({
      now: () => new Date(Date.UTC(2030, 0, 1, 0, 0, receipts)),
      newId: () => `id-${++receipts}`,
    }));
    const { handler } = await import('./handler.ts');
    await use(handler);
    vi.doUnmock('./given/deps.ts');
    vi.unstubAllEnvs();
  },
  post: async ({ handler }, use) => {
    await use((content) =>
      handler({ body: JSON.stringify(content), isBase64Encoded: false } as APIGatewayProxyEventV2),
    );
  },
});

const cup = { sku: 'CUP', quantity: 4, unitPriceCents: 250 };
const pot = { sku: 'POT', quantity: 1, unitPriceCents: 3000 };
const order = { orderId: 'o-1', customerId: 'c-1', items: [cup, pot] };

describe('accepts', () => {
  test('one write, the right one', async ({ post, stored }) => {
    const answer = await post({ ...order, totalCents: 0, status: 'REFUNDED' });
    const [write, ...more] = stored();
    expect(more).toEqual([]);
    expect(write).toMatchObject({
      TableName: 'table-of-the-test',
      Item: { ...order, totalCents: 4000, status: 'RECEIVED', receiptId: 'id-1' },
    });
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(`${answer.body}`)).toEqual(write?.Item);
  });

  test('a second order is a second order', async ({ post, stored }) => {
    await post(order);
    await post({ ...order, orderId: 'o-2' });
    expect(new Set(stored().map(({ Item }) => Item?.receiptId)).size).toBe(2);
    expect((await post({ orderId: 'o-3', items: [cup] })).statusCode).toBe(400);
  });

  test('base64', async ({ handler, stored }) => {
    const body = btoa(JSON.stringify(order));
    await handler({ body, isBase64Encoded: true } as APIGatewayProxyEventV2);
    expect(stored()[0]?.Item).toMatchObject(order);
  });
});

describe('refuses', () => {
  for (const [path, content] of Object.entries({
    orderId: { ...order, orderId: 7 },
    customerId: { ...order, customerId: '' },
    items: { ...order, items: {} },
    'items[0].sku': { ...order, items: [{ ...cup, sku: '' }] },
    'items[1].quantity': { ...order, items: [cup, { ...pot, quantity: '1' }] },
  })) {
    test(path, async ({ post, stored }) => {
      const answer = await post(content);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers).toHaveProperty('content-type');
      expect(JSON.parse(`${answer.body}`).error).toContain(path);
      expect(stored()).toHaveLength(0);
    });
  }

  test.for([undefined, '', '{', 'order'])('the body %s', async (body, { handler }) => {
    const answer = await handler({ body, isBase64Encoded: false } as APIGatewayProxyEventV2);
    expect(answer.statusCode).toBe(400);
  });
});

test('an outage is a 500 without details', async ({ post, table }) => {
  (table as unknown as ReturnType<typeof mockClient>)
    .on(PutCommand)
    .rejects('arn:aws:iam::123456789012:role/x');
  const answer = await post(order);
  expect(answer.statusCode).toBe(500);
  expect(answer.headers).toHaveProperty('content-type');
  expect(JSON.parse(`${answer.body}`)).toStrictEqual({ error: 'Internal error' });
});

test('no table, no module', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', undefined);
  await expect(() => import('./handler.ts')).rejects.toThrowError('TABLE_NAME');
  vi.unstubAllEnvs();
});
