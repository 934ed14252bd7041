import { Agent, request as httpRequest } from 'node:http';
import { cbor } from '@smithy/core/cbor';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import type { WireService } from '../../../local-cloud/protocols/types.ts';
import type { Json } from './values.ts';

/** A request as it goes out, nothing about it checked. */
export interface RawRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export interface RawResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export type ProtocolName = 'awsJson' | 'rpcV2Cbor' | 'query' | 'rest';

/** The protocols in which a service listens. */
export function protocolsOf(service: WireService): ProtocolName[] {
  const names: ProtocolName[] = [];
  if (service.targetPrefix) names.push('awsJson', 'rpcV2Cbor');
  if (service.query) names.push('query');
  return names.length > 0 ? names : ['rest'];
}

/** Writes an input as a client would, in one of the service's protocols; no shape is checked on the way. */
export function requestFor(
  service: WireService,
  schema: StaticOperationSchema,
  protocol: ProtocolName,
  input: Json,
): RawRequest {
  const headers = { authorization: authorizationFor(service.name) };
  const operation = schema[2];
  switch (protocol) {
    case 'awsJson':
      return {
        method: 'POST',
        path: '/',
        headers: {
          ...headers,
          'content-type': `application/x-amz-json-${service.jsonVersion ?? '1.0'}`,
          'x-amz-target': `${service.targetPrefix}.${operation}`,
        },
        body: JSON.stringify(input),
      };
    case 'rpcV2Cbor':
      return {
        method: 'POST',
        path: `/service/${service.targetPrefix}/operation/${operation}`,
        headers: { ...headers, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: cbor.serialize(input),
      };
    case 'query': {
      const form = new URLSearchParams({ Action: operation, Version: service.query?.version ?? '' });
      addToForm(form, '', NormalizedSchema.of(schema[4]), input);
      return {
        method: 'POST',
        path: '/',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      };
    }
    case 'rest':
      return restRequest(service, schema, input, headers);
  }
}

/** What every request is signed with; the account checks who signs, not the signature. */
export function authorizationFor(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/**
 * Sends a request and reads the whole answer.
 * @throws Error when there is none within `limitMs` of real time, or the connection breaks
 */
export function send(
  endpoint: string,
  { method, path, headers, body }: RawRequest,
  limitMs = 10_000,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const request = httpRequest(
      { agent, hostname, port, method, path, headers: { ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.setTimeout(limitMs, () => request.destroy(new Error(`no answer within ${limitMs} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** Ends the connections that are kept for the next request. */
export function closeConnections(): void {
  agent.destroy();
}

function addToForm(form: URLSearchParams, prefix: string, schema: NormalizedSchema, value: Json): void {
  const under = (name: string) => (prefix === '' ? name : `${prefix}.${name}`);
  if (Array.isArray(value)) {
    const flat = schema.isListSchema() && schema.getMergedTraits().xmlFlattened;
    const item = schema.isListSchema() ? schema.getValueSchema() : schema;
    for (const [index, entry] of value.entries())
      addToForm(form, under(flat ? String(index + 1) : `member.${index + 1}`), item, entry);
    return;
  }
  if (value !== null && typeof value === 'object') {
    if (schema.isMapSchema()) {
      for (const [index, [key, entry]] of Object.entries(value).entries()) {
        const at = under(schema.getMergedTraits().xmlFlattened ? `${index + 1}` : `entry.${index + 1}`);
        form.append(`${at}.${schema.getKeySchema().getMergedTraits().xmlName ?? 'key'}`, key);
        const item = schema.getValueSchema();
        addToForm(form, `${at}.${item.getMergedTraits().xmlName ?? 'value'}`, item, entry);
      }
      return;
    }
    const members = membersOf(schema);
    for (const [name, entry] of Object.entries(value)) {
      const member = members.get(name);
      addToForm(form, under(String(member?.getMergedTraits().xmlName ?? name)), member ?? schema, entry);
    }
    return;
  }
  form.append(prefix, textOf(schema, value));
}

function restRequest(
  service: WireService,
  schema: StaticOperationSchema,
  input: Json,
  headers: Record<string, string>,
): RawRequest {
  const shape = NormalizedSchema.of(schema[4]);
  const traits = schema[3];
  const [method, uri] = (typeof traits === 'object' ? traits.http : undefined) as [string, string, number];
  let [path = '/', literal = ''] = uri.split('?');
  const query = new URLSearchParams(literal);
  const bodyMembers: Record<string, Json> = {};
  let body: string | Uint8Array | undefined;
  const given = (input ?? {}) as Record<string, Json>;
  const members = membersOf(shape);
  for (const [name, value] of Object.entries(given)) {
    const member = members.get(name);
    const { httpLabel, httpHeader, httpQuery, httpPrefixHeaders, httpPayload } =
      member?.getMergedTraits() ?? {};
    const text = textOf(member ?? shape, value);
    // Node.js itself refuses a longer head of a request, and the client writes this header.
    const short = wellFormed(text.slice(0, 2000));
    if (httpHeader === 'Content-Length') continue;
    if (httpLabel)
      path = path.replace(`{${name}}`, encodeURIComponent(short)).replace(`{${name}+}`, encodeURI(short));
    else if (httpHeader) headers[String(httpHeader).toLowerCase()] = headerText(short);
    else if (httpQuery) query.append(String(httpQuery), short);
    else if (httpPrefixHeaders) headers[`${httpPrefixHeaders}fuzz`] = headerText(short);
    else if (httpPayload && member) {
      if (member.isStructSchema())
        body = service.restXml
          ? xmlOf(String(member.getMergedTraits().xmlName ?? member.getName()), member, value)
          : JSON.stringify(value);
      else body = member.isBlobSchema() ? Buffer.from(text, 'base64') : text;
    } else bodyMembers[String(member?.getMergedTraits().jsonName ?? name)] = value;
  }
  if (body === undefined && !service.restXml && method !== 'GET') body = JSON.stringify(bodyMembers);
  if (service.restXml && typeof given.Bucket === 'string')
    path = `/${encodeURI(wellFormed(given.Bucket.slice(0, 2000)))}${path}`;
  // A label without a value: the path of another operation, or of none.
  path = path.replace(/\{\w+\+?\}/g, '');
  const search = query.toString().replace(/=(&|$)/g, '$1');
  return {
    method,
    path: search === '' ? path : `${path}?${search}`,
    headers: { 'content-type': service.restXml ? 'application/xml' : 'application/json', ...headers },
    body: body ?? '',
  };
}

function xmlOf(tag: string, schema: NormalizedSchema, value: Json): string {
  if (Array.isArray(value)) {
    const item = schema.isListSchema() ? schema.getValueSchema() : schema;
    const name = String(item.getMergedTraits().xmlName ?? 'member');
    if (schema.getMergedTraits().xmlFlattened) return value.map((entry) => xmlOf(tag, item, entry)).join('');
    return `<${tag}>${value.map((entry) => xmlOf(name, item, entry)).join('')}</${tag}>`;
  }
  if (value !== null && typeof value === 'object') {
    const members = membersOf(schema);
    const inner = Object.entries(value).map(([name, entry]) => {
      const member = members.get(name);
      return xmlOf(String(member?.getMergedTraits().xmlName ?? name), member ?? schema, entry);
    });
    return `<${tag}>${inner.join('')}</${tag}>`;
  }
  const text = textOf(schema, value).replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<${tag}>${text}</${tag}>`;
}

function membersOf(schema: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  return schema.isStructSchema() ? new Map(schema.structIterator()) : new Map();
}

function textOf(schema: NormalizedSchema, value: Json): string {
  if (schema.isTimestampSchema() && typeof value === 'number' && Math.abs(value) <= 8.64e12)
    return new Date(value * 1000).toISOString();
  return wellFormed(value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** Half a character cannot be sent. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString('utf8');
}

/** Node.js sends no other characters in a header. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}
