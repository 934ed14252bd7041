import { describe, expect, it, test } from 'vitest';
import { send, testApiGateway } from './testing.ts';

const SHOP = 'https://shop.example.com';
const CORS = {
  AllowOrigins: [SHOP],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['Content-Type', 'Authorization'],
  ExposeHeaders: ['location'],
  MaxAge: 3600,
};

function corsHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
}

describe('a preflight request', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  it('is answered by the API itself, on every path', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['ANY /api/{proxy+}'], { cors: CORS });
    for (const path of ['/api/orders', '/elsewhere']) {
      const response = await send(url, path, preflight(SHOP));
      expect([response.status, response.body]).toEqual([204, '']);
      expect(corsHeaders(response.headers)).toEqual({
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'Content-Type,Authorization',
        'access-control-max-age': '3600',
      });
    }
    expect(gateway.invocations).toEqual([]);
  });

  it('from another origin gets no permission', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { cors: CORS });
    const response = await send(url, '/', preflight('https://evil.example.com'));
    expect([response.status, corsHeaders(response.headers)]).toEqual([204, {}]);
  });

  it('goes to the function when the API is not configured for CORS', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default']);
    gateway.handle(() => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } }));
    const response = await send(url, '/', preflight(SHOP));
    expect([response.status, corsHeaders(response.headers)]).toEqual([
      200,
      { 'access-control-allow-origin': '*' },
    ]);
  });

  it('without Access-Control-Request-Method is none: it is routed', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['GET /orders'], { cors: CORS });
    expect((await send(url, '/orders', { method: 'OPTIONS', headers: { origin: SHOP } })).status).toBe(404);
  });
});

describe('the response to a page of another origin', () => {
  it("has the API's headers instead of the function's", async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { cors: CORS });
    gateway.handle(() => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'access-control-max-age': '1', 'x-shop': 'yes' },
    }));
    const response = await send(url, '/', { headers: { origin: SHOP } });
    expect(corsHeaders(response.headers)).toEqual({
      'access-control-allow-origin': SHOP,
      'access-control-expose-headers': 'location',
    });
    expect(response.headers['x-shop']).toBe('yes');
  });

  it('has no CORS header when the request has no origin, even if the function sends one', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { cors: CORS });
    gateway.handle(() => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } }));
    expect(corsHeaders((await send(url, '/')).headers)).toEqual({});
  });

  it('says so when credentials are allowed', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { cors: { ...CORS, AllowCredentials: true } });
    const response = await send(url, '/', { headers: { origin: SHOP } });
    expect(response.headers['access-control-allow-credentials']).toBe('true');
  });

  it('has the headers on errors of the API too', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['GET /orders'], { cors: CORS });
    const response = await send(url, '/nothing', { headers: { origin: SHOP } });
    expect([response.status, response.headers['access-control-allow-origin']]).toEqual([404, SHOP]);
  });

  it('has none after the configuration is deleted', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['$default'], { cors: CORS });
    gateway.operations.DeleteCorsConfiguration({ ApiId });
    expect(corsHeaders((await send(url, '/', { headers: { origin: SHOP } })).headers)).toEqual({});
  });
});

describe('an allowed origin', () => {
  test.each([
    ['*', 'https://any.example.com', '*'],
    ['https://*', 'https://any.example.com', 'https://any.example.com'],
    ['https://*', 'http://any.example.com', undefined],
    ['http://*', 'http://localhost:3000', 'http://localhost:3000'],
    ['https://shop.example.com', 'https://shop.example.com:8443', undefined],
  ])('%s, asked by %s, answers %s', async (allowed, origin, expected) => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { cors: { AllowOrigins: [allowed] } });
    const response = await send(url, '/', { headers: { origin } });
    expect(response.headers['access-control-allow-origin']).toBe(expected);
  });

  it('cannot be * with credentials', async () => {
    await using gateway = testApiGateway();
    await expect(
      gateway.createApi([], { cors: { AllowOrigins: ['*'], AllowCredentials: true } }),
    ).rejects.toMatchObject({
      name: 'BadRequestException',
      message: "allow-credentials is not supported if 'allow-origin' is *",
    });
  });

  it.each(['shop.example.com', 'https://shop.example.com/'])(
    'has a scheme and no path: not %s',
    async (origin) => {
      await using gateway = testApiGateway();
      await expect(gateway.createApi([], { cors: { AllowOrigins: [origin] } })).rejects.toMatchObject({
        name: 'BadRequestException',
        message: `Invalid format for origin ${origin}`,
      });
    },
  );
});
