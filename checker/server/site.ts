import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv, { type RequestHandler } from 'sirv';
import { buildingPage, failedPage, plainNotFoundPage } from './pages.ts';

/** The built site, from the first second on: until it is built, a page that waits for it. */
export interface Site {
  readonly state: 'building' | 'ready' | 'failed';
  /** Serves the built files from now on. */
  ready(folder: string): void;
  /** Shows why there is no site. */
  failed(message: string): void;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

/** Makes a site that is being built. */
export function createSite(): Site {
  let state: Site['state'] = 'building';
  let trouble = '';
  let files: RequestHandler | undefined;
  let notFoundPage = plainNotFoundPage;

  return {
    get state() {
      return state;
    },
    ready: (folder) => {
      // `dev` looks at the disk for each request, so that a build that is replaced meanwhile does no harm.
      files = sirv(folder, { dev: true, etag: true, setHeaders: setCaching });
      const page = join(folder, '404.html');
      if (existsSync(page)) notFoundPage = readFileSync(page, 'utf8');
      state = 'ready';
    },
    failed: (message) => {
      trouble = message;
      state = 'failed';
    },
    answer: (request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return send(response, 405, plainNotFoundPage, { allow: 'GET, HEAD' });
      }
      if (state === 'failed') return send(response, 503, failedPage(trouble));
      if (files === undefined) return send(response, 503, buildingPage, { 'retry-after': '2' });
      // sirv answers some malformed ranges by throwing after the headers; nothing here is large enough to need them.
      delete request.headers.range;
      if (isHidden(request.url ?? '/')) return send(response, 404, notFoundPage);
      files(request, response, () => send(response, 404, notFoundPage));
    },
  };
}

/** Files under /assets carry a hash of their content in their name; all others are asked for again. */
function setCaching(response: ServerResponse, path: string): void {
  const hashed = path.startsWith('/assets/');
  response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** Dot files (the build's stamp) and whatever could be meant to leave the folder. */
function isHidden(url: string): boolean {
  try {
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    return /(^|[/\\])\./.test(path) || path.includes('\0');
  } catch {
    return true;
  }
}

function send(
  response: ServerResponse,
  status: number,
  html: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(html);
}
