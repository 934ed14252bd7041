import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Work } from './clock.ts';
import type { Control } from './control.ts';
import { AwsError } from './errors.ts';
import { accountPrincipal, type CredentialStore } from './iam/credentials.ts';
import { isLoopbackHost } from './listen.ts';
import { dispatch, type OperationTable, refuse } from './protocols/dispatch.ts';
import { expiryOfPresigned, refusalOfPresigned, scopeOfPresigned } from './protocols/presigned.ts';
import type { WireRequest, WireResponse, WireService } from './protocols/types.ts';
import { refuseUnknownService } from './protocols/unknown-service.ts';
import { serviceOfTarget, takesStreams, wireServiceOf } from './protocols/wire-services.ts';
import type { Call, Cloud } from './service.ts';

interface ServerOptions {
  cloud: Cloud;
  credentials: CredentialStore;
  /** Guarded operations by the service's signing name. */
  services: Readonly<Record<string, object>>;
  /** Gives the zip behind an address that Lambda has given for a function's code. */
  codeOf?: (path: string) => Uint8Array | undefined;
  /** Answers what a test may do to the account; absent without a token. */
  control?: Control;
}

/** Larger than any request that a supported service but Lambda accepts. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** A function's zip of 50 MB in base64. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_LAMBDA_BODY_BYTES = 70_167_211;

/** Makes the HTTP server of an account; it does not listen yet. */
export function createAccountServer(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error) => {
      // The client is gone, or its request broke off: there is nobody to tell.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  // An invocation may take 15 minutes and a client may reuse a connection after a long pause.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  return server;
}

async function answer(
  { cloud, credentials, services, codeOf, control }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = foreignCaller(request);
  if (refusal) return send(cloud, response, plainError(403, refusal));
  const head = readHead(request);
  if (head.path.startsWith('/_control/')) {
    if (!control) return send(cloud, response, plainError(404, 'This account has no control endpoint.'));
    return control.answer(head.path.slice('/_control/'.length), request, response);
  }
  const code = head.method === 'GET' ? codeOf?.(head.path) : undefined;
  if (code) {
    const headers = { 'content-type': 'application/zip' };
    return send(cloud, response, { status: 200, headers, body: code });
  }
  const work = cloud.clock.begin();
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const signature = credentialScope(head);
    const wire = takesStreams(signature?.service)
      ? withStream(head, request, response)
      : await withBody(head, request, signature?.service);
    if (!wire) return await send(cloud, response, tooLarge(head, signature?.service));
    await send(
      cloud,
      response,
      await answerService({ cloud, credentials, services }, wire, signature, request, work, gone.signal),
    );
  } finally {
    work.end();
  }
}

async function answerService(
  { cloud, credentials, services }: Pick<ServerOptions, 'cloud' | 'credentials' | 'services'>,
  wire: WireRequest,
  signature: Signature | undefined,
  request: IncomingMessage,
  work: Work,
  signal: AbortSignal,
): Promise<WireResponse> {
  const name = signature?.service ?? serviceOfTarget(wire.headers['x-amz-target'] ?? '');
  if (!name)
    return plainError(
      403,
      'The request is not signed. Point an AWS client at this address.',
      'MissingAuthenticationToken',
    );
  const wireService = wireServiceOf(name);
  const operations = services[name];
  if (!wireService || !operations) return refuseUnknownService(name, wire, cloud.uuid());
  const session = signature && credentials.sessionOf(signature.accessKeyId);
  const now = cloud.clock.now();
  const unacceptable =
    name === 's3' && !wire.headers.authorization
      ? refusalOfPresigned(wire, now)
      : expiryOfPresigned(wire.query, now);
  if (unacceptable) return refuse(await wireService, unacceptable, cloud.uuid(), wire);
  if (session && session.expiresAt <= now) {
    const service = await wireService;
    const expired = new AwsError(...expiredToken(service), { status: 403 });
    return refuse(service, expired, cloud.uuid(), wire);
  }
  const call: Call = {
    principal: session?.principal ?? accountPrincipal(cloud),
    requestId: cloud.uuid(),
    signal,
    work: together(work, session?.work?.()),
    traceHeader: wire.headers['x-amzn-trace-id'],
    sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, ''),
    userAgent: wire.headers['user-agent'],
  };
  return dispatch(await wireService, operations as OperationTable, wire, call);
}

/** The JSON services say it in other words. */
function expiredToken({ query, restXml }: WireService): [code: string, message: string] {
  return query || restXml
    ? ['ExpiredToken', 'The security token included in the request is expired']
    : ['ExpiredTokenException', 'The security token included in the request is expired'];
}

/** While a handler is blocked in a long poll, neither its request nor its invocation is work. */
function together(request: Work, owner: Work | undefined): Work {
  if (!owner) return request;
  return { end: request.end, suspend: (blocked) => owner.suspend(() => request.suspend(blocked)) };
}

type Head = Omit<WireRequest, 'body' | 'stream'>;

/** The path stays as it was sent: a URL would take the dots out of an object key such as `a/../b`. */
function readHead(request: IncomingMessage): Head {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/, '') || '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers as Record<string, string | undefined>,
  };
}

async function withBody(
  head: Head,
  request: IncomingMessage,
  service: string | undefined,
): Promise<WireRequest | undefined> {
  const largest = service === 'lambda' ? LARGEST_LAMBDA_BODY_BYTES : LARGEST_BODY_BYTES;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largest) return undefined;
    chunks.push(chunk as Buffer);
  }
  return { ...head, body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) };
}

function withStream(head: Head, request: IncomingMessage, response: ServerResponse): WireRequest {
  // What a refusal leaves unread would be taken for the next request.
  response.once('finish', () => request.resume());
  const stream = { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
  return { ...head, body: new Uint8Array(), stream };
}

interface Signature {
  accessKeyId: string;
  service: string;
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`, in the header or in a presigned URL. */
function credentialScope({ headers, query }: Head): Signature | undefined {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  if (!credential) return scopeOfPresigned(query);
  const [accessKeyId, , , service] = credential.split('/');
  return accessKeyId && service ? { accessKeyId, service } : undefined;
}

/** A page in a browser must not reach the account, not even through a name that resolves to loopback. */
function foreignCaller(request: IncomingMessage): string | undefined {
  const { host = '', origin } = request.headers;
  if (!isLoopbackHost(host)) return `The Host ${host} is not loopback.`;
  if (origin && !isLoopbackHost(origin.replace(/^https?:\/\//, '')))
    return `The Origin ${origin} is not loopback.`;
  return undefined;
}

function tooLarge({ method, path }: Head, service: string | undefined): WireResponse {
  if (service !== 'lambda') return plainError(413, 'The request is larger than any service accepts.');
  const operation = path.endsWith('/invocations')
    ? 'Invoke'
    : method === 'PUT'
      ? 'UpdateFunctionCode'
      : 'CreateFunction';
  return plainError(
    413,
    `Request must be smaller than ${LARGEST_LAMBDA_BODY_BYTES} bytes for the ${operation} operation`,
    'RequestEntityTooLargeException',
  );
}

/** An error that every protocol's client can read, for requests that reach no service. */
function plainError(status: number, message: string, code = 'AccessDenied'): WireResponse {
  const { name } = new AwsError(code, message);
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
}

/** Returns a promise only for a streamed body: it resolves when all of it is sent. */
function send(
  cloud: Cloud,
  response: ServerResponse,
  { status, headers, body }: WireResponse,
): Promise<void> | undefined {
  // Clients follow the server's clock from here when theirs is off: this is how they see cloud time.
  const date = new Date(cloud.clock.now()).toUTCString();
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    response.writeHead(status, { ...headers, date });
    return pipeline(body, response);
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  // The answer to a HEAD request says the length of a body that it does not have.
  response.writeHead(status, { 'content-length': length, ...headers, date });
  response.end(body);
  return undefined;
}
