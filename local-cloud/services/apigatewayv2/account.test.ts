import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetApisCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../../account.ts';
import { send } from './testing.ts';

let account: Account;
let folder: string;
let client: ApiGatewayV2Client;

const HANDLER = `
exports.handler = async (event) => {
  if (event.rawPath === '/api/fail') throw new Error('no');
  return {
    statusCode: 201,
    headers: { 'content-type': 'application/json', location: '/api/orders/o-1' },
    cookies: ['customer=c-1'],
    body: JSON.stringify({ method: event.requestContext.http.method, proxy: event.pathParameters.proxy, body: event.body }),
  };
};`;

/** What CDK's HttpApi with one Lambda route synthesizes. */
const resources = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    },
  },
  Orders: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: 'orders.zip' },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs22.x',
    },
  },
  Api: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: {
      CorsConfiguration: { AllowOrigins: ['https://shop.example.com'], MaxAge: '3600' },
      Name: 'shop',
      ProtocolType: 'HTTP',
    },
  },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, AutoDeploy: true, StageName: '$default' },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Orders', 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      AuthorizationType: 'NONE',
      RouteKey: 'ANY /api/{proxy+}',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    },
  },
};

const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': ['Orders', 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/api/{proxy+}',
    },
  },
};

const outputs = {
  Endpoint: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
  // As CDK writes `HttpApi.url`.
  Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/' } },
};

function deploy(stackName: string, Resources: object, Outputs: object = outputs) {
  return account.deploy({ stackName, template: { Resources, Outputs }, assets: { 'orders.zip': folder } });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'http-api-'));
  writeFileSync(join(folder, 'index.js'), HANDLER);
  account = createAccount();
  const endpoint = await account.listen();
  client = new ApiGatewayV2Client({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client.destroy();
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a deployed stack', () => {
  it('serves its function at its output, also when the output is put together from the id', async () => {
    const { outputs: made } = await deploy('Shop', { ...resources, Permission: permission });
    expect(made.Url).toBe(`${made.Endpoint}/`);
    const response = await send(made.Endpoint ?? '', '/api/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example.com' },
      body: '{"orderId":"o-1"}',
    });
    expect([response.status, JSON.parse(response.body)]).toEqual([
      201,
      { method: 'POST', proxy: 'orders', body: '{"orderId":"o-1"}' },
    ]);
    expect(response.headers).toMatchObject({
      location: '/api/orders/o-1',
      'set-cookie': ['customer=c-1'],
      'access-control-allow-origin': 'https://shop.example.com',
    });
    expect((await send(made.Endpoint ?? '', '/api/fail')).body).toBe('{"message":"Internal Server Error"}');
  });

  it('is changed in place: the URL stays', async () => {
    const { outputs: before } = await deploy('Changed', { ...resources, Permission: permission });
    const { outputs: after } = await deploy('Changed', {
      ...resources,
      Permission: permission,
      Api: {
        ...resources.Api,
        Properties: { Name: 'shop', ProtocolType: 'HTTP', Tags: { project: 'shop' } },
      },
      Stage: {
        ...resources.Stage,
        Properties: {
          ...resources.Stage.Properties,
          DefaultRouteSettings: { ThrottlingBurstLimit: 0, ThrottlingRateLimit: 0 },
        },
      },
    });
    expect(after).toEqual(before);
    const response = await send(after.Endpoint ?? '', '/api/orders', {
      headers: { origin: 'https://shop.example.com' },
    });
    expect([response.status, response.headers['access-control-allow-origin']]).toEqual([429, undefined]);
  });

  it('without a permission for this API answers 500, and the journal says why', async () => {
    const { outputs: made } = await deploy('NotAllowed', resources);
    const response = await send(made.Endpoint ?? '', '/api/orders');
    expect([response.status, response.body]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(account.cloud.journal.read().filter(({ type }) => type === 'denial')).toContainEqual(
      expect.objectContaining({ principal: 'apigateway.amazonaws.com', action: 'lambda:InvokeFunction' }),
    );
  });

  it('gives back the port when it is deleted', async () => {
    const { outputs: made } = await deploy('Deleted', { ...resources, Permission: permission });
    await account.services.cloudformation.DeleteStack({ StackName: 'Deleted' }, account.call());
    await expect
      .poll(() => send(made.Endpoint ?? '', '/api/orders').catch((error) => error.code))
      .toBe('ECONNREFUSED');
  });

  it('with an authorizer is refused before anything is made', async () => {
    const Authorizer = {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { ApiId: { Ref: 'Api' }, AuthorizerType: 'JWT', Name: 'jwt' },
    };
    await expect(deploy('Authorized', { ...resources, Authorizer })).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'The resource type AWS::ApiGatewayV2::Authorizer is not supported by the local cloud.',
    });
  });
});

describe('the SDK client', () => {
  it('makes an API, its parts and tags, and deletes it', async () => {
    const { ApiId, ApiEndpoint = '' } = await client.send(
      new CreateApiCommand({
        Name: 'by-hand',
        ProtocolType: 'HTTP',
        CorsConfiguration: { AllowOrigins: ['*'] },
      }),
    );
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: 'arn:aws:lambda:us-east-1:123456789012:function:missing',
        PayloadFormatVersion: '2.0',
      }),
    );
    await client.send(
      new CreateRouteCommand({ ApiId, RouteKey: 'GET /orders', Target: `integrations/${IntegrationId}` }),
    );
    const { CreatedDate } = await client.send(
      new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }),
    );
    expect(CreatedDate).toBeInstanceOf(Date);
    expect((await send(ApiEndpoint, '/orders')).status).toBe(500);
    const { Items } = await client.send(new GetRoutesCommand({ ApiId, MaxResults: '1' }));
    expect(Items).toMatchObject([{ RouteKey: 'GET /orders', AuthorizationType: 'NONE' }]);
    expect(await client.send(new GetStageCommand({ ApiId, StageName: '$default' }))).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DeploymentId: expect.any(String),
    });
    const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: { project: 'shop', team: 'a' } }));
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }));
    expect((await client.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ project: 'shop' });
    await client.send(new UpdateApiCommand({ ApiId, Description: 'orders' }));
    expect(await client.send(new GetApiCommand({ ApiId }))).toMatchObject({
      ApiEndpoint,
      Description: 'orders',
      CorsConfiguration: { AllowOrigins: ['*'] },
    });
    expect((await client.send(new GetApisCommand({ MaxResults: '500' }))).Items).toContainEqual(
      expect.objectContaining({ ApiId }),
    );
    await client.send(new DeleteApiCommand({ ApiId }));
    await expect(client.send(new GetApiCommand({ ApiId }))).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('gets what is not supported by name', async () => {
    await expect(
      client.send(
        new CreateAuthorizerCommand({
          ApiId: 'x',
          AuthorizerType: 'JWT',
          IdentitySource: ['$request.header.Authorization'],
          Name: 'jwt',
        }),
      ),
    ).rejects.toThrow('apigateway:CreateAuthorizer is not supported by the local cloud.');
  });
});
