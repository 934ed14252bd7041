import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, createAccount } from './account.ts';

/** The way of a trace header through the account's services, to a function that is traced. */
let account: Account;
let url: string;

beforeAll(async () => {
  account = createAccount({ clock: 'warp' });
  await account.listen();
  const { outputs } = await account.deploy({ stackName: 'Orders', template: TEMPLATE, assets: {} });
  url = outputs.Url ?? '';
});

afterAll(() => account.close());

function newTraceId(): string {
  const seconds = Math.floor(account.cloud.clock.now() / 1000).toString(16);
  return `1-${seconds}-${account.cloud.uuid().replaceAll('-', '').slice(0, 24)}`;
}

/** Origins of the segments of a trace. */
async function origins(traceId: string): Promise<unknown[]> {
  const { Traces = [] } = await account.services.xray.BatchGetTraces({ TraceIds: [traceId] }, account.call());
  return (Traces[0]?.Segments ?? []).map(({ Document = '' }) => JSON.parse(Document).origin);
}

const BOTH = ['AWS::Lambda', 'AWS::Lambda::Function'];

describe('a request to an HTTP API', () => {
  /** The trace header that the function saw. */
  const request = async (headers: Record<string, string> = {}) => (await fetch(url, { headers })).text();

  test('without a trace header: the function decides, and takes the first of a second', async () => {
    const seen = await request();
    expect(seen).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1/);
    expect(await origins(seen.slice('Root='.length, seen.indexOf(';')))).toEqual(BOTH);
  });

  test('that is sampled is traced, in the trace of its client', async () => {
    const traceId = newTraceId();
    const seen = await request({ 'x-amzn-trace-id': `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1` });
    expect(seen).toContain(`Root=${traceId};`);
    expect(await origins(traceId)).toEqual(BOTH);
  });

  test('that is not sampled is not traced', async () => {
    const traceId = newTraceId();
    expect(await request({ 'x-amzn-trace-id': `Root=${traceId};Sampled=0` })).toContain('Sampled=0');
    expect(await origins(traceId)).toEqual([]);
  });
});

test.each([
  ['entry', (header: string) => ({ entry: { TraceHeader: header }, call: {} })],
  ['request', (header: string) => ({ entry: {}, call: { traceHeader: header } })],
])(
  'an event goes on with the trace of its %s, in the function that its rule invokes',
  async (_of, partsOf) => {
    const traceId = newTraceId();
    const { entry, call } = partsOf(`Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1`);
    await account.services.eventbridge.PutEvents(
      { Entries: [{ Source: 'shop.orders', DetailType: 'Order Created', Detail: '{}', ...entry }] },
      { ...account.call(), ...call },
    );
    await expect.poll(() => origins(traceId), { timeout: 20_000 }).toEqual(BOTH);
  },
);

const allow = (Principal: object, Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action }],
});
const permission = (service: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'Function' },
    Principal: `${service}.amazonaws.com`,
  },
});

const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: allow({ Service: 'lambda.amazonaws.com' }, 'sts:AssumeRole'),
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => process.env._X_AMZN_TRACE_ID;' },
        TracingConfig: { Mode: 'Active' },
      },
    },
    ApiMayInvoke: permission('apigateway'),
    RuleMayInvoke: permission('events'),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: '$default',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['shop.orders'] },
        Targets: [{ Id: 'function', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
      },
    },
  },
  Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
};
