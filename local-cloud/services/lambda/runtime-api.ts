import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listener, listenOnLoopback } from '../../listen.ts';

/** An invocation as the Runtime API hands it to an environment. */
export interface NextInvocation {
  requestId: string;
  /** JSON. */
  event: Uint8Array;
  deadlineMs: number;
  functionArn: string;
  cloudTimeMs: number;
  traceHeader?: string;
  clientContext?: string;
}

/** How an environment answered, and what it used. */
export interface Answer {
  kind: 'response' | 'error' | 'init-error';
  requestId?: string;
  body: Buffer;
  /** CPU time of the invocation in microseconds. */
  cpuUs: number;
  maxRssKb: number;
}

/** The account's side of one environment's connection. */
export interface RuntimeClient {
  /**
   * The environment asks for its next invocation; it is frozen until `give` is called.
   * @param preloadMs how long it has loaded packages before it was given a function
   */
  onNext(give: (invocation: NextInvocation) => void, preloadMs: number): void;
  onAnswer(answer: Answer): void;
}

/** One Runtime API for all environments of the account; each has a path of its own. */
export interface RuntimeApi {
  /** `host:port/<key>`, for `AWS_LAMBDA_RUNTIME_API`. */
  addressOf(key: string): string;
  connect(key: string, client: RuntimeClient): void;
  disconnect(key: string): void;
  close(): Promise<void>;
}

/** A handler's answer may be 6 MB; what is larger is read to its end, to say how large it was. */
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Opens the Runtime API on a loopback port. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function openRuntimeApi(): Promise<RuntimeApi> {
  const clients = new Map<string, RuntimeClient>();
  const makeServer = () => {
    const server = createServer((request, response) => {
      answer(clients, request, response).catch(() => response.destroy());
    });
    server.requestTimeout = 0;
    server.keepAliveTimeout = 0;
    return server;
  };
  const listener: Listener = await listenOnLoopback(makeServer, 0);
  const host = new URL(listener.url).host;
  return {
    addressOf: (key) => `${host}/${key}`,
    connect: (key, client) => {
      clients.set(key, client);
    },
    disconnect: (key) => {
      clients.delete(key);
    },
    close: () => listener.close(),
  };
}

const PATH =
  /^\/([\w-]+)\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/(?:(next)|([\w-]+)\/(response|error)))$/;

async function answer(
  clients: ReadonlyMap<string, RuntimeClient>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const match = PATH.exec(request.url ?? '');
  const client = match && clients.get(match[1] ?? '');
  if (!match || !client) {
    response.writeHead(404).end();
    return;
  }
  const [, , init, next, requestId, kind] = match;
  if (next) {
    const preloadMs = Number(request.headers['local-cloud-preload-ms'] ?? 0);
    client.onNext((invocation) => giveInvocation(response, invocation), preloadMs);
    return;
  }
  const body = await bodyOf(request);
  response.writeHead(202).end();
  client.onAnswer({
    kind: init ? 'init-error' : kind === 'error' ? 'error' : 'response',
    requestId,
    body,
    cpuUs: Number(request.headers['local-cloud-cpu-us'] ?? 0),
    maxRssKb: Number(request.headers['local-cloud-max-rss-kb'] ?? 0),
  });
}

function giveInvocation(response: ServerResponse, invocation: NextInvocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': invocation.event.length,
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(Math.floor(invocation.deadlineMs)),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    'local-cloud-time': String(invocation.cloudTimeMs),
    ...(invocation.traceHeader && { 'lambda-runtime-trace-id': invocation.traceHeader }),
    ...(invocation.clientContext && { 'lambda-runtime-client-context': invocation.clientContext }),
  });
  response.end(invocation.event);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= LARGEST_ANSWER_BYTES) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
