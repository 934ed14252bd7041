import { connect, createServer, type Server, type Socket } from 'node:net';
import pc from 'picocolors';
import type { Account } from '../../local-cloud/account.ts';
import type { JournalEntry } from '../../local-cloud/journal.ts';
import type { Lab } from '../catalog.ts';
import { StageFailure } from '../pipeline/failure.ts';
import { watchLabs } from '../watch/files.ts';
import { WorkshopError } from './folders.ts';
import { type FrontDoor, readArguments, requireLab, sourceFolder } from './front-door.ts';
import { openLabAccount } from './lab-account.ts';
import { type LabStack, openLabBuilder } from './lab-stack.ts';

const usage = `npm run workshop -- start-api <lab> [options]

  Deploys the lab's stack into an account of its own and keeps its HTTP API running until Ctrl-C.
  Saving a file of the lab deploys it again; what the tables hold stays, as with a deployment on AWS.
  Requests go to standard output, the functions' log to standard error.

  -p, --port <n>         port on loopback; 0 picks a free one (default 3001); a second API gets the next one
  --source <dir>         take <dir>/<lab>/… instead of labs/<lab>/…, for example solutions
  -h, --help             print this`;

const options = {
  port: { type: 'string', short: 'p', default: '3001' },
  source: { type: 'string' },
} as const;

/** `start-api`: a lab's HTTP API, kept running, as `sam local start-api` does it. */
export const startApi: FrontDoor = async (args, context) => {
  const { root, signal, print, say } = context;
  const read = readArguments(args, options, { usage, print });
  if (!read) return 0;
  const firstPort = readPort(read.values.port);
  const lab = await requireLab(root, read.positionals[0], 'start-api');
  const source = await sourceFolder(context, lab, read.values.source);

  const builder = await openLabBuilder({ root, lab, source });
  const closing: (() => Promise<unknown>)[] = [() => builder.close()];
  try {
    const built = await builder.build(signal);
    for (const line of built.ignored) say(`ignored ${line}`);
    requireApi(lab, built);
    const opened = await openLabAccount({ clock: 'real', scratch: builder.accounts });
    closing.unshift(() => opened.close());
    const { account } = opened;
    await opened.deploy(built);
    signal.throwIfAborted();

    let apis = await apisOf(account);
    for (const index of apis.keys()) {
      const door = await openDoor(firstPort === 0 ? 0 : firstPort + index, () => apis[index]?.endpoint);
      closing.unshift(door.close);
      for (const line of mountLines(apis[index], door.url)) print(line);
    }
    print(pc.dim('Save a file to deploy it again. Ctrl-C stops.'));
    account.cloud.journal.subscribe((entry) => {
      if (entry.type === 'log') say(entry.message.trimEnd());
      const line = requestLine(entry);
      if (line !== undefined) print(line);
    });

    /** One deployment at a time; each takes the files as they are when it begins. */
    let turn: Promise<void> = Promise.resolve();
    const deployAgain = async (): Promise<void> => {
      if (signal.aborted) return;
      const startedAt = performance.now();
      try {
        const next = await builder.build(signal);
        requireApi(lab, next);
        await opened.deploy(next);
        apis = await apisOf(account);
        say(pc.green(`deployed again in ${Math.round(performance.now() - startedAt)} ms`));
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StageFailure || error instanceof WorkshopError)) throw error;
        say(`${pc.red('not deployed; the version before still answers.')} ${error.message}`);
      }
    };
    let fail: (error: unknown) => void = () => {};
    const broken = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const watcher = watchLabs({
      source,
      labs: [lab.slug],
      onChange: ({ changes }) => {
        say(`changed: ${changes.map(({ file }) => file).join(', ')}`);
        turn = turn.then(deployAgain);
        turn.catch(fail);
      },
      onTrouble: say,
    });
    closing.unshift(() => watcher.close());
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([stopped, broken]);
    await turn.catch(() => {});
    return 0;
  } finally {
    for (const close of closing) await close();
  }
};

function requireApi(lab: Lab, { template }: LabStack): void {
  const found = Object.values(template.Resources).some(({ Type }) => Type === 'AWS::ApiGatewayV2::Api');
  if (found) return;
  throw new WorkshopError(
    `Lab ${lab.slug} has no HTTP API: its stack has no AWS::ApiGatewayV2::Api. ` +
      `To call its function: npm run workshop -- invoke ${lab.number} -e <event>`,
  );
}

interface RunningApi {
  name: string;
  endpoint: string;
  routeKeys: readonly string[];
}

async function apisOf({ services: { apigatewayv2 }, call }: Account): Promise<readonly RunningApi[]> {
  const { Items = [] } = await apigatewayv2.GetApis({}, call());
  return Promise.all(
    Items.map(async ({ ApiId = '', Name = '', ApiEndpoint = '' }) => {
      const { Items: routes = [] } = await apigatewayv2.GetRoutes({ ApiId }, call());
      return { name: Name, endpoint: ApiEndpoint, routeKeys: routes.map(({ RouteKey = '' }) => RouteKey) };
    }),
  );
}

function mountLines(api: RunningApi | undefined, url: string): readonly string[] {
  if (!api) return [];
  const routes = [...api.routeKeys].sort().map((key) => {
    const [method, path] = key.includes(' ') ? key.split(' ') : [key, ''];
    return `  ${(method ?? '').padEnd(8)} ${url}${path}`;
  });
  return [`${pc.bold(api.name)} at ${url}`, ...routes];
}

function requestLine(entry: JournalEntry): string | undefined {
  if (entry.type !== 'request') return undefined;
  const { at, method, path, status, durationMs, routeKey, integrationError } = entry;
  const paint = status >= 500 ? pc.red : status >= 400 ? pc.yellow : pc.green;
  const route = routeKey === undefined ? 'no route' : routeKey;
  const time = new Date(at).toISOString().slice(11, 19);
  const why = integrationError === undefined ? '' : `  ${pc.red(integrationError)}`;
  return `${time} ${method} ${path} ${paint(String(status))} ${Math.round(durationMs)} ms  ${pc.dim(route)}${why}`;
}

/**
 * Opens a port that stays the same while the API behind it may be made anew.
 * @param endpoint where the API is now
 */
async function openDoor(
  port: number,
  endpoint: () => string | undefined,
): Promise<{ url: string; close: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    const target = new URL(endpoint() ?? 'http://127.0.0.1:1');
    const behind = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new WorkshopError(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is taken. Stop what uses it, or choose another: --port 0 picks a free one.`
        : `Cannot listen on port ${port}: ${error.message}`,
    );
  });
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readPort(given: string): number {
  const port = Number(given);
  if (given.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WorkshopError(`--port ${given}: give a number from 0 to 65535.`);
}
