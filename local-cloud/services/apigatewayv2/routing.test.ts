import { describe, expect, it, test } from 'vitest';
import { createRouter } from './router.ts';
import { send, testApiGateway } from './testing.ts';

function select(routeKeys: readonly string[], method: string, path: string): string | undefined {
  const router = createRouter(
    routeKeys.map((RouteKey) => ({ RouteKey })),
    new Map(),
  );
  return router(method, path.slice(1).split('/'))?.target.route.RouteKey;
}

describe('the route of a request', () => {
  // The table of AWS's page on routes.
  const routes = ['$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1'];
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
  ])('%s %s is %s', (method, path, expected) => {
    expect(select(routes, method, path)).toBe(expected);
  });

  it('is $default when no other fits', () => {
    expect(select(['$default', 'GET /orders'], 'POST', '/orders')).toBe('$default');
  });

  it('is none when nothing fits', () => {
    expect(select(['GET /orders'], 'POST', '/orders')).toBeUndefined();
  });

  it('is one for the method before one for any method', () => {
    const orders = ['ANY /orders', 'GET /orders'];
    expect(select(orders, 'GET', '/orders')).toBe('GET /orders');
    expect(select(orders, 'DELETE', '/orders')).toBe('ANY /orders');
  });

  it('falls back to a less specific one when the method does not fit', () => {
    expect(select(['POST /orders/new', 'ANY /orders/{id}'], 'GET', '/orders/new')).toBe('ANY /orders/{id}');
  });

  it('is the one with the longer fixed path among greedy ones', () => {
    expect(select(['GET /{proxy+}', 'GET /api/{proxy+}'], 'GET', '/api/orders')).toBe('GET /api/{proxy+}');
  });

  it('has a full match before a greedy one, even with variables', () => {
    expect(select(['GET /api/{proxy+}', 'GET /{version}/orders'], 'GET', '/api/orders')).toBe(
      'GET /{version}/orders',
    );
  });

  it('takes a fixed part before a variable, from the left', () => {
    expect(select(['GET /{kind}/latest', 'GET /orders/{id}'], 'GET', '/orders/latest')).toBe(
      'GET /orders/{id}',
    );
  });

  it('does not ignore a trailing slash', () => {
    expect(select(['GET /orders'], 'GET', '/orders/')).toBeUndefined();
  });

  it('is greedy for an empty rest, but not for the path without its slash', () => {
    expect(select(['ANY /api/{proxy+}'], 'GET', '/api/')).toBe('ANY /api/{proxy+}');
    expect(select(['ANY /api/{proxy+}'], 'GET', '/api')).toBeUndefined();
    expect(select(['ANY /{proxy+}'], 'GET', '/')).toBe('ANY /{proxy+}');
  });

  it('needs a value for a variable', () => {
    expect(select(['GET /orders/{id}'], 'GET', '/orders/')).toBeUndefined();
  });

  it('matches a path before it is decoded: an encoded slash does not divide', () => {
    const router = createRouter([{ RouteKey: 'GET /orders/{id}' }], new Map());
    expect(router('GET', ['orders', 'a/b'])?.pathParameters).toEqual({ id: 'a/b' });
  });
});

describe('over HTTP', () => {
  it('a request without a route gets 404', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['ANY /api/{proxy+}']);
    const response = await send(url, '/orders');
    expect([response.status, response.body, response.headers['content-type']]).toEqual([
      404,
      '{"message":"Not Found"}',
      'application/json',
    ]);
    expect(response.headers['apigw-requestid']).toMatch(/^[\w-]{15}=$/);
    expect(gateway.invocations).toEqual([]);
  });

  it('path variables come decoded once', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['GET /orders/{id}/items/{item}']);
    await send(url, '/orders/a%20b%2Fc/items/%E2%98%95%2525');
    expect(gateway.lastEvent().pathParameters).toEqual({ id: 'a b/c', item: '☕%25' });
  });

  it('a malformed percent-encoding gets 400', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    expect((await send(url, '/orders/%zz')).status).toBe(400);
  });

  it('a named stage takes the requests whose path begins with its name', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['GET /orders'], { stage: 'dev' });
    expect((await send(url, '/dev/orders')).status).toBe(200);
    expect(gateway.lastEvent()).toMatchObject({
      rawPath: '/dev/orders',
      routeKey: 'GET /orders',
      requestContext: { stage: 'dev', http: { path: '/dev/orders' } },
    });
  });

  it('without a stage for it, a request gets 404', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { stage: 'dev' });
    expect((await send(url, '/orders')).status).toBe(404);
  });

  it('a stage without automatic deployment serves what was deployed', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId, IntegrationId } = await gateway.createApi(['GET /orders'], { stage: 'dev' });
    const { operations } = gateway;
    operations.CreateStage({ ApiId, StageName: 'prod' });
    expect((await send(url, '/prod/orders')).status).toBe(404);
    operations.CreateDeployment({ ApiId, StageName: 'prod' });
    expect((await send(url, '/prod/orders')).status).toBe(200);
    operations.CreateRoute({ ApiId, RouteKey: 'GET /items', Target: `integrations/${IntegrationId}` });
    expect((await send(url, '/dev/items')).status).toBe(200);
    expect((await send(url, '/prod/items')).status).toBe(404);
  });

  it('a disabled endpoint answers 404', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi();
    gateway.operations.UpdateApi({ ApiId, DisableExecuteApiEndpoint: true });
    expect((await send(url, '/')).status).toBe(404);
  });

  it('a Host that is not loopback is refused', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    expect((await send(url, '/', { headers: { host: 'evil.example.com' } })).status).toBe(403);
    expect(gateway.invocations).toEqual([]);
  });
});
