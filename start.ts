import { PortTakenError, startServer } from './checker/server/index.ts';
import { createSite } from './checker/server/site.ts';
import { createBanner } from './start/banner.ts';
import { openCloud } from './start/cloud.ts';
import { loadCourse } from './start/course.ts';
import { readOptions, type StartOptions, usage } from './start/options.ts';
import { ownerOf } from './start/port.ts';
import { buildSite, SiteBuildError } from './start/site-build.ts';

/** `npm start`: the site with live grading, and the local cloud, in one process until a signal stops it. */

/** Everything must be gone within two seconds of Ctrl-C; what hangs then goes with the process. */
const STOP_WITHIN_MS = 1_700;

const root = import.meta.dirname;
const closing: (() => Promise<void>)[] = [];
const stopped = new AbortController();

async function main(options: StartOptions): Promise<void> {
  const banner = createBanner(process.stdout);
  const site = createSite();
  const opening = { signal: stopped.signal, onOpen: (close: () => Promise<void>) => closing.push(close) };
  const server = await startServer({
    port: options.port,
    site,
    loadCourse: () =>
      loadCourse({ root, ...opening }).catch((error: Error) => {
        if (!stopped.signal.aborted) banner.warn(`Grading does not work: ${error.message}`);
        throw error;
      }),
  });
  opening.onOpen(() => server.close());
  const cloud = openCloud({ port: options.cloudPort, ...opening });

  // While a first build keeps the machine busy, the page says so.
  const building = buildSite({ root, signal: stopped.signal, onStart: banner.building });
  opening.onOpen(() => building.then(() => {}));
  building.then(
    ({ folder }) => site.ready(folder),
    () => {},
  );
  banner.ready(server.url, await cloud);
  banner.built((await building).built);
}

async function stop(exitCode: number): Promise<void> {
  // A terminal sends Ctrl-C to npm and to this process, and npm hands it on: only the first one counts.
  if (stopped.signal.aborted) return;
  stopped.abort();
  setTimeout(() => process.exit(exitCode), STOP_WITHIN_MS);
  await Promise.allSettled(closing.map((close) => close()));
  process.exit(exitCode);
}

/** One clear line, and nothing left behind. */
async function fail(error: unknown): Promise<void> {
  if (stopped.signal.aborted) return;
  process.stderr.write(`${process.stdout.isTTY ? '\n' : ''}${await explain(error)}\n`);
  await stop(2);
}

async function explain(error: unknown): Promise<string> {
  if (error instanceof PortTakenError) {
    const owner = await ownerOf(error.port);
    const by = owner === undefined ? 'by another process' : `by ${owner}`;
    return `Port ${error.port} is taken ${by}. Stop that process, or choose another port: npm start -- --port ${error.port + 1}`;
  }
  if (error instanceof SiteBuildError) {
    return `The site could not be built.\n${error.message}\nCorrect that and run npm start again. Grading works without the site: npm run check`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return `${message}. Choose a port above 1023: npm start -- --port 3000`;
  if (code === 'ENOSPC') return 'The disk is full. Free some space and run npm start again.';
  return message ?? String(error);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
process.on('uncaughtException', (error) => void fail(error));
process.on('unhandledRejection', (error) => void fail(error));

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) process.stdout.write(`${usage}\n`);
  else await main(options);
} catch (error) {
  await fail(error);
}
