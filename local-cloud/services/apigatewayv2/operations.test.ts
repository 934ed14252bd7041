import { describe, expect, it, test } from 'vitest';
import { FUNCTION_ARN, send, testApiGateway } from './testing.ts';

/** Runs an operation as a promise, so that a test can expect it to be refused however it refuses. */
async function attempt<T>(operation: () => T | Promise<T>): Promise<T> {
  return operation();
}

describe('an API', () => {
  it('answers on an origin of its own as long as it exists', async () => {
    await using gateway = testApiGateway();
    const [first, second] = [await gateway.createApi(), await gateway.createApi()];
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(first.url).not.toBe(second.url);
    await gateway.operations.DeleteApi({ ApiId: first.ApiId });
    await expect(send(first.url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await send(second.url, '/')).status).toBe(200);
  });

  it('is gone with its account', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    await gateway.service.stop();
    await expect(send(url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is described as AWS does', async () => {
    await using gateway = testApiGateway();
    const { ApiId = '' } = await gateway.operations.CreateApi({
      Name: 'shop',
      ProtocolType: 'HTTP',
      Tags: { project: 'order-service' },
    });
    expect(gateway.operations.GetApi({ ApiId })).toEqual({
      ApiEndpoint: expect.stringMatching(/^http:/),
      ApiId: expect.stringMatching(/^[a-z0-9]{10}$/),
      ApiKeySelectionExpression: '$request.header.x-api-key',
      CorsConfiguration: undefined,
      CreatedDate: expect.any(Date),
      Description: undefined,
      DisableExecuteApiEndpoint: false,
      IpAddressType: 'ipv4',
      Name: 'shop',
      ProtocolType: 'HTTP',
      RouteSelectionExpression: '${request.method} ${request.path}',
      Tags: { project: 'order-service' },
      Version: undefined,
    });
  });

  it('keeps what an update does not mention', async () => {
    await using gateway = testApiGateway();
    const { ApiId } = await gateway.createApi([], { cors: { AllowOrigins: ['*'] } });
    gateway.operations.UpdateApi({ ApiId, Description: 'orders' });
    expect(gateway.operations.GetApi({ ApiId })).toMatchObject({
      Name: 'shop',
      Description: 'orders',
      CorsConfiguration: { AllowOrigins: ['*'] },
    });
  });

  it('made with a target has its stage, route and integration', async () => {
    await using gateway = testApiGateway();
    const { operations } = gateway;
    const { ApiId = '', ApiEndpoint = '' } = await operations.CreateApi({
      Name: 'shop',
      ProtocolType: 'HTTP',
      Target: FUNCTION_ARN,
    });
    expect((await send(ApiEndpoint, '/orders')).body).toBe('ok');
    expect(operations.GetRoutes({ ApiId }).Items).toMatchObject([
      { RouteKey: '$default', ApiGatewayManaged: true },
    ]);
    expect(operations.GetIntegrations({ ApiId }).Items).toMatchObject([
      { IntegrationUri: FUNCTION_ARN, PayloadFormatVersion: '2.0', ApiGatewayManaged: true },
    ]);
    expect(operations.GetStages({ ApiId }).Items).toMatchObject([
      { StageName: '$default', AutoDeploy: true },
    ]);
  });

  it('that could not be made completely is not there', async () => {
    await using gateway = testApiGateway();
    await expect(
      gateway.operations.CreateApi({ Name: 'shop', ProtocolType: 'HTTP', Target: 'nothing' }),
    ).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(gateway.operations.GetApis({}).Items).toEqual([]);
  });

  it('is listed page by page', async () => {
    await using gateway = testApiGateway();
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await gateway.createApi([])).ApiId);
    const first = gateway.operations.GetApis({ MaxResults: '2' });
    const second = gateway.operations.GetApis({ MaxResults: '2', NextToken: first.NextToken });
    expect([...(first.Items ?? []), ...(second.Items ?? [])].map(({ ApiId }) => ApiId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('changes', () => {
  it('of routes are served at once by a stage with automatic deployment', async () => {
    await using gateway = testApiGateway();
    const { url, ApiId, IntegrationId } = await gateway.createApi([]);
    const { RouteId } = gateway.operations.CreateRoute({
      ApiId,
      RouteKey: 'GET /a',
      Target: `integrations/${IntegrationId}`,
    });
    expect((await send(url, '/a')).status).toBe(200);
    gateway.operations.UpdateRoute({ ApiId, RouteId, RouteKey: 'GET /b' });
    expect([(await send(url, '/a')).status, (await send(url, '/b')).status]).toEqual([404, 200]);
    gateway.operations.DeleteRoute({ ApiId, RouteId });
    expect((await send(url, '/b')).status).toBe(404);
  });

  it('leave only the deployment that is served', async () => {
    await using gateway = testApiGateway();
    const { ApiId } = await gateway.createApi(['GET /a', 'GET /b', 'GET /c']);
    gateway.operations.UpdateApi({ ApiId, CorsConfiguration: { AllowOrigins: ['*'] } });
    const { Items = [] } = gateway.operations.GetDeployments({ ApiId });
    expect(Items).toMatchObject([{ AutoDeployed: true, DeploymentStatus: 'DEPLOYED' }]);
    expect(gateway.operations.GetStage({ ApiId, StageName: '$default' }).DeploymentId).toBe(
      Items[0]?.DeploymentId,
    );
  });
});

describe('tags', () => {
  it('of APIs and stages are set, read and taken away', async () => {
    await using gateway = testApiGateway();
    const { ApiId } = await gateway.createApi();
    const api = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`;
    for (const ResourceArn of [api, `${api}/stages/$default`]) {
      gateway.operations.TagResource({ ResourceArn, Tags: { a: '1', b: '2' } });
      gateway.operations.UntagResource({ ResourceArn, TagKeys: ['a'] });
      expect(gateway.operations.GetTags({ ResourceArn })).toEqual({ Tags: { b: '2' } });
    }
    expect(gateway.operations.GetStage({ ApiId, StageName: '$default' }).Tags).toEqual({ b: '2' });
  });
});

type Gateway = ReturnType<typeof testApiGateway>;
type Made = Awaited<ReturnType<Gateway['createApi']>>;

describe('is refused with the code of AWS:', () => {
  const refusals: [string, string, string | RegExp, (gateway: Gateway, made: Made) => unknown][] = [
    [
      'an unknown API',
      'NotFoundException',
      /^Invalid API identifier/,
      (g) => g.operations.GetApi({ ApiId: 'x' }),
    ],
    [
      'an unknown route',
      'NotFoundException',
      'Invalid Route identifier specified x',
      (g, { ApiId }) => g.operations.GetRoute({ ApiId, RouteId: 'x' }),
    ],
    [
      'an unknown stage',
      'NotFoundException',
      /^Invalid stage identifier/,
      (g, { ApiId }) => g.operations.DeleteStage({ ApiId, StageName: 'x' }),
    ],
    [
      'a second route with the same key',
      'ConflictException',
      'Route with key GET /a already exists for this API',
      (g, { ApiId }) => g.operations.CreateRoute({ ApiId, RouteKey: 'GET /a' }),
    ],
    [
      'a second stage with the same name',
      'ConflictException',
      'Stage already exists',
      (g, { ApiId }) => g.operations.CreateStage({ ApiId, StageName: '$default' }),
    ],
    [
      'a route to an unknown integration',
      'BadRequestException',
      /Unable to find Integration/,
      (g, { ApiId }) => g.operations.CreateRoute({ ApiId, RouteKey: 'GET /b', Target: 'integrations/x' }),
    ],
    [
      'an integration in use, to delete',
      'ConflictException',
      /GET \/a/,
      (g, { ApiId, IntegrationId }) => g.operations.DeleteIntegration({ ApiId, IntegrationId }),
    ],
    [
      'an integration without a payload format',
      'BadRequestException',
      /PayloadFormatVersion/,
      (g, { ApiId }) =>
        g.operations.CreateIntegration({ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: FUNCTION_ARN }),
    ],
    [
      'a timeout of more than 30 s',
      'BadRequestException',
      /30000 ms/,
      (g, { ApiId, IntegrationId }) =>
        g.operations.UpdateIntegration({ ApiId, IntegrationId, TimeoutInMillis: 30_001 }),
    ],
    [
      'an integration to what is no function',
      'BadRequestException',
      /uri/,
      (g, { ApiId, IntegrationId }) =>
        g.operations.UpdateIntegration({ ApiId, IntegrationId, IntegrationUri: 'arn:aws:sqs:us-east-1:1:q' }),
    ],
    [
      'a deployment for a stage that deploys by itself',
      'BadRequestException',
      /AutoDeploy/,
      (g, { ApiId }) => g.operations.CreateDeployment({ ApiId, StageName: '$default' }),
    ],
    [
      'settings for an unknown route',
      'NotFoundException',
      /Unable to find Route by key GET \/x/,
      (g, { ApiId }) =>
        g.operations.UpdateStage({ ApiId, StageName: '$default', RouteSettings: { 'GET /x': {} } }),
    ],
    [
      'execution logs',
      'BadRequestException',
      /not supported on protocolType HTTP/,
      (g, { ApiId }) =>
        g.operations.UpdateStage({
          ApiId,
          StageName: '$default',
          DefaultRouteSettings: { LoggingLevel: 'INFO' },
        }),
    ],
    [
      'route 301',
      'TooManyRequestsException',
      /300/,
      (g, { ApiId }) => {
        for (let n = 0; n < 300; n++) g.operations.CreateRoute({ ApiId, RouteKey: `GET /orders/${n}` });
      },
    ],
  ];
  test.each(refusals)('%s', async (_, name, message, operation) => {
    await using gateway = testApiGateway();
    const made = await gateway.createApi(['GET /a']);
    await expect(attempt(() => operation(gateway, made))).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test.each([
    'GET orders',
    'FETCH /orders',
    '/orders',
    'GET /orders/',
    'GET /a/{b+}/c',
    'GET /{a}/{a}',
    'GET /a{b}',
  ])('the route key %s', async (RouteKey) => {
    await using gateway = testApiGateway();
    const { ApiId } = await gateway.createApi([]);
    await expect(attempt(() => gateway.operations.CreateRoute({ ApiId, RouteKey }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });
});

describe('is not supported, and says so by name:', () => {
  const refusals: [string, (gateway: Gateway, made: Made) => unknown][] = [
    ['The protocol type WEBSOCKET', (g) => g.operations.CreateApi({ Name: 'x', ProtocolType: 'WEBSOCKET' })],
    [
      "CreateApi's CredentialsArn",
      (g) =>
        g.operations.CreateApi({ Name: 'x', ProtocolType: 'HTTP', CredentialsArn: 'arn:aws:iam::1:role/r' }),
    ],
    [
      "CreateApi's Target with an HTTP URL",
      (g) => g.operations.CreateApi({ Name: 'x', ProtocolType: 'HTTP', Target: 'https://shop.example.com' }),
    ],
    [
      'The integration type HTTP_PROXY',
      (g, { ApiId }) =>
        g.operations.CreateIntegration({ ApiId, IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://x' }),
    ],
    [
      "UpdateIntegration's RequestParameters",
      (g, { ApiId, IntegrationId }) =>
        g.operations.UpdateIntegration({
          ApiId,
          IntegrationId,
          RequestParameters: { 'overwrite:path': '/x' },
        }),
    ],
    [
      'The authorization type JWT',
      (g, { ApiId }) =>
        g.operations.CreateRoute({ ApiId, RouteKey: 'GET /b', AuthorizationType: 'JWT', AuthorizerId: 'x' }),
    ],
    [
      'The authorization type AWS_IAM',
      (g, { ApiId }) => g.operations.CreateRoute({ ApiId, RouteKey: 'GET /b', AuthorizationType: 'AWS_IAM' }),
    ],
    [
      "CreateStage's AccessLogSettings",
      (g, { ApiId }) =>
        g.operations.CreateStage({ ApiId, StageName: 'dev', AccessLogSettings: { DestinationArn: 'x' } }),
    ],
  ];
  test.each(refusals)('%s', async (what, operation) => {
    await using gateway = testApiGateway();
    const made = await gateway.createApi(['GET /a']);
    await expect(attempt(() => operation(gateway, made))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: `${what} is not supported by the local cloud.`,
    });
  });
});
