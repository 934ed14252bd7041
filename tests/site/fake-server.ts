import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Lab } from '../../checker/catalog.ts';
import type { LabsAnswer, ServerEvent } from '../../checker/server/protocol.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** The built site, with or without a checker behind it whose every word the test chooses. */
export interface FakeServer {
  url: string;
  /** Slugs of the labs for which a page asked for a run, with the token that it sent. */
  runs: { lab: string; token: string | undefined }[];
  send(event: ServerEvent): void;
  /** Ends every event stream, as a stopped server does. */
  hangUp(): void;
  close(): Promise<void>;
}

/**
 * Serves a built site on a free loopback port.
 * @param labs what `/api/labs` answers; undefined: there is no API, as on a static host
 */
export async function serveSite(folder: string, labs?: readonly Lab[]): Promise<FakeServer> {
  const pages = new Set<ServerResponse>();
  const runs: FakeServer['runs'] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (labs !== undefined && path === '/api/labs') {
      const answer: LabsAnswer = { token: 'test-token', labs: labs.map((lab) => ({ ...lab })) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else if (labs !== undefined && path === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 200\n\n');
      pages.add(response);
      response.on('close', () => pages.delete(response));
    } else if (labs !== undefined && request.method === 'POST') {
      runs.push({ lab: path.split('/')[3] ?? '', token: request.headers['x-workshop-token']?.toString() });
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    } else {
      sendFile(folder, path, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hangUp = () => {
    for (const page of pages) page.end();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    runs,
    send: ({ event, data }) => {
      for (const page of pages) page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    hangUp,
    close: () => {
      hangUp();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function sendFile(folder: string, path: string, response: ServerResponse): void {
  const plain = join(folder, path);
  const file = existsSync(plain) && statSync(plain).isFile() ? plain : join(plain, 'index.html');
  if (!existsSync(file)) {
    response.writeHead(404, { 'content-type': 'text/html' }).end(readFileSync(join(folder, '404.html')));
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}
