import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as deps from './given/deps.ts';
import { OrderBuilder } from './support/order-builder.ts';

vi.hoisted(() => {
  process.env.TABLE_NAME = 'Orders';
});
vi.mock(import('./given/deps.ts'), async (original) => {
  const real = await original();
  return { now: vi.fn(real.now), newId: vi.fn(real.newId) };
});

import { handler } from './handler.ts';

/** A table in memory, in place of DynamoDB. */
class Table {
  readonly #client = mockClient(DynamoDBDocumentClient);
  readonly items: Record<string, unknown>[] = [];
  readonly names: (string | undefined)[] = [];
  failure: Error | undefined;

  constructor() {
    this.#client.on(PutCommand).callsFake(async ({ TableName, Item }: PutCommand['input']) => {
      // A network lies between: nothing is stored in the same turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.failure) throw this.failure;
      this.names.push(TableName);
      this.items.push({ ...Item });
      return {};
    });
  }

  close(): void {
    this.#client.restore();
  }
}

let table: Table;
beforeEach(() => {
  table = new Table();
});
afterEach(() => table.close());

function raw(body?: string, isBase64Encoded = false) {
  return handler({ ...(body !== undefined && { body }), isBase64Encoded } as APIGatewayProxyEventV2);
}

const post = (content: unknown) => raw(JSON.stringify(content));

const built = () => new OrderBuilder().item(2, 10).item(1, 5);

describe('POST /api/orders', () => {
  it('puts what it answers', async () => {
    vi.mocked(deps.now).mockReturnValueOnce(new Date(0));
    vi.mocked(deps.newId).mockReturnValueOnce('first');
    const answer = await post(built().with('totalCents', 0).with('status', 'DONE').build());
    expect(table.names).toEqual(['Orders']);
    expect(table.items).toEqual([
      {
        ...built().build(),
        totalCents: 25,
        status: 'RECEIVED',
        receiptId: 'first',
        receivedAt: '1970-01-01T00:00:00.000Z',
      },
    ]);
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': expect.any(String) } });
    expect(JSON.parse(String(answer.body))).toEqual(table.items[0]);
  });

  it('never repeats a receipt', async () => {
    await post(built().build());
    await post(built().build());
    const [one, other] = table.items;
    expect(one?.receiptId).not.toEqual(other?.receiptId);
  });

  it('mixes no two customers', async () => {
    await post(built().build());
    expect(await post(built().without('customerId').build())).toMatchObject({ statusCode: 400 });
    expect(table.items).toHaveLength(1);
  });

  it('takes base64', async () => {
    const body = Buffer.from(JSON.stringify(built().build())).toString('base64');
    expect(await raw(body, true)).toMatchObject({ statusCode: 200 });
  });

  it.each([
    { path: 'items', order: new OrderBuilder() },
    { path: 'items[2].quantity', order: built().item('3', 1) },
    { path: 'items[2].unitPriceCents', order: built().item(1, -1) },
    { path: 'orderId', order: built().without('orderId') },
  ])('names $path', async ({ path, order }) => {
    const answer = await post(order.build());
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': expect.any(String) } });
    expect(JSON.parse(String(answer.body))).toEqual({ error: expect.stringContaining(path) });
    expect(table.items).toHaveLength(0);
  });

  it('asks for a body that is JSON', async () => {
    expect(await raw()).toMatchObject({ statusCode: 400 });
    expect(await raw('<order/>')).toMatchObject({ statusCode: 400 });
  });

  it('says nothing of an outage', async () => {
    table.failure = new Error('ResourceNotFoundException');
    const answer = await post(built().build());
    expect(answer).toMatchObject({ statusCode: 500, body: JSON.stringify({ error: 'Internal error' }) });
  });
});

it('refuses to start without a table', async () => {
  vi.resetModules();
  const { TABLE_NAME, ...rest } = process.env;
  process.env = rest;
  try {
    await expect(import('./handler.ts')).rejects.toThrow('TABLE_NAME');
  } finally {
    process.env = { ...rest, TABLE_NAME };
  }
});
