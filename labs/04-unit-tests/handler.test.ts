import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';

process.env.TABLE_NAME = 'orders';
const { handler } = await import('./handler.ts');

const documents = mockClient(DynamoDBDocumentClient);
documents.on(PutCommand).resolves({});

const order = {
  orderId: 'order-1',
  customerId: 'customer-1',
  items: [{ sku: 'TEA', quantity: 2, unitPriceCents: 500 }],
};

// TODO 1: Let each test start from nothing, whichever test ran before it.
// TODO 2: Look at what was written and answered, not only at whether something was.
// TODO 3: Fix the time and the id, and send two orders.
// TODO 4: Send what clients send: no body, broken JSON, base64, wrong fields, fields too many.
// TODO 5: Let DynamoDB fail, let it take its time, and forget TABLE_NAME.
describe('handler', () => {
  test('stores an order', async () => {
    await handler(request(order));

    expect(documents.calls()).toHaveLength(1);
  });

  test('answers 200', async () => {
    const answer = await handler(request(order));

    expect(answer.statusCode).toBe(200);
    expect(documents.calls()).toHaveLength(2);
  });

  test('refuses an order without items', async () => {
    const answer = await handler(request({ ...order, items: [] }));

    expect(answer.statusCode).toBe(400);
  });
});

function request(body: object): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /api/orders',
    rawPath: '/api/orders',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: {} as APIGatewayProxyEventV2['requestContext'],
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
