import { describe, expect, it } from 'vitest';
import { send, testApiGateway } from './testing.ts';

describe('the size of a request', () => {
  it('is 10 MB at most', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    const headers = { 'content-type': 'text/plain' };
    const whole = await send(url, '/', {
      method: 'POST',
      headers,
      body: Buffer.alloc(10 * 1024 * 1024, 'x'),
    });
    expect(whole.status).toBe(200);
    const tooLarge = await send(url, '/', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(10 * 1024 * 1024 + 1) },
    }).catch((error) => error);
    expect(tooLarge).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  });

  it('is limited without a length in advance too', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    const response = await send(url, '/', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: Buffer.alloc(10 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
    expect(gateway.invocations).toEqual([]);
  });

  it('is 10,240 bytes at most for request line and header values', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    expect((await send(url, '/', { headers: { 'x-long': 'x'.repeat(10_000) } })).status).toBe(200);
    expect((await send(url, '/', { headers: { 'x-long': 'x'.repeat(10_240) } })).status).toBe(431);
    expect((await send(url, `/${'x'.repeat(10_240)}`)).status).toBe(431);
  });
});

describe('the time of an integration', () => {
  it('is 30 s at most: then the client gets 503, and the function goes on', async () => {
    await using gateway = testApiGateway();
    const { clock } = gateway.cloud;
    const { url } = await gateway.createApi();
    let ended = 0;
    gateway.handle(async (_event, { work }) => {
      await clock.wait({ until: clock.now() + 60_000, work });
      ended = clock.now();
      return { statusCode: 200 };
    });
    const startedAt = clock.now();
    const response = await send(url, '/');
    expect([response.status, response.body]).toEqual([503, '{"message":"Service Unavailable"}']);
    expect(gateway.journal('request')).toMatchObject([
      { status: 503, integrationError: 'The integration did not answer within 30000 ms.' },
    ]);
    await clock.advance(60_000);
    expect(ended).toBeGreaterThanOrEqual(startedAt + 60_000);
  });

  it('is shorter when the integration says so', async () => {
    await using gateway = testApiGateway();
    const { clock } = gateway.cloud;
    const { url } = await gateway.createApi(['$default'], { timeout: 5_000 });
    gateway.handle(async (_event, { work }) => {
      await clock.wait({ until: clock.now() + 5_001, work });
      return {};
    });
    expect((await send(url, '/')).status).toBe(503);
    gateway.handle(async (_event, { work }) => {
      await clock.wait({ until: clock.now() + 4_900, work });
      return { statusCode: 200 };
    });
    expect((await send(url, '/')).status).toBe(200);
  });

  it('leaves nothing open on the clock', async () => {
    await using gateway = testApiGateway();
    const { clock } = gateway.cloud;
    const { url } = await gateway.createApi();
    await send(url, '/');
    const at = clock.now() + 86_400_000;
    await clock.wait({ until: at });
    expect(clock.now()).toBeGreaterThanOrEqual(at);
  });
});

describe('throttling', () => {
  it('lets a burst through, then as many a second as the rate says', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi();
    gateway.operations.UpdateStage({
      ApiId,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 },
    });
    const statuses = async (requests: number) => {
      const seen: number[] = [];
      for (let n = 0; n < requests; n++) seen.push((await send(url, '/')).status);
      return seen;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await send(url, '/')).body).toBe('{"message":"Too Many Requests"}');
    await gateway.cloud.clock.advance(1_000_000);
    expect(await statuses(2)).toEqual([200, 429]);
    expect(gateway.invocations).toHaveLength(3);
  });

  it('of one route does not hold up another', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['GET /a', 'GET /b']);
    gateway.operations.UpdateStage({
      ApiId,
      StageName: '$default',
      RouteSettings: { 'GET /a': { ThrottlingBurstLimit: 0, ThrottlingRateLimit: 0 } },
    });
    expect((await send(url, '/a')).status).toBe(429);
    expect((await send(url, '/b')).status).toBe(200);
    gateway.operations.DeleteRouteSettings({ ApiId, StageName: '$default', RouteKey: 'GET /a' });
    expect((await send(url, '/a')).status).toBe(200);
  });
});

describe('what a request leaves behind', () => {
  it('is a journal entry and a cost for every 512 KB, but no cost when throttled', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['POST /orders']);
    const response = await send(url, '/orders?x=1', { method: 'POST', body: Buffer.alloc(600 * 1024) });
    expect(gateway.journal('request')).toMatchObject([
      {
        apiId: ApiId,
        stage: '$default',
        routeKey: 'POST /orders',
        method: 'POST',
        path: '/orders',
        status: 200,
        requestId: response.headers['apigw-requestid'],
      },
    ]);
    const cost = { unit: 'http-api-request', resource: `arn:aws:apigateway:us-east-1::/apis/${ApiId}` };
    expect(gateway.journal('cost')).toMatchObject([{ ...cost, amount: 2 }]);
    gateway.operations.UpdateStage({
      ApiId,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 0 },
    });
    await send(url, '/orders', { method: 'POST' });
    expect(gateway.journal('cost')).toHaveLength(1);
  });
});

describe('the call to Lambda', () => {
  it("comes from the service, with the route's ARN as source", async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['ANY /api/{proxy+}', '$default']);
    await send(url, '/api/orders', { method: 'PUT' });
    await send(url, '/elsewhere');
    const [first, second] = gateway.invocations;
    const api = `arn:aws:execute-api:us-east-1:123456789012:${ApiId}`;
    expect(first?.call.principal).toMatchObject({
      type: 'service',
      service: 'apigateway.amazonaws.com',
      sourceArn: `${api}/$default/PUT/api/{proxy+}`,
    });
    expect(second?.call.principal).toMatchObject({ sourceArn: `${api}/$default/$default` });
  });

  it('names the alias that the integration names', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId, IntegrationId } = await gateway.createApi();
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
    for (const [IntegrationUri, expected] of [
      [`${arn}:live`, { FunctionName: arn, Qualifier: 'live' }],
      [
        `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}:live/invocations`,
        { FunctionName: arn, Qualifier: 'live' },
      ],
      [arn, { FunctionName: arn }],
    ] as const) {
      gateway.operations.UpdateIntegration({ ApiId, IntegrationId, IntegrationUri });
      await send(url, '/');
      const { Payload: _, ...named } = gateway.invocations.at(-1)?.input ?? {};
      expect(named).toEqual(expected);
    }
  });

  it('is not made for a route without an integration', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi([]);
    gateway.operations.CreateRoute({ ApiId, RouteKey: 'GET /orders' });
    expect((await send(url, '/orders')).status).toBe(404);
  });
});
