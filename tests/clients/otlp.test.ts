import { gzipSync } from 'node:zlib';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { BatchGetTracesCommand, XRayClient } from '@aws-sdk/client-xray';
import { HttpRequest } from '@smithy/core/protocols';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('a request as protobuf', () => {
  const protobuf = { 'content-type': 'application/x-protobuf' };
  /** The bytes of a length-delimited field. */
  const field = (number: number, content: string | Buffer) => {
    const bytes = Buffer.from(content);
    return Buffer.concat([Buffer.of(number * 8 + 2, bytes.length), bytes]);
  };
  const time = (number: number, milliseconds: number) => {
    const bytes = Buffer.alloc(9, number * 8 + 1);
    bytes.writeBigUInt64LE(BigInt(milliseconds) * 1_000_000n, 1);
    return bytes;
  };
  function binaryRequestOf(traceId: string): Buffer {
    const now = Date.now();
    const span = Buffer.concat([
      field(1, Buffer.from(traceId, 'hex')),
      field(2, Buffer.from('53995c3f42cd8ad8', 'hex')),
      field(5, 'POST /orders'),
      Buffer.of(0x30, 2),
      time(7, now),
      time(8, now + 20),
    ]);
    const service = field(1, Buffer.concat([field(1, 'service.name'), field(2, field(1, 'orders'))]));
    return field(1, Buffer.concat([field(1, service), field(2, field(2, span))]));
  }

  test('is taken, compressed too, and answered as protobuf', async () => {
    for (const compress of [false, true]) {
      const traceId = crypto.randomUUID().replaceAll('-', '');
      const body = binaryRequestOf(traceId);
      const response = compress
        ? await send(gzipSync(body), { ...protobuf, 'content-encoding': 'gzip' })
        : await send(body, protobuf);
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        200,
        'application/x-protobuf',
        '',
      ]);
      const TraceIds = [`1-${traceId.slice(0, 8)}-${traceId.slice(8)}`];
      const { Traces = [] } = await clientOf(owner).send(new BatchGetTracesCommand({ TraceIds }));
      expect(JSON.parse(Traces[0]?.Segments?.[0]?.Document ?? '')).toMatchObject({ name: 'orders' });
    }
  });

  test('is told how many spans were rejected', async () => {
    const response = await send(binaryRequestOf('00'.repeat(16)), protobuf);
    const answer = Buffer.from(await response.arrayBuffer());
    expect([response.status, answer.subarray(2, 4), answer.toString('utf8', 6)]).toEqual([
      200,
      Buffer.of(0x08, 1),
      expect.stringContaining('traceId'),
    ]);
  });

  test('is refused when it is none', async () => {
    const response = await send(Buffer.from([10, 5]), protobuf);
    expect([response.status, await response.json()]).toEqual([
      400,
      { Message: expect.stringContaining('not valid protobuf') },
    ]);
  });
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
