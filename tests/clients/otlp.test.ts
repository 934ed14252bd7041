import { gzipSync } from 'node:zlib';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { BatchGetTracesCommand, XRayClient } from '@aws-sdk/client-xray';
import { HttpRequest } from '@smithy/core/protocols';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';

/** Spans over HTTP, signed by the signer of the official client. */
let account: Account;
let endpoint: string;
const owner = { accessKeyId: 'test', secretAccessKey: 'test' };

beforeAll(async () => {
  account = createAccount();
  endpoint = await account.listen();
});

afterAll(() => account.close());

function clientOf(credentials: AwsCredentialIdentity): XRayClient {
  return new XRayClient({ endpoint, region: 'us-east-1', credentials });
}

async function send(
  body: string | Uint8Array,
  headers: Record<string, string>,
  credentials: AwsCredentialIdentity = owner,
): Promise<Response> {
  const { hostname, port, host } = new URL(endpoint);
  const request = new HttpRequest({
    method: 'POST',
    protocol: 'http:',
    ...{ hostname, port: Number(port), path: '/v1/traces', body },
    headers: { host, ...headers },
  });
  const signer = await clientOf(credentials).config.signer();
  const signed = await signer.sign(request);
  return fetch(`${endpoint}/v1/traces`, { method: 'POST', headers: signed.headers, body: Buffer.from(body) });
}

const json = { 'content-type': 'application/json' };

function requestOf(traceId: string): string {
  const now = Date.now();
  const span = {
    traceId,
    spanId: '53995c3f42cd8ad8',
    name: 'POST /orders',
    kind: 2,
    startTimeUnixNano: `${now}000000`,
    endTimeUnixNano: `${now + 20}000000`,
    attributes: [],
  };
  const service = { key: 'service.name', value: { stringValue: 'orders' } };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }],
  });
}

test('a span that was sent is read as a segment', async () => {
  const traceId = crypto.randomUUID().replaceAll('-', '');
  const response = await send(requestOf(traceId), json);
  expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
    200,
    'application/json',
    {},
  ]);
  const TraceIds = [`1-${traceId.slice(0, 8)}-${traceId.slice(8)}`];
  const { Traces = [] } = await clientOf(owner).send(new BatchGetTracesCommand({ TraceIds }));
  expect(JSON.parse(Traces[0]?.Segments?.[0]?.Document ?? '')).toMatchObject({ name: 'orders' });
});

test('a compressed request is taken', async () => {
  const response = await send(gzipSync(requestOf('a'.repeat(32))), { ...json, 'content-encoding': 'gzip' });
  expect(await response.json()).toEqual({});
});

test('the answer counts the spans that were rejected', async () => {
  const response = await send(requestOf('orders'), json);
  expect([response.status, await response.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('traceId') } },
  ]);
});

test('the binary format is refused by name', async () => {
  const response = await send(Buffer.from([10, 0]), { 'content-type': 'application/x-protobuf' });
  expect([response.status, await response.json()]).toEqual([
    415,
    { message: expect.stringContaining('application/x-protobuf') },
  ]);
});

test('a request that is not signed is refused', async () => {
  const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers: json, body: '{}' });
  expect(response.status).toBe(403);
});

test('a role needs xray:PutSpans', async () => {
  const { iam } = account.services;
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  const policyOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await iam.CreateRole(
    { RoleName: 'sender', AssumeRolePolicyDocument: policyOf(trust) },
    account.call(),
  );
  const grant = (Action: string) =>
    iam.PutRolePolicy(
      {
        RoleName: 'sender',
        PolicyName: 'spans',
        PolicyDocument: policyOf({ Effect: 'Allow', Action, Resource: '*' }),
      },
      account.call(),
    );
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: owner });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'collector' }),
  );
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  };
  const attempt = () => send(requestOf('b'.repeat(32)), json, session);
  await grant('xray:PutTraceSegments');
  const denied = await attempt();
  expect([denied.status, denied.headers.get('x-amzn-errortype'), await denied.json()]).toEqual([
    403,
    'AccessDeniedException',
    { message: expect.stringContaining('is not authorized to perform: xray:PutSpans') },
  ]);
  await grant('xray:PutSpans');
  expect((await attempt()).status).toBe(200);
});
