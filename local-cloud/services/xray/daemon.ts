import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The X-Ray daemon that a function finds beside it. */
export interface Daemon {
  /** `127.0.0.1:<port>`, for AWS_XRAY_DAEMON_ADDRESS. */
  readonly address: string;
  close(): void;
}

/**
 * Opens a UDP port on loopback. Each datagram is a header, a line break and one segment document.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 * @param onDocument gets each document, as JSON text
 */
export async function openDaemon(onDocument: (document: string) => void): Promise<Daemon> {
  const socket = createSocket('udp4');
  socket.on('message', (datagram) => {
    const text = datagram.toString('utf8');
    const lineBreak = text.indexOf('\n');
    if (lineBreak >= 0 && isHeader(text.slice(0, lineBreak))) onDocument(text.slice(lineBreak + 1));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  // A port that waits is no reason for the process to stay.
  socket.unref();
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

function isHeader(text: string): boolean {
  try {
    const { format, version } = JSON.parse(text) as { format?: unknown; version?: unknown };
    return format === 'json' && version === 1;
  } catch {
    return false;
  }
}
