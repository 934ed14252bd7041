import { DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { afterEach, assert, beforeEach, suite, test, vi } from 'vitest';
import * as deps from './given/deps.ts';
import { handler } from './handler.ts';

vi.hoisted(() => {
  process.env.TABLE_NAME = `orders-${process.pid}`;
});
const clock = vi.hoisted(() => ({ time: 0, ids: 0 }));
vi.mock('./given/deps.ts', () => ({
  now: vi.fn(() => new Date(clock.time)),
  newId: vi.fn(() => `receipt-${++clock.ids}`),
}));

let mock: AwsClientStub<DynamoDBDocumentClient>;
let rows: Map<string, Record<string, unknown>>;
let log: string[] = [];

beforeEach(() => {
  clock.time = Date.UTC(2030, 0, 1);
  clock.ids = 0;
  vi.clearAllMocks();
  rows = new Map();
  log = [];
  mock = mockClient(DynamoDBDocumentClient);
  mock.onAnyCommand().rejects(new Error('only puts are expected'));
  mock.on(PutCommand).callsFake(async (input: PutCommandInput) => {
    await new Promise((r) => setTimeout(r, 5));
    assert.equal(input.TableName, process.env.TABLE_NAME);
    assert.equal(input.ConditionExpression, undefined);
    log.push('stored');
    rows.set(String(input.Item?.orderId), structuredClone({ ...input.Item }));
    return { $metadata: { httpStatusCode: 200 } };
  });
});
afterEach(() => mock.restore());

const tea = { sku: 'TEA', quantity: 2, unitPriceCents: 350 };
const cup = { sku: 'CUP', quantity: 1, unitPriceCents: 999 };
const event = (body?: string, isBase64Encoded = false) =>
  ({
    version: '2.0',
    headers: { 'content-type': 'application/json' },
    requestContext: { requestId: 'r' },
    isBase64Encoded,
    body,
  }) as never;
const send = async (o: unknown) => {
  const answer = await handler(event(typeof o === 'string' ? o : JSON.stringify(o)));
  log.push('answered');
  assert.match(
    String(answer.headers?.['content-type'] ?? answer.headers?.['Content-Type']),
    /^application\/json/,
  );
  return { code: answer.statusCode, body: JSON.parse(answer.body as string) };
};

suite('orders', { timeout: 1500 }, () => {
  test('stored = answered = what the contract says; nothing else happened', async () => {
    const { code, body } = await send({
      orderId: 'o',
      customerId: 'c',
      items: [tea, cup],
      totalCents: 1,
      status: 'X',
      nonsense: 1,
    });
    assert.strictEqual(code, 200);
    assert.deepEqual(body, {
      orderId: 'o',
      customerId: 'c',
      items: [tea, cup],
      totalCents: 1699,
      status: 'RECEIVED',
      receiptId: 'receipt-1',
      receivedAt: '2030-01-01T00:00:00.000Z',
    });
    assert.deepEqual([...rows.values()], [body]);
    assert.deepEqual(log, ['stored', 'answered']);
    assert.lengthOf(mock.calls(), 1);
    assert.equal(vi.mocked(deps.newId).mock.calls.length, 1);
  });
  test('ten requests at once, each with its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        send({ orderId: `o${i}`, customerId: `c${i}`, items: [{ ...tea, quantity: i + 1 }] }),
      ),
    );
    answers.forEach(({ body }, i) => {
      assert.equal(body.orderId, `o${i}`);
      assert.equal(body.customerId, `c${i}`);
      assert.equal(body.totalCents, 350 * (i + 1));
      assert.deepEqual(rows.get(`o${i}`), body);
    });
    assert.equal(new Set(answers.map((a) => a.body.receiptId)).size, 10);
  });
  test('again: 200, new time', async () => {
    const o = { orderId: 'o', customerId: 'c', items: [tea] };
    await send(o);
    clock.time += 1;
    const { code, body } = await send(o);
    assert.equal(code, 200);
    assert.equal(body.receivedAt, '2030-01-01T00:00:00.001Z');
    assert.equal(rows.size, 1);
  });
  test('base64', async () => {
    const text = JSON.stringify({ orderId: 'o', customerId: 'Zoë', items: [tea] });
    const { statusCode } = await handler(event(Buffer.from(text).toString('base64'), true));
    assert.equal(statusCode, 200);
    assert.equal(rows.get('o')?.customerId, 'Zoë');
  });
  test.concurrent('import without the variable', async () => {
    const saved = process.env.TABLE_NAME;
    delete process.env.TABLE_NAME;
    vi.resetModules();
    try {
      await import('./handler.ts');
    } catch (error) {
      assert.include(String(error), 'TABLE_NAME');
      return;
    } finally {
      process.env.TABLE_NAME = saved;
    }
    assert.fail('the import went well');
  });
});

const bad: Record<string, [string, unknown][]> = {
  orderId: [
    ['missing', undefined],
    ['65', 'x'.repeat(65)],
    ['slash', 'a/b'],
    ['number', 1],
  ],
  customerId: [
    ['blank', ' '],
    ['65', 'x'.repeat(65)],
    ['null', null],
  ],
  items: [
    ['none', []],
    ['101', Array(101).fill(tea)],
    ['object', { length: 1 }],
  ],
  'items[1]': [['null', [tea, null]]],
  'items[1].sku': [
    ['empty', [tea, { ...cup, sku: '' }]],
    ['65', [tea, { ...cup, sku: 'x'.repeat(65) }]],
  ],
  'items[1].quantity': [
    ['text', [tea, { ...cup, quantity: '2' }]],
    ['0', [tea, { ...cup, quantity: 0 }]],
    ['1001', [tea, { ...cup, quantity: 1001 }]],
    ['1.5', [tea, { ...cup, quantity: 1.5 }]],
  ],
  'items[1].unitPriceCents': [
    ['-1', [tea, { ...cup, unitPriceCents: -1 }]],
    ['missing', [tea, { sku: 'x', quantity: 1 }]],
    ['too much', [tea, { ...cup, unitPriceCents: 10_000_001 }]],
  ],
};
for (const [path, cases] of Object.entries(bad))
  suite(path, () => {
    for (const [name, value] of cases)
      test(name, async () => {
        const key = path.split('[')[0] as string;
        const { code, body } = await send({ orderId: 'o', customerId: 'c', items: [tea], [key]: value });
        assert.equal(code, 400);
        assert.deepEqual(Object.keys(body), ['error']);
        assert.include(body.error, path);
        assert.equal(rows.size, 0);
        assert.equal(mock.calls().length, 0);
      });
  });
test('bodies that are no order', async () => {
  for (const text of ['', '{', '[]', 'null', '3']) {
    const { code, body } = await send(text);
    assert.equal(code, 400, text);
    assert.isString(body.error);
    assert.isNotEmpty(body.error);
  }
  assert.equal((await handler(event())).statusCode, 400);
  assert.equal(mock.calls().length, 0);
});
test('a failing table', async () => {
  for (const error of [
    new Error('secret'),
    Object.assign(new Error('secret'), { name: 'ValidationException' }),
    new SyntaxError('secret'),
    'secret',
  ]) {
    mock.on(PutCommand).callsFake(() => Promise.reject(error));
    const { code, body } = await send({ orderId: 'o', customerId: 'c', items: [tea] });
    assert.equal(code, 500);
    assert.deepEqual(body, { error: 'Internal error' });
  }
});
