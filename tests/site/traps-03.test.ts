import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { TrapStack } from '../../docs/examples/03-trap-stack.ts';
import { decodeAgain, everythingIs400, lookFirst, type Table } from '../../docs/examples/03-traps.ts';
import { createAccount } from '../../local-cloud/account.ts';

const request = (method: string, rawPath: string, body?: string) =>
  ({
    rawPath,
    routeKey: 'ANY /api/{proxy+}',
    pathParameters: { proxy: rawPath.slice('/api/'.length) },
    requestContext: { http: { method } },
    body,
  }) as unknown as APIGatewayProxyEventV2;

describe('the handlers that lesson 03 warns of', () => {
  it('one catch for all answers 400 for a wrong method and for a broken table, and 200 for nothing', async () => {
    expect(await everythingIs400(request('DELETE', '/api/orders/a'), table())).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Unsupported route'),
    });
    const broken: Table = { ...table(), find: () => Promise.reject(new Error('no right on orders-eu')) };
    expect(await everythingIs400(request('GET', '/api/orders/a'), broken)).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('orders-eu'),
    });
    expect(await everythingIs400(request('GET', '/api/orders/a'), table())).toEqual({
      statusCode: 200,
      body: undefined,
    });
  });

  it('looking first tells two clients that the same id is theirs', async () => {
    const shared = table();
    const create = (customerId: string) =>
      lookFirst(request('POST', '/api/orders', JSON.stringify({ orderId: 'a', customerId })), shared);
    const answers = await Promise.all([create('anna'), create('ben')]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(shared.orders.size).toBe(1);
  });

  it('decoding again finds another order, and throws for a lone percent sign', async () => {
    const orders = table({ 'a-b': { orderId: 'a-b' } });
    // What arrives when a client sends a%252Db.
    expect(await decodeAgain(request('GET', '/api/orders/a%2Db'), orders)).toMatchObject({
      body: '{"orderId":"a-b"}',
    });
    await expect(decodeAgain(request('GET', '/api/orders/100%'), orders)).rejects.toThrow('URI malformed');
  });
});

describe('the API that lesson 03 warns of', () => {
  const template = Template.fromStack(new TrapStack(new App(), 'Trap'));

  it('has no stage that serves it, and no permission to call the function', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 0);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  it('asks for events that the handler does not read', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '1.0' });
  });

  it('is refused, because every origin may not send credentials', async () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({ AllowCredentials: true }),
    });
    const account = createAccount();
    try {
      const deployed = account.deploy({ stackName: 'Trap', template: template.toJSON(), assets: {} });
      await expect(deployed).rejects.toThrow('allow-credentials is not supported');
    } finally {
      await account.close();
    }
  });
});

/** A table in memory that takes a moment, as every table does. */
function table(items: Record<string, object> = {}): Table & { orders: Map<string, object> } {
  const orders = new Map(Object.entries(items));
  return {
    orders,
    find: async (orderId) => orders.get(orderId),
    put: async (order) => void orders.set((order as { orderId: string }).orderId, order),
  };
}
