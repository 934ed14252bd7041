import type { WrongHandler } from '../../fixtures.ts';

/** The wrong handlers: each is the given one with one mistake, the kind that its check names. */
export const wrongHandlers: readonly WrongHandler[] = [
  {
    name: 'does-nothing',
    edits: [
      {
        replace: `  try {
    const order = readOrder(bodyOf(event));`,
        by: `  if (event) return { statusCode: 204 };
  try {
    const order = readOrder(bodyOf(event));`,
      },
    ],
  },
  {
    name: 'another-table',
    edits: [{ replace: 'TableName: tableName,', by: "TableName: 'Orders-2024'," }],
  },
  {
    name: 'no-total',
    edits: [
      {
        replace: 'Item: item }',
        by: "Item: Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'totalCents')) }",
      },
    ],
  },
  {
    name: 'total-of-the-client',
    edits: [
      {
        replace: '      totalCents: totalOf(order.items),',
        by: '      totalCents: (bodyOf(event) as { totalCents?: number }).totalCents ?? totalOf(order.items),',
      },
    ],
  },
  {
    name: 'no-status',
    edits: [
      {
        replace: 'Item: item }',
        by: "Item: Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'status')) }",
      },
    ],
  },
  {
    name: 'status-of-the-client',
    edits: [
      {
        replace: "      status: 'RECEIVED',",
        by: "      status: (bodyOf(event) as { status?: string }).status ?? 'RECEIVED',",
      },
    ],
  },
  {
    name: 'receipt-made-once',
    edits: [
      {
        replace: 'class InvalidOrderError',
        by: 'let receiptId: string | undefined;\nlet receivedAt: string | undefined;\n\nclass InvalidOrderError',
      },
      { replace: '      receiptId: newId(),', by: '      receiptId: (receiptId ??= newId()),' },
      {
        replace: '      receivedAt: now().toISOString(),',
        by: '      receivedAt: (receivedAt ??= now().toISOString()),',
      },
    ],
  },
  {
    name: 'answers-ok-only',
    edits: [{ replace: 'return answer(200, item);', by: 'return answer(200, { ok: true });' }],
  },
  {
    name: 'written-twice',
    edits: [
      {
        replace: '    return answer(200, item);',
        by: '    await orders.send(new PutCommand({ TableName: tableName, Item: item }));\n    return answer(200, item);',
      },
    ],
  },
  {
    name: 'answered-before-stored',
    edits: [
      {
        replace: 'await orders.send(new PutCommand({ TableName: tableName, Item: item }));',
        by: 'orders.send(new PutCommand({ TableName: tableName, Item: item })).catch((error) => console.error(error));',
      },
    ],
  },
  {
    name: 'broken-json-accepted',
    edits: [
      {
        replace: "    throw new InvalidOrderError('the body must be JSON');",
        by: "    if (text !== '') return { orderId: 'unknown', customerId: 'unknown', items: [{ sku: 'unknown', quantity: 1, unitPriceCents: 0 }] };\n    throw new InvalidOrderError('the body must be JSON');",
      },
    ],
  },
  {
    name: 'no-body-is-ours',
    edits: [
      {
        replace: "function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): unknown {",
        by: "function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {\n  if (body === undefined) throw new TypeError('body is undefined');",
      },
    ],
  },
  {
    name: 'base64-as-text',
    edits: [
      {
        replace: "const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;",
        by: "const text = isBase64Encoded && body === '' ? '' : body;",
      },
    ],
  },
  {
    name: 'quantity-coerced',
    edits: [
      {
        replace: 'quantity: integerAt(quantity, `${path}.quantity`, 1, 1_000)',
        by: "quantity: integerAt(typeof quantity === 'string' ? Number(quantity) : quantity, `${path}.quantity`, 1, 1_000)",
      },
    ],
  },
  {
    name: 'no-field-named',
    edits: [
      {
        replace: 'return answer(400, { error: error.message });',
        by: "return answer(400, { error: 'Invalid order' });",
      },
    ],
  },
  {
    name: 'first-item-named',
    edits: [{ replace: 'const path = `items[${index}]`;', by: 'const path = `items[${index * 0}]`;' }],
  },
  {
    name: 'invalid-order-stored',
    edits: [
      {
        replace: "      console.warn('order refused:', error.message);",
        by: `      console.warn('order refused:', error.message);
      await orders.send(new PutCommand({ TableName: tableName, Item: { orderId: 'invalid', status: 'REJECTED' } }));`,
      },
    ],
  },
  {
    name: 'order-before-remembered',
    edits: [
      {
        replace: 'class InvalidOrderError',
        by: 'let before: Record<string, unknown> = {};\n\nclass InvalidOrderError',
      },
      {
        replace: "  const { orderId, customerId, items } = objectAt(value, 'order');",
        by: `  before = { ...before, ...objectAt(value, 'order') };
  const { orderId, customerId, items } = before;`,
      },
    ],
  },
  {
    name: 'failure-swallowed',
    edits: [
      {
        replace: 'await orders.send(new PutCommand({ TableName: tableName, Item: item }));',
        by: "await orders.send(new PutCommand({ TableName: tableName, Item: item })).catch((error) => console.error('order not stored:', error));",
      },
    ],
  },
  {
    name: 'cause-told',
    edits: [
      {
        replace: "return answer(500, { error: 'Internal error' });",
        by: 'return answer(500, { error: String(error) });',
      },
    ],
  },
  {
    name: 'errors-without-content-type',
    edits: [
      {
        replace: "headers: { 'content-type': 'application/json' }",
        by: "headers: statusCode < 400 ? { 'content-type': 'application/json' } : {}",
      },
    ],
  },
  {
    name: 'loads-without-table',
    edits: [
      {
        replace:
          "if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');",
        by: "if (!tableName) console.warn('The environment variable TABLE_NAME is not set.');",
      },
    ],
  },
];
