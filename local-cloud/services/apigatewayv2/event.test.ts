import { describe, expect, it, test } from 'vitest';
import { send, testApiGateway } from './testing.ts';

describe('the event of payload format 2.0', () => {
  it('has every member of a whole request', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['POST /api/{proxy+}']);
    gateway.operations.UpdateStage({ ApiId, StageName: '$default', StageVariables: { table: 'orders' } });
    const { host } = new URL(url);
    const response = await send(url, '/api/orders?status=new&tag=a&tag=b', {
      method: 'POST',
      headers: [
        ...[
          'Host',
          host,
          'User-Agent',
          'shop/1.0',
          'Content-Type',
          'application/json',
          'Accept',
          'text/html',
        ],
        ...['ACCEPT', 'application/json', 'Cookie', 'session=abc; theme=dark', 'Content-Length', '17'],
      ],
      body: '{"orderId":"o-1"}',
    });
    const event = gateway.lastEvent();
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /api/{proxy+}',
      rawPath: '/api/orders',
      rawQueryString: 'status=new&tag=a&tag=b',
      cookies: ['session=abc', 'theme=dark'],
      headers: {
        accept: 'text/html,application/json',
        'content-length': '17',
        'content-type': 'application/json',
        host,
        'user-agent': 'shop/1.0',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': host.split(':')[1],
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { status: 'new', tag: 'a,b' },
      requestContext: {
        accountId: '123456789012',
        apiId: ApiId,
        domainName: host,
        domainPrefix: ApiId,
        http: {
          method: 'POST',
          path: '/api/orders',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'shop/1.0',
        },
        requestId: response.headers['apigw-requestid'],
        routeKey: 'POST /api/{proxy+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { proxy: 'orders' },
      body: '{"orderId":"o-1"}',
      isBase64Encoded: false,
      stageVariables: { table: 'orders' },
    });
  });

  it('leaves out what a request does not have', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/orders');
    const event = gateway.lastEvent();
    expect(Object.keys(event).sort()).toEqual(
      [
        'headers',
        'isBase64Encoded',
        'rawPath',
        'rawQueryString',
        'requestContext',
        'routeKey',
        'version',
      ].sort(),
    );
    expect([event.rawQueryString, event.isBase64Encoded, event.requestContext.http.userAgent]).toEqual([
      '',
      false,
      '',
    ]);
    expect(event.headers['content-length']).toBe('0');
  });

  it('has the route key, not the method, for a route of any method', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['ANY /orders']);
    await send(url, '/orders', { method: 'PUT' });
    expect(gateway.lastEvent()).toMatchObject({
      routeKey: 'ANY /orders',
      requestContext: { routeKey: 'ANY /orders', http: { method: 'PUT' } },
    });
  });

  it('decodes the path, but not the raw query string', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/orders/Summer%20Sale/%E2%98%95?q=Hello%20World&tag=C%23&plus=a+b');
    expect(gateway.lastEvent()).toMatchObject({
      rawPath: '/orders/Summer Sale/☕',
      rawQueryString: 'q=Hello%20World&tag=C%23&plus=a+b',
      queryStringParameters: { q: 'Hello World', tag: 'C#', plus: 'a b' },
      requestContext: { http: { path: '/orders/Summer Sale/☕' } },
    });
  });

  it('loses what follows a decoded question mark in the path', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/orders/me%3Fadmin=true');
    expect(gateway.lastEvent().rawPath).toBe('/orders/me');
  });

  it('has an empty value for a query parameter without one', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/orders?open&limit=');
    expect(gateway.lastEvent().queryStringParameters).toEqual({ open: '', limit: '' });
  });

  it('has the time of the cloud', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await gateway.cloud.clock.advance(24 * 3_600_000);
    const before = Math.floor(gateway.cloud.clock.now());
    await send(url, '/');
    const { time, timeEpoch } = gateway.lastEvent().requestContext;
    expect(timeEpoch).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time.replace(/^(\d+)\/(\w+)\/(\d+):/, '$1 $2 $3 '))).toBe(
      Math.floor(timeEpoch / 1000) * 1000,
    );
  });

  it("keeps the client's trace id and hands it to the function", async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    const trace = 'Root=1-67fd88cb-4981526a50466e9f2be0fbed';
    await send(url, '/', { headers: { 'X-Amzn-Trace-Id': trace } });
    expect(gateway.lastEvent().headers['x-amzn-trace-id']).toBe(trace);
    expect(gateway.invocations[0]?.call.traceHeader).toBe(trace);
  });

  it('does not pass on what belongs to the connection', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/', {
      method: 'POST',
      headers: { connection: 'close', 'transfer-encoding': 'chunked' },
      body: 'x',
    });
    const { headers } = gateway.lastEvent();
    expect([headers.connection, headers['transfer-encoding'], headers['content-length']]).toEqual([
      undefined,
      undefined,
      '1',
    ]);
  });

  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    [undefined, true],
  ])('a body of type %s is base64: %s', async (type, isBase64Encoded) => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await send(url, '/', { method: 'POST', headers: type ? { 'content-type': type } : {}, body: 'a=ü' });
    const event = gateway.lastEvent();
    expect([event.isBase64Encoded, event.body]).toEqual([
      isBase64Encoded,
      isBase64Encoded ? Buffer.from('a=ü').toString('base64') : 'a=ü',
    ]);
  });
});

describe('the event of payload format 1.0', () => {
  it('has every member of a whole request', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId } = await gateway.createApi(['GET /orders/{id}'], { payload: '1.0' });
    const { host } = new URL(url);
    const response = await send(url, '/orders/%E2%98%95?tag=a&tag=b', {
      headers: [
        'host',
        host,
        'user-agent',
        'shop/1.0',
        'X-Shop',
        '1',
        'X-Shop',
        '2',
        'cookie',
        'session=abc',
      ],
    });
    const requestId = response.headers['apigw-requestid'];
    const port = host.split(':')[1];
    const trace = expect.stringMatching(/^Root=1-/);
    expect(gateway.lastEvent()).toEqual({
      version: '1.0',
      resource: '/orders/{id}',
      path: '/orders/%E2%98%95',
      httpMethod: 'GET',
      headers: {
        'Content-Length': '0',
        Host: host,
        'User-Agent': 'shop/1.0',
        'X-Amzn-Trace-Id': trace,
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': port,
        'X-Forwarded-Proto': 'http',
        'X-Shop': '2',
        cookie: 'session=abc',
      },
      multiValueHeaders: {
        'Content-Length': ['0'],
        Host: [host],
        'User-Agent': ['shop/1.0'],
        'X-Amzn-Trace-Id': [trace],
        'X-Forwarded-For': ['127.0.0.1'],
        'X-Forwarded-Port': [port],
        'X-Forwarded-Proto': ['http'],
        'X-Shop': ['1', '2'],
        cookie: ['session=abc'],
      },
      queryStringParameters: { tag: 'b' },
      multiValueQueryStringParameters: { tag: ['a', 'b'] },
      requestContext: {
        accountId: '123456789012',
        apiId: ApiId,
        domainName: host,
        domainPrefix: ApiId,
        extendedRequestId: requestId,
        httpMethod: 'GET',
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          clientCert: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: '127.0.0.1',
          user: null,
          userAgent: 'shop/1.0',
          userArn: null,
        },
        path: '/orders/☕',
        protocol: 'HTTP/1.1',
        requestId,
        requestTime: expect.stringMatching(/ \+0000$/),
        requestTimeEpoch: expect.any(Number),
        resourceId: 'GET /orders/{id}',
        resourcePath: '/orders/{id}',
        stage: '$default',
      },
      pathParameters: { id: '☕' },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it('has null for what a request does not have', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi(['$default'], { payload: '1.0' });
    await send(url, '/');
    expect(gateway.lastEvent()).toMatchObject({
      body: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      queryStringParameters: null,
      stageVariables: null,
    });
  });
});
