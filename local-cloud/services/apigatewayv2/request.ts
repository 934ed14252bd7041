import type { IncomingMessage } from 'node:http';
import { QUOTAS } from './model.ts';

/** A request to an API, taken apart once. */
export interface ApiRequest {
  readonly method: string;
  /** Path as sent, percent-encoded, without the query string. */
  readonly encodedPath: string;
  /** Decoded parts between the slashes; the first slash is left out. */
  readonly segments: readonly string[];
  /** Query string as sent, without the question mark. */
  readonly rawQueryString: string;
  /** Decoded, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  /** Names as sent, with what API Gateway adds, in the order sent. */
  readonly headers: readonly (readonly [string, string])[];
  header(name: string): string | undefined;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly body: Buffer;
}

/** What is wrong with a request before any route is looked for. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** They belong to one connection and are not passed on. https://www.rfc-editor.org/rfc/rfc9110#name-connection */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads a request up to the limits of HTTP APIs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * @param traceId the `X-Amzn-Trace-Id` for a request that carries none
 */
export async function readRequest(incoming: IncomingMessage, traceId: string): Promise<ApiRequest | Refusal> {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  if (headBytes(method, url, rawHeaders) > QUOTAS.headerBytes) {
    return { status: 431, message: 'Request Header Fields Too Large' };
  }
  const [encodedPath, rawQueryString] = splitUrl(url);
  const segments = decodeSegments(encodedPath);
  if (!segments) return { status: 400, message: 'Bad Request' };
  const body = await readBody(incoming);
  if (!body) return { status: 413, message: 'Request Entity Too Large' };
  const sourceIp = (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const headers = passedHeaders(incoming, body.length, sourceIp, traceId);
  return {
    method,
    encodedPath,
    segments,
    rawQueryString,
    query: [...new URLSearchParams(rawQueryString)],
    headers,
    header: (name) => headers.find(([given]) => given.toLowerCase() === name)?.[1],
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp,
    body,
  };
}

function headBytes(method: string, url: string, rawHeaders: readonly string[]): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return (
    Buffer.byteLength(`${method} ${url} HTTP/1.1`) + values.reduce((sum, value) => sum + value.length, 0)
  );
}

/** A target may be absolute (`GET http://host/path`), as proxies send it. */
function splitUrl(url: string): [string, string] {
  const target = url.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return [path === '' ? '/' : path, mark < 0 ? '' : target.slice(mark + 1)];
}

function decodeSegments(encodedPath: string): string[] | undefined {
  try {
    return encodedPath.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const EMPTY = Buffer.alloc(0);

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = incoming.headers;
  if (Number(length) > QUOTAS.bodyBytes) return undefined;
  // Most requests have no body; iterating over one that is not there costs more than all the rest.
  if (length === '0' && encoding === undefined) return EMPTY;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > QUOTAS.bodyBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** The client's headers with those that API Gateway sets. Here the protocol is http and the port the API's own. */
function passedHeaders(
  incoming: IncomingMessage,
  bodyBytes: number,
  sourceIp: string,
  traceId: string,
): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || lower === 'content-length' || lower.startsWith('x-forwarded-')) continue;
    headers.push([name, incoming.rawHeaders[index + 1] as string]);
  }
  const forwardedFor = incoming.headers['x-forwarded-for'];
  // A request without a body has `content-length: 0` too.
  headers.push(['Content-Length', String(bodyBytes)]);
  if (!incoming.headers['x-amzn-trace-id']) headers.push(['X-Amzn-Trace-Id', traceId]);
  headers.push(
    ['X-Forwarded-For', forwardedFor ? `${forwardedFor}, ${sourceIp}` : sourceIp],
    ['X-Forwarded-Port', String(incoming.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  );
  return headers;
}
