import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerEvent } from './protocol.ts';

/** Open pages, each with a stream of server-sent events. */
export interface EventHub {
  /** Answers a request with a stream that begins with `greeting`. */
  open(request: IncomingMessage, response: ServerResponse, greeting: readonly ServerEvent[]): void;
  send(event: ServerEvent): void;
  close(): void;
}

/** Often enough that a proxy or a sleeping laptop's dead connection is noticed, in milliseconds. */
const HEARTBEAT_MS = 15_000;

/** A page that reads so slowly that more than this waits is dropped; its EventSource connects again. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * Makes a hub.
 * @param onAudience called when the first page opens (`true`) and when the last one is gone (`false`)
 */
export function createEventHub(onAudience: (present: boolean) => void): EventHub {
  const pages = new Set<ServerResponse>();

  const write = (page: ServerResponse, text: string): void => {
    if (page.writableLength > MOST_WAITING_BYTES) page.destroy();
    else page.write(text);
  };
  const heartbeat = setInterval(() => {
    for (const page of pages) write(page, ': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    open: (request, response, greeting) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 1000\n\n');
      for (const event of greeting) write(response, format(event));
      pages.add(response);
      if (pages.size === 1) onAudience(true);
      const leave = () => {
        pages.delete(response);
        if (pages.size === 0) onAudience(false);
      };
      if (request.socket.destroyed) leave();
      else response.on('close', leave);
    },
    send: (event) => {
      for (const page of pages) write(page, format(event));
    },
    close: () => {
      clearInterval(heartbeat);
      for (const page of pages) page.end();
    },
  };
}

function format({ event, data }: ServerEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
