import { parseArgs } from 'node:util';

export interface StartOptions {
  port: number;
  /** Port of the local cloud; undefined: 4566, or a free one if that is taken. */
  cloudPort?: number;
  help: boolean;
}

export const usage = `npm start -- [options]

  --port <n>        port of the site (default 3000, or PORT)
  --cloud-port <n>  port of the local cloud (default 4566, or a free one)
  --help            this text`;

/**
 * Reads the command line. `--port` wins over `PORT`.
 * @throws Error with one line that says what to write instead
 */
export function readOptions(args: readonly string[], env: { PORT?: string }): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      'cloud-port': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = values.port ?? (env.PORT || undefined);
  return {
    port: port === undefined ? 3000 : toPort(port, values.port === undefined ? 'PORT' : '--port'),
    cloudPort: values['cloud-port'] === undefined ? undefined : toPort(values['cloud-port'], '--cloud-port'),
    help: values.help,
  };
}

function toPort(text: string, name: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${name} is ${text}; a port is a number from 0 to 65535.`);
}
