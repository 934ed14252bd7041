import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Api, type Course, createApi, refuseWith, sendJson } from './api.ts';
import { refuse } from './guard.ts';
import type { Health } from './protocol.ts';
import type { Site } from './site.ts';

export interface WorkshopServer {
  port: number;
  /** Without a trailing slash. */
  url: string;
  /** Ends connections and the run under way. The course's runner stays open: its owner closes it. */
  close(): Promise<void>;
}

/** The port is used by another process. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(readonly port: number) {
    super(`port ${port} is taken`);
  }
}

/**
 * Serves the site and the grading API, on loopback only: 127.0.0.1 and, where there is IPv6, ::1.
 * @param options.port TCP port; 0 picks a free one
 * @param options.site what is not under `/api/`
 * @param options.loadCourse called once the port is ours; calls of the API wait for it, and if it rejects they
 *   answer with its message
 * @throws PortTakenError when another process listens there
 */
export async function startServer(options: {
  port: number;
  site: Site;
  loadCourse: () => Promise<Course>;
}): Promise<WorkshopServer> {
  const token = randomBytes(24).toString('base64url');
  let api: Promise<Api> = Promise.reject(new Error('The server is not open yet.'));
  api.catch(() => {});
  let port = options.port;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refuse(
      {
        method: request.method ?? '',
        host: request.headers.host,
        origin: request.headers.origin,
        token: request.headers['x-workshop-token']?.toString(),
      },
      { port, token },
    );
    if (refused) return refuseWith(response, refused);
    protect(response);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!path.startsWith('/api/')) return options.site.answer(request, response);
    if (path === '/api/health') {
      return sendJson(response, 200, { status: 'ok', site: options.site.state } satisfies Health);
    }
    await (await api).answer(request, response, path);
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: Error) => {
      if (response.headersSent) return response.destroy();
      refuseWith(response, { status: 500, code: 'Broken', message: error.message });
    });
  };

  const servers: Server[] = [];
  try {
    const first = await listen(listener, '127.0.0.1', port);
    servers.push(first);
    const address = first.address();
    if (typeof address === 'object' && address !== null) port = address.port;
    const second = await listen(listener, '::1', port).catch(unlessWithoutIpv6);
    if (second) servers.push(second);
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }

  api = options.loadCourse().then((course) => createApi(course, token));
  api.catch(() => {}); // Each call that needs it says so.

  return {
    port,
    url: `http://localhost:${port}`,
    close: async () => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      await api.then(({ close }) => close()).catch(() => {});
      for (const server of servers) server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

/** Pages of this origin are shown in no foreign frame, and no answer is taken for another type than its own. */
function protect(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'SAMEORIGIN');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('referrer-policy', 'same-origin');
}

function listen(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, listener);
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error);
    });
    server.listen({ host, port }, () => resolve(server));
  });
}

function unlessWithoutIpv6(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(code)) return undefined;
  throw error;
}
