import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { change, good, post } from './support/http.ts';

const { table, FakeDocumentClient } = await vi.hoisted(() => import('./support/fake-table.ts'));
vi.mock('@aws-sdk/lib-dynamodb', async (original) => ({
  ...(await original<typeof import('@aws-sdk/lib-dynamodb')>()),
  DynamoDBDocumentClient: FakeDocumentClient,
}));
vi.mock('./given/deps.ts', { spy: true });

async function load() {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', 'a-table-of-the-test');
  const deps = await import('./given/deps.ts');
  const { handler } = await import('./handler.ts');
  const call = async (...args: Parameters<typeof post>) => {
    const answer = await handler(post(...args));
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]),
    );
    return { status: answer.statusCode, type: headers['content-type'], body: JSON.parse(answer.body ?? '') };
  };
  return { deps, call };
}
beforeEach(() => {
  table.puts.length = 0;
  table.put = async () => ({});
  for (const level of ['warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetAllMocks();
});

describe('a good order', () => {
  it('is stored and answered, with what the server adds', async () => {
    const { call, deps } = await load();
    vi.mocked(deps.now).mockReturnValue(new Date('2001-02-03T04:05:06.789Z'));
    vi.mocked(deps.newId).mockReturnValue('id-of-the-test');
    const answer = await call({
      ...good(),
      totalCents: 1,
      status: 'PAID',
      receiptId: 'mine',
      receivedAt: 'never',
      extra: [1],
    });
    const stored = {
      ...good(),
      totalCents: 10_000_000_021,
      status: 'RECEIVED',
      receiptId: 'id-of-the-test',
      receivedAt: '2001-02-03T04:05:06.789Z',
    };
    expect(answer).toEqual({
      status: 200,
      type: expect.stringMatching(/^application\/json\b/),
      body: stored,
    });
    expect(table.puts).toHaveLength(1);
    expect(table.puts[0]).toEqual({ TableName: 'a-table-of-the-test', Item: stored });
  });
  it.for(['as base64', 'as text'] as const)('comes %s, twice', async (how) => {
    const { call } = await load();
    const umlauts = { ...good(), customerId: 'Jürgen 😀' };
    const send = () =>
      how === 'as text'
        ? call(umlauts)
        : call(Buffer.from(JSON.stringify(umlauts)).toString('base64'), { isBase64Encoded: true });
    const first = await send();
    const second = await send();
    expect.soft(first.status).toBe(200);
    expect.soft(second.status).toBe(200);
    expect(first.body.customerId).toBe('Jürgen 😀');
    expect(table.puts.map((p) => p.Item?.customerId)).toEqual(['Jürgen 😀', 'Jürgen 😀']);
    expect(table.puts[0]).not.toHaveProperty('ConditionExpression');
    expect(second.body.receiptId).not.toBe(first.body.receiptId);
  });
  it('does not see the order before', async () => {
    const { call, deps } = await load();
    vi.mocked(deps.now).mockReturnValueOnce(new Date(0)).mockReturnValueOnce(new Date(86_400_000));
    await call(good());
    const { body } = await call({
      orderId: 'second',
      customerId: 'other',
      items: [{ sku: 'x', quantity: 1, unitPriceCents: 1 }],
    });
    expect(body).toMatchObject({
      orderId: 'second',
      customerId: 'other',
      totalCents: 1,
      items: [{ sku: 'x', quantity: 1, unitPriceCents: 1 }],
      receivedAt: '1970-01-02T00:00:00.000Z',
    });
    expect(table.puts[1]?.Item).toEqual(body);
    const refused = await call({ orderId: 'third' });
    expect(refused.status).toBe(400);
  });
  it('at every limit', async () => {
    const { call } = await load();
    const item = { sku: 's'.repeat(64), quantity: 1, unitPriceCents: 10_000_000 };
    const { status } = await call({
      orderId: 'o'.repeat(64),
      customerId: 'c'.repeat(64),
      items: Array(100).fill(item),
    });
    expect(status).toBe(200);
  });
});

describe.each([
  ['orderId', [undefined, null, 7, '', 'a b', 'ä', 'a'.repeat(65), 'a\n']],
  ['customerId', [undefined, null, 7, '', '   ', '\t\n', 'c'.repeat(65)]],
  ['items', [undefined, null, {}, 'x', [], Array(101).fill({ sku: 'a', quantity: 1, unitPriceCents: 1 })]],
  ['items[1]', [null, 'x', 5, []]],
  ['items[2].sku', [undefined, null, 1, '', 's'.repeat(65)]],
  ['items[1].quantity', [undefined, null, '2', 0, -1, 1.5, 1001, true]],
  ['items[2].unitPriceCents', [undefined, null, '2', -1, 0.5, 10_000_001]],
])('%s', (path, values) => {
  it.each(values.map((v) => [JSON.stringify(v)?.slice(0, 20), v]))('refuses %s', async (_, value) => {
    const { call } = await load();
    const { status, body, type } = await call(change(path as string, value));
    expect({ status, keys: Object.keys(body) }).toEqual({ status: 400, keys: ['error'] });
    expect(type).toMatch('application/json');
    expect(body.error).toContain(path);
    expect(table.puts).toEqual([]);
  });
});
it.each([undefined, '', 'x', '{', 'null', '[]', '1', '"order"', 'true'])(
  'refuses the body %s',
  async (raw) => {
    const { call } = await load();
    const { status, body } = await call(raw);
    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringMatching(/./) });
    expect(table.puts).toEqual([]);
  },
);
it('names the first of two', async () => {
  const { call } = await load();
  const { body } = await call({ ...change('items[2].sku', ''), customerId: '' });
  expect(body.error).toContain('customerId');
  expect(body.error).not.toContain('items[2]');
});

describe('DynamoDB', () => {
  it.each([['ValidationException'], ['SyntaxError'], ['AccessDeniedException'], ['TypeError']])(
    '%s is a 500 that says nothing',
    async (name) => {
      const { call } = await load();
      table.put = async () => {
        throw Object.assign(new Error('arn:aws:secret'), { name });
      };
      expect(await call(good())).toEqual({
        status: 500,
        type: expect.stringContaining('json'),
        body: { error: 'Internal error' },
      });
    },
  );
  it('is waited for', async () => {
    const { call } = await load();
    const { promise, resolve } = deferred();
    table.put = () => promise;
    let answered = false;
    const answer = call(good()).then((a) => {
      answered = true;
      return a;
    });
    await vi.waitUntil(() => table.puts.length === 1);
    await new Promise((r) => setTimeout(r, 20));
    expect(answered).toBe(false);
    resolve({});
    expect((await answer).status).toBe(200);
  });
});
it('cannot be loaded without its table', async () => {
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', undefined);
  await expect(import('./handler.ts')).rejects.toThrow(/TABLE_NAME/);
});
function deferred() {
  let resolve: (value: object) => void = () => {};
  const promise = new Promise<object>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
