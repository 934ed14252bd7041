import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  /** Base URL, `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on loopback only: on 127.0.0.1, and on ::1 at the same port where the machine has IPv6.
 * @param makeServer makes one server for each address
 * @param port 0 picks a free port
 * @throws the system's error (`EADDRINUSE`, `EACCES`) when 127.0.0.1 cannot be listened on
 */
export async function listenOnLoopback(makeServer: () => Server, port: number): Promise<Listener> {
  const first = makeServer();
  await listen(first, '127.0.0.1', port);
  const bound = (first.address() as AddressInfo).port;
  const second = makeServer();
  const servers = await listen(second, '::1', bound).then(
    () => [first, second],
    // No IPv6 here, or somebody else's port there: 127.0.0.1 is enough.
    () => [first],
  );
  return {
    url: `http://127.0.0.1:${bound}`,
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

/** Whether a Host header names this machine. Browsers let names like `shop.localhost` lead nowhere else. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\]|[\w.-]+\.localhost)(:\d+)?$/i.test(host);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
