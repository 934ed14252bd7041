import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetTracesCommand, GetTraceSummariesCommand, XRayClient } from '@aws-sdk/client-xray';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';

/** Powertools' tracer as it comes from npm, in a function that is traced; read with the official client. */
let account: Account;
let xray: XRayClient;
let folder: string;
let functionName: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracer-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'tracer-handler.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    external: ['@aws-sdk/*', '@smithy/*'],
  });
  account = createAccount();
  const endpoint = await account.listen();
  xray = new XRayClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const stack = { stackName: 'Orders', template: TEMPLATE, assets: { 'code.zip': folder } };
  const { resources } = await account.deploy(stack);
  functionName = resources.Function?.physicalId ?? '';
});

afterAll(async () => {
  xray.destroy();
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Segment {
  name: string;
  origin?: string;
  fault?: boolean;
  annotations?: Record<string, unknown>;
  subsegments?: Segment[];
}

async function invoke(event: object, traceId: string): Promise<Segment[]> {
  await account.services.lambda.Invoke(
    { FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) },
    { ...account.call(), traceHeader: `Root=${traceId};Sampled=1` },
  );
  const read = async () => {
    const { Traces = [] } = await xray.send(new BatchGetTracesCommand({ TraceIds: [traceId] }));
    return (Traces[0]?.Segments ?? []).map(({ Document = '' }) => JSON.parse(Document) as Segment);
  };
  // What the tracer sends is a datagram: the answer of the function may overtake it.
  await expect.poll(async () => find(await read(), '## index.handler'), { timeout: 20_000 }).toBeDefined();
  return read();
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds}-${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
}

/** Names of the parts of a trace, the inner ones indented. */
function outline(segments: readonly Segment[], indent = ''): string[] {
  return segments.flatMap((segment) => [
    `${indent}${segment.name}`,
    ...outline(segment.subsegments ?? [], `${indent}  `),
  ]);
}

function find(segments: readonly Segment[], name: string): Segment | undefined {
  for (const segment of segments) {
    const found = segment.name === name ? segment : find(segment.subsegments ?? [], name);
    if (found) return found;
  }
  return undefined;
}

test('the parts of an invocation stand in each other, down to the call of DynamoDB', async () => {
  const segments = await invoke({ orderId: 'o-1' }, newTraceId());
  expect(segments.map(({ origin }) => origin)).toEqual([
    'AWS::Lambda',
    'AWS::Lambda::Function',
    'AWS::DynamoDB::Table',
  ]);
  expect(outline(segments.slice(1, 2))).toEqual([
    functionName,
    '  Initialization',
    '  Invocation',
    '    ## index.handler',
    '      store-order',
    '        DynamoDB',
    '  Overhead',
  ]);
});

test('annotations are what traces are found by', async () => {
  const traceId = newTraceId();
  await invoke({ orderId: 'o-2' }, traceId);
  const now = Date.now();
  const { TraceSummaries = [] } = await xray.send(
    new GetTraceSummariesCommand({
      StartTime: new Date(now - 60_000),
      EndTime: new Date(now + 60_000),
      FilterExpression: 'annotation.orderId = "o-2"',
    }),
  );
  expect(TraceSummaries.map(({ Id }) => Id)).toEqual([traceId]);
});

test('a handler that throws is a fault, and so is the function', async () => {
  const segments = await invoke({ orderId: 'o-3', fails: true }, newTraceId());
  expect(find(segments, '## index.handler')).toMatchObject({ fault: true });
  expect(find(segments, 'store-order')?.fault).toBeFalsy();
  expect(segments[1]).toMatchObject({ fault: true });
});

const TEMPLATE = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'orders',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
                  Resource: '*',
                },
                {
                  Effect: 'Allow',
                  Action: 'dynamodb:PutItem',
                  Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
                },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        MemorySize: 512,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } },
      },
    },
  },
};
