import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createEventHub, type EventHub } from './events.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const close of opened.splice(0).reverse()) close();
});

/** A server whose every request opens a page of the hub. */
async function listening(onAudience: (present: boolean) => void) {
  const hub: EventHub = createEventHub(onAudience);
  const server = createServer((request, response) => {
    hub.open(request, response, []);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  opened.push(
    () => server.closeAllConnections(),
    () => server.close(),
    () => hub.close(),
  );
  return { hub, port: (server.address() as AddressInfo).port };
}

it('tells when the first page opens and when the last one is gone', async () => {
  const told: boolean[] = [];
  let wake = () => {};
  const { port } = await listening((present) => {
    told.push(present);
    wake();
  });
  const until = async (count: number) => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = () => resolve()));
  };
  const page = connect(port, '127.0.0.1');
  page.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(1);
  page.destroy();
  await until(2);
  expect(told).toEqual([true, false]);
});

it('drops a page that does not read, so that it cannot fill the memory', async () => {
  let present = false;
  const { hub, port } = await listening((now) => {
    present = now;
  });
  const page = connect(port, '127.0.0.1').pause();
  opened.push(() => page.destroy());
  page.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  while (!present) await new Promise((resolve) => setImmediate(resolve));
  const message = 'x'.repeat(256 * 1024);
  while (present) {
    hub.send({ event: 'notice', data: { message } });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(present).toBe(false);
});

it('sends a heartbeat, so that a dead connection is noticed', () => {
  vi.useFakeTimers();
  const hub = createEventHub(() => {});
  const written: string[] = [];
  const response = {
    writableLength: 0,
    writeHead: () => {},
    write: (text: string) => written.push(text),
    on: () => {},
    end: () => {},
  };
  hub.open({ socket: {} } as never, response as never, []);
  vi.advanceTimersByTime(15_000);
  expect(written.at(-1)).toBe(': still here\n\n');
  hub.close();
});
