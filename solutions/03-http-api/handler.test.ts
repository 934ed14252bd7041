import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';

// The module reads its configuration when it is imported: set it first.
vi.stubEnv('TABLE_NAME', 'orders');
const { handler } = await import('./handler.ts');

// Replaces `send` of every document client. It would not catch calls on a plain DynamoDBClient.
const documents = mockClient(DynamoDBDocumentClient);

const sent = {
  orderId: 'order-1',
  customerId: 'Müller; 50%',
  items: [{ sku: 'TEA', quantity: 2, unitPriceCents: 500 }],
};
const stored = { ...sent, totalCents: 1000, status: 'RECEIVED' };
const json = { 'content-type': 'application/json' };

beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
  documents.on(GetCommand).resolves({});
  documents.on(QueryCommand).resolves({ Items: [] });
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('creating an order', () => {
  test('answers 201, where it is, and who ordered', async () => {
    expect(await handler(request('POST', '/api/orders', { body: JSON.stringify(sent) }))).toEqual({
      statusCode: 201,
      headers: { ...json, location: '/api/orders/order-1' },
      cookies: ['customer=M%C3%BCller%3B%2050%25; Path=/api; HttpOnly; Secure; SameSite=Lax'],
      body: JSON.stringify(stored),
    });
  });

  test('writes the order once, and only if the id is free', async () => {
    await handler(request('POST', '/api/orders', { body: JSON.stringify(sent) }));

    expect(documents.commandCalls(PutCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { TableName: 'orders', Item: stored, ConditionExpression: 'attribute_not_exists(orderId)' },
    ]);
  });

  test('ignores what is not the client’s to say', async () => {
    const body = JSON.stringify({ ...sent, totalCents: 1, status: 'PAID', coupon: 'SPRING' });
    await handler(request('POST', '/api/orders', { body }));

    expect(documents.commandCalls(PutCommand)[0]?.args[0].input.Item).toEqual(stored);
  });

  test('reads a body that came as base64', async () => {
    const body = Buffer.from(JSON.stringify(sent)).toString('base64');
    const answer = await handler(request('POST', '/api/orders', { body, isBase64Encoded: true }));

    expect(answer).toMatchObject({ statusCode: 201, body: JSON.stringify(stored) });
  });

  test('is a 409 when the id is taken', async () => {
    documents
      .on(PutCommand)
      .rejects(
        new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} }),
      );

    expect(await handler(request('POST', '/api/orders', { body: JSON.stringify(sent) }))).toEqual(
      problem(409, 'the order order-1 exists already'),
    );
  });

  test.each([
    ['no body', undefined, 'the body must be JSON'],
    ['no JSON', '{"orderId":', 'the body must be JSON'],
    ['no object', 'null', 'order must be an object'],
    ['a wrong id', change({ orderId: 'a/b' }), 'orderId must be a text of 1 to 64 letters, digits, _ or -'],
    [
      'a blank customer',
      change({ customerId: ' ' }),
      'customerId must be a text of 1 to 64 characters, not all blank',
    ],
    ['no items', change({ items: [] }), 'items must be a list of 1 to 100 items'],
    [
      'a quantity that is text',
      change({ items: [{ sku: 'TEA', quantity: '2', unitPriceCents: 500 }] }),
      'items[0].quantity must be a whole number from 1 to 1000',
    ],
  ])('is a 400 for %s, and nothing is written', async (_, body, reason) => {
    expect(await handler(request('POST', '/api/orders', { body }))).toEqual(problem(400, reason));
    expect(documents.calls()).toEqual([]);
  });
});

describe('reading an order', () => {
  test('answers the item', async () => {
    documents.on(GetCommand, { TableName: 'orders', Key: { orderId: 'order-1' } }).resolves({ Item: stored });

    expect(await handler(request('GET', '/api/orders/order-1'))).toEqual({
      statusCode: 200,
      headers: json,
      body: JSON.stringify(stored),
    });
  });

  test('is a 404 when there is none', async () => {
    expect(await handler(request('GET', '/api/orders/order-2'))).toEqual(
      problem(404, 'there is no such order'),
    );
  });

  test.each(['a%2Db', '100%', 'a b', 'x'.repeat(65)])('does not ask the table for the id %s', async (id) => {
    expect(await handler(request('GET', `/api/orders/${id}`))).toEqual(
      problem(404, 'there is no such order'),
    );
    expect(documents.calls()).toEqual([]);
  });
});

describe('listing orders', () => {
  const query = () => documents.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input);

  test('asks the index for the customer, 50 at most by default', async () => {
    await handler(request('GET', '/api/orders', { queryStringParameters: { customerId: 'anna' } }));

    expect(query()).toEqual([
      expect.objectContaining({
        IndexName: 'byCustomer',
        ExpressionAttributeValues: { ':customerId': 'anna' },
        Limit: 50,
      }),
    ]);
  });

  test('goes on with the next page until there are enough', async () => {
    const page = (ids: string[], next?: string) => ({
      Items: ids.map((orderId) => ({ orderId })),
      ...(next && { LastEvaluatedKey: { orderId: next } }),
    });
    documents
      .on(QueryCommand)
      .resolvesOnce(page(['a', 'b'], 'b'))
      .resolvesOnce(page(['c', 'd'], 'd'))
      .rejects(new Error('one page too many'));

    const queryStringParameters = { customerId: 'anna', limit: '3' };
    expect(await handler(request('GET', '/api/orders', { queryStringParameters }))).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ orders: [{ orderId: 'a' }, { orderId: 'b' }, { orderId: 'c' }] }),
    });
  });

  test('takes the customer from the cookie when the query names none', async () => {
    await handler(request('GET', '/api/orders', { cookies: ['theme=dark', 'customer=M%C3%BCller%3B'] }));

    expect(query()[0]?.ExpressionAttributeValues).toEqual({ ':customerId': 'Müller;' });
  });

  test.each(['0', '101', '2.5', '-1', 'ten', ''])('is a 400 for the limit "%s"', async (limit) => {
    const queryStringParameters = { customerId: 'anna', limit };
    expect(await handler(request('GET', '/api/orders', { queryStringParameters }))).toEqual(
      problem(400, 'limit must be a whole number from 1 to 100'),
    );
  });

  test.each([
    ['nobody', {}],
    ['a cookie that is broken', { cookies: ['customer=%'] }],
  ])('is a 400 for %s', async (_, more) => {
    expect(await handler(request('GET', '/api/orders', more))).toMatchObject({ statusCode: 400 });
  });
});

test.each([
  ['DELETE', '/api/orders', 'GET, POST'],
  ['OPTIONS', '/api/orders', 'GET, POST'],
  ['POST', '/api/orders/order-1', 'GET'],
])('%s %s is a 405 that allows %s', async (method, path, allow) => {
  expect(await handler(request(method, path))).toEqual({
    ...problem(405, `this path takes ${allow}`),
    headers: { ...json, allow },
  });
});

test.each([
  '/api/customers',
  '/api/orders/',
  '/api/orders/a/items',
  '/api/v2/api/orders/a',
  '/api/ordersarchive',
])('%s is a 404', async (path) => {
  expect(await handler(request('POST', path))).toEqual(problem(404, 'there is nothing at this path'));
});

test('what fails inside is a 500 without the cause', async () => {
  documents.on(GetCommand).rejects(new Error('orders-eu is on fire'));

  expect(await handler(request('GET', '/api/orders/order-1'))).toEqual(problem(500, 'Internal error'));
  expect(console.error).toHaveBeenCalledOnce();
});

function problem(statusCode: number, error: string) {
  return { statusCode, headers: json, body: JSON.stringify({ error }) };
}

/** A good order's body with other values. */
function change(values: object): string {
  return JSON.stringify({ ...sent, ...values });
}

/** The event of a request through the route `ANY /api/{proxy+}`. */
function request(
  method: string,
  rawPath: string,
  more: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  const routeKey = 'ANY /api/{proxy+}';
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: '',
    headers: { host: 'api.example.com' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.10', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:10:00:00 +0000',
      timeEpoch: 1767261600000,
    },
    pathParameters: { proxy: rawPath.slice('/api/'.length) },
    isBase64Encoded: false,
    ...more,
  };
}
