import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import type { WireService } from '../../local-cloud/protocols/types.ts';
import { clientOf, WIRE_SERVICE_NAMES, wireServiceOf } from '../../local-cloud/protocols/wire-services.ts';
import { createRandom } from '../../local-cloud/random.ts';
import { complaintAbout } from './fuzz/answers.ts';
import {
  authorizationFor,
  closeConnections,
  protocolsOf,
  type RawRequest,
  requestFor,
  send,
} from './fuzz/requests.ts';
import { restore } from './fuzz/resources.ts';
import { broken, deep, fitting, pick, type Source } from './fuzz/values.ts';
import { wordsOf } from './fuzz/words.ts';

/**
 * Random and malformed input for every operation, over the wire. The same seed makes the same requests.
 * `FUZZ_ROUNDS=50 FUZZ_SEED=7 npx vitest run tests/local-cloud/fuzz.test.ts` looks longer and elsewhere.
 */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 1);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

let account: Account;
let endpoint: string;
/** What the account says of its own failures; part of the message when one is found. */
const stderr: string[] = [];

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr.push(String(text));
    return true;
  });
  // The CBOR reader says so when a number that it was sent is too long.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  account = createAccount({ clock: 'warp' });
  endpoint = await account.listen();
});

afterAll(async () => {
  closeConnections();
  await account.close();
  vi.restoreAllMocks();
});

describe.each(WIRE_SERVICE_NAMES)('%s', (name) => {
  test(
    'answers whatever it is sent with a modelled response or a modelled error',
    async () => {
      const service = await serviceNamed(name);
      const client = (await clientOf(name)) ?? {};
      const complaints = new Map<string, string>();
      const accepted = new Set<string>();
      for (const operation of supportedBy(name)) {
        const wordsFor = wordsOf(client, await restore(account));
        for (let round = 0; round < ROUNDS; round++) {
          const { next } = createRandom(seedOf(`${SEED}:${round}:${name}:${operation}`));
          for (const [kind, request] of requestsFor(service, operation, { next, wordsFor })) {
            stderr.length = 0;
            const { complaint, status } = await judge(service, request);
            if (status < 300) accepted.add(operation);
            if (complaint)
              complaints.set(
                `${operation}: ${firstLine(complaint)}`,
                `${operation}, ${kind} (FUZZ_SEED=${SEED}, round ${round}): ${complaint}\n  ${show(request)}`,
              );
          }
        }
      }
      expect([...complaints.values()].join('\n\n')).toBe('');
      // Input that fits does get through: a fuzzer that is only refused would find nothing.
      expect(accepted.size).toBeGreaterThan(supportedBy(name).length / 5);
      expect(await identity()).toContain('arn:aws:iam::123456789012:root');
    },
    60_000 * ROUNDS + 60_000,
  );

  test('refuses an operation that it does not support, naming itself and the operation', async () => {
    const service = await serviceNamed(name);
    const supported = supportedBy(name);
    const wrong: string[] = [];
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: NotImplemented.
    const refused = name === 's3' ? 501 : 400;
    for (const [operation, schema] of service.operations) {
      if (supported.includes(operation)) continue;
      const source = { next: () => 0.5, wordsFor: () => ['fuzz'] };
      for (const protocol of protocolsOf(service)) {
        const input = fitting(source, NormalizedSchema.of(schema[4]), 1, 3);
        const { status, body } = await send(endpoint, requestFor(service, schema, protocol, input));
        // An operation on a host of its own (WriteGetObjectResponse) is refused by its path.
        const says = new RegExp(
          `${name}:${operation} is not supported|${name} has no operation .*${operation}`,
        );
        if (status !== refused || !says.test(body.toString('utf8')))
          wrong.push(`${operation} (${protocol}): ${status} ${body.toString('utf8').slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('has an answer for a service that it does not have', async () => {
  const request: RawRequest = {
    method: 'POST',
    path: '/',
    headers: { authorization: authorizationFor('kinesis'), 'x-amz-target': 'Kinesis_20131202.PutRecord' },
    body: '{}',
  };
  const { status, body } = await send(endpoint, request);
  expect(status).toBe(400);
  expect(body.toString('utf8')).toContain(
    'The service kinesis is not supported by the local cloud (PutRecord).',
  );
});

/** What an operation is sent: input that fits, input that nearly fits, and what is no input at all. */
function* requestsFor(
  service: WireService,
  operation: string,
  source: Source,
): Generator<[string, RawRequest]> {
  const schema = service.operations.get(operation);
  if (!schema)
    throw new Error(`${service.name} has an operation ${operation} that its client does not know.`);
  const shape = NormalizedSchema.of(schema[4]);
  const protocols = protocolsOf(service);
  const any = () => pick(source, protocols);
  for (const protocol of protocols) {
    yield ['fitting', requestFor(service, schema, protocol, fitting(source, shape))];
    yield ['members missing', requestFor(service, schema, protocol, fitting(source, shape, 0.5))];
    yield ['a wrong part', requestFor(service, schema, protocol, broken(source, fitting(source, shape)))];
  }
  for (let index = 0; index < 4; index++)
    yield ['fitting', requestFor(service, schema, any(), fitting({ ...source, calm: true }, shape, 1))];
  for (let index = 0; index < 2; index++)
    yield ['a wrong part', requestFor(service, schema, any(), broken(source, fitting(source, shape, 1)))];
  const request = requestFor(service, schema, any(), fitting(source, shape, 1));
  const bytes = Buffer.from(request.body);
  yield ['cut off', { ...request, body: bytes.subarray(0, Math.floor(source.next() * bytes.length)) }];
  yield [
    'garbage',
    {
      ...request,
      body: Buffer.from(
        pick(source, [
          '{',
          '<a',
          '\u0000\ufffd',
          '&=&=.1.=',
          '[',
          '"a"',
          'null',
          '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        ]),
      ),
    },
  ];
  yield ['very deep', { ...request, body: deepBody(source, shape) }];
  yield [
    'another content type',
    {
      ...request,
      headers: {
        ...request.headers,
        'content-type': pick(source, [
          'text/plain',
          '',
          'application/cbor',
          'application/x-www-form-urlencoded',
          'multipart/form-data',
        ]),
      },
    },
  ];
  yield [
    'another method',
    { ...request, method: pick(source, ['GET', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS']) },
  ];
  yield [
    'another path',
    {
      ...request,
      path: pick(source, [
        '/%',
        `${request.path}%`,
        request.path.replace(/fuzz/g, '%zz'),
        '/a/b/c',
        '//',
        `${request.path}/x`,
        '/?Action=',
        `/${'a'.repeat(4000)}`,
      ]),
    },
  ];
}

function deepBody(source: Source, shape: NormalizedSchema): string {
  const member = shape.isStructSchema() ? [...shape.structIterator()].map(([name]) => name) : [];
  return member.length > 0 ? `{"${pick(source, member)}":${deep(source)}}` : deep(source);
}

async function judge(
  service: WireService,
  request: RawRequest,
): Promise<{ complaint: string | undefined; status: number }> {
  try {
    const response = await send(endpoint, request);
    const complaint = complaintAbout(service, request, response);
    return { complaint: complaint && [complaint, ...stderr].join('\n  '), status: response.status };
  } catch (error) {
    return { complaint: String(error), status: 0 };
  }
}

async function serviceNamed(name: string): Promise<WireService> {
  const service = await wireServiceOf(name);
  if (!service) throw new Error(`No wire service ${name}.`);
  return service;
}

function supportedBy(name: string): string[] {
  return Object.keys(account.operationsOf(name));
}

async function identity(): Promise<string> {
  const request = {
    method: 'POST',
    path: '/',
    headers: { authorization: authorizationFor('sts'), 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  };
  return (await send(endpoint, request)).body.toString('utf8');
}

function seedOf(text: string): number {
  let hash = 0;
  for (const char of text) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return hash;
}

function firstLine(text: string): string {
  return text
    .slice(0, 400)
    .split('\n')
    .slice(0, 3)
    .join(' ')
    .replace(/[0-9a-f-]{36}/g, '');
}

function show({ method, path, headers, body }: RawRequest): string {
  const { authorization: _, ...others } = headers;
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(others).slice(0, 500)}\n  ${Buffer.from(body).toString('utf8').slice(0, 900)}`;
}
