import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';

const table = 'orders-under-test';
const documents = mockClient(DynamoDBDocumentClient);
let handler: typeof import('./handler.ts')['handler'];

beforeAll(async () => {
  process.env.TABLE_NAME = table;
  ({ handler } = await import('./handler.ts'));
});

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-05-05T05:05:05.005Z'), toFake: ['Date'] });
  documents.on(PutCommand).resolves({});
});

afterEach(() => {
  documents.reset();
  vi.useRealTimers();
});

afterAll(() => {
  delete process.env.TABLE_NAME;
});

const good = () => ({
  orderId: 'A_1',
  customerId: 'Ada',
  items: [
    { sku: 'pen', quantity: 3, unitPriceCents: 120 },
    { sku: 'ink', quantity: 1, unitPriceCents: 999 },
  ],
});
const event = (body: string | undefined, isBase64Encoded = false) =>
  ({ body, isBase64Encoded, headers: {}, rawPath: '/' }) as APIGatewayProxyEventV2;
const send = (content: unknown) => handler(event(JSON.stringify(content)));
const put = (index = 0) =>
  documents.call(index).args[0].input as { TableName: string; Item: Record<string, unknown> };

it.each([
  ['as it should be', good()],
  ['with a total', { ...good(), totalCents: 5 }],
  ['with a status', { ...good(), status: 'SHIPPED' }],
])('stores and answers an order %s', async (_, content) => {
  const { statusCode, headers, body } = await send(content);
  expect(statusCode).toBe(200);
  expect(headers?.['content-type']).toMatch('application/json');
  expect(documents.calls()).toHaveLength(1);
  expect(put().TableName).toBe(table);
  expect(put().Item).toMatchObject({ ...good(), totalCents: 1359, status: 'RECEIVED' });
  expect(put().Item.receivedAt).toBe('2026-05-05T05:05:05.005Z');
  expect(JSON.parse(body ?? '')).toEqual(put().Item);
});

it('decodes base64', async () => {
  const encoded = Buffer.from(JSON.stringify(good()), 'utf8').toString('base64');
  expect((await handler(event(encoded, true))).statusCode).toBe(200);
});

it('gives each order its own receipt', async () => {
  await send(good());
  await send({ ...good(), orderId: 'A_2' });
  expect(put(0).Item.receiptId).not.toBe(put(1).Item.receiptId);
  expect(put(0).Item.orderId).not.toBe(put(1).Item.orderId);
});

it('forgets the order before', async () => {
  await send(good());
  const { orderId, items } = good();
  expect((await send({ orderId, items })).statusCode).toBe(400);
});

const [pen, ink] = good().items;
it.each<[string, string | undefined, RegExp]>([
  ['nothing', undefined, /./],
  ['half a body', '{"order', /./],
  ['null', 'null', /./],
  ['a wrong id', JSON.stringify({ ...good(), orderId: '/' }), /orderId/],
  [
    'quantity zero',
    JSON.stringify({ ...good(), items: [pen, { ...ink, quantity: 0 }] }),
    /items\[1\]\.quantity/,
  ],
  ['a text', JSON.stringify({ ...good(), items: [{ ...pen, quantity: '2' }] }), /items\[0\]\.quantity/],
])('refuses %s', async (_, body, names) => {
  const answer = await handler(event(body));
  expect(answer.statusCode).toBe(400);
  expect(answer.headers?.['content-type']).toMatch('application/json');
  expect(JSON.parse(answer.body ?? '').error).toMatch(names);
  expect(documents.calls()).toEqual([]);
});

it('hides why it failed', async () => {
  documents.on(PutCommand).rejects('secret');
  const answer = await send(good());
  expect([answer.statusCode, answer.body]).toEqual([500, '{"error":"Internal error"}']);
});

it('waits for the table', async () => {
  const steps: string[] = [];
  documents.on(PutCommand).callsFake(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push('stored');
  });
  await send(good());
  steps.push('answered');
  expect(steps).toEqual(['stored', 'answered']);
});

it('needs a table', async () => {
  vi.resetModules();
  delete process.env.TABLE_NAME;
  await expect(import('./handler.ts')).rejects.toThrow(/TABLE_NAME/);
  process.env.TABLE_NAME = table;
});
