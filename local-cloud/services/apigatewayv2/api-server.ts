import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isLoopbackHost } from '../../listen.ts';
import type { Cloud } from '../../service.ts';
import type { Answer, Gateway } from './gateway.ts';
import { apiRequestId, traceId } from './ids.ts';
import { gatewayResponse } from './lambda-response.ts';
import type { StoredApi } from './model.ts';
import { readRequest } from './request.ts';

/** Above API Gateway's own limit, so that its own answer is given and not Node's. */
const LARGEST_HEAD_BYTES = 64 * 1024;

/** Requests are metered in steps. https://aws.amazon.com/api-gateway/pricing/ */
const METERED_BYTES = 512 * 1024;

/**
 * Makes the HTTP server of one API.
 * @param api looked up for each request, since the server is there before the API is
 */
export function createApiServer(cloud: Cloud, gateway: Gateway, api: () => StoredApi): Server {
  const server = createServer({ maxHeaderSize: LARGEST_HEAD_BYTES }, (incoming, outgoing) => {
    serve(cloud, gateway, api, incoming, outgoing).catch((error) => {
      // The client is gone, or its request broke off: there is nobody to tell.
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.keepAliveTimeout = 120_000;
  return server;
}

async function serve(
  cloud: Cloud,
  gateway: Gateway,
  lookUp: () => StoredApi,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  // Rejects when the API has just been deleted; its connections are about to be closed.
  const api = lookUp();
  // Pages of every origin may call an API, as CORS says; a name that resolves to loopback may not lead here.
  if (!isLoopbackHost(incoming.headers.host ?? '')) {
    return send(cloud, outgoing, { response: gatewayResponse(403, 'Forbidden') }, undefined);
  }
  const work = cloud.clock.begin();
  const startedAt = cloud.clock.now();
  const requestId = apiRequestId(cloud);
  try {
    const request = await readRequest(incoming, traceId(cloud));
    const refused = 'status' in request;
    const answer = refused
      ? { response: gatewayResponse(request.status, request.message) }
      : await gateway.answer(api, request, requestId, work);
    // What was not read would be taken for the next request.
    if (refused) outgoing.shouldKeepAlive = false;
    send(cloud, outgoing, answer, requestId);
    record(cloud, api, incoming, answer, requestId, startedAt, refused ? 0 : request.body.length);
  } finally {
    work.end();
  }
}

function send(
  cloud: Cloud,
  outgoing: ServerResponse,
  { response: { status, headers, body } }: Answer,
  requestId: string | undefined,
): void {
  outgoing.sendDate = false;
  outgoing.statusCode = status;
  outgoing.setHeader('date', new Date(cloud.clock.now()).toUTCString());
  for (const [name, value] of headers) {
    if (!OWN_HEADERS.has(name.toLowerCase())) outgoing.appendHeader(name, value);
  }
  if (requestId) outgoing.setHeader('apigw-requestid', requestId);
  const bodiless = status === 204 || status === 304;
  if (!bodiless) outgoing.setHeader('content-length', body.length);
  outgoing.end(bodiless ? undefined : body);
}

/** A function does not decide on these: they follow from the connection and the body. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'apigw-requestid',
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

function record(
  cloud: Cloud,
  api: StoredApi,
  incoming: IncomingMessage,
  { response, stage, routeKey, throttled, integrationError }: Answer,
  requestId: string,
  startedAt: number,
  requestBytes: number,
): void {
  cloud.journal.record({
    type: 'request',
    apiId: api.id,
    ...(stage && { stage }),
    ...(routeKey && { routeKey }),
    method: incoming.method ?? '',
    path: (incoming.url ?? '').replace(/\?.*$/, ''),
    status: response.status,
    requestId,
    ...(integrationError && { integrationError }),
    durationMs: cloud.clock.now() - startedAt,
  });
  if (throttled) return;
  cloud.journal.record({
    type: 'cost',
    unit: 'http-api-request',
    resource: api.arn,
    amount: Math.max(1, Math.ceil(Math.max(requestBytes, response.body.length) / METERED_BYTES)),
  });
}
