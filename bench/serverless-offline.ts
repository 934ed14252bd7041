import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The last that runs without an account at the maker's. */
const PACKAGES = ['serverless@3.40.0', 'serverless-offline@13.9.0'];

export interface Peer {
  /** Base URL of the HTTP API. */
  api: string;
  /** Where Lambda's Invoke is answered. */
  endpoint: string;
  stop(): void;
}

/**
 * Starts serverless-offline with one function behind `GET /hello`; installs it below `folder` if it is not there.
 * @throws when it cannot be installed: there is no network, for one
 */
export async function startServerlessOffline(folder: string, handler: string): Promise<Peer> {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node_modules', 'serverless-offline'))) await install(folder);
  const [api, lambda] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'index.js'), handler);
  writeFileSync(join(folder, 'serverless.yml'), configuration);
  const server = spawn(
    process.execPath,
    [
      join('node_modules', 'serverless', 'bin', 'serverless.js'),
      'offline',
      'start',
      '--host',
      '127.0.0.1',
      '--httpPort',
      String(api),
      '--lambdaPort',
      String(lambda),
    ],
    {
      cwd: folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
        NODE_ENV: 'production',
      },
    },
  );
  const url = `http://127.0.0.1:${api}`;
  await answering(`${url}/hello`, server);
  return { api: url, endpoint: `http://127.0.0.1:${lambda}`, stop: () => void server.kill() };
}

const configuration = `service: bench
frameworkVersion: '3'
provider:
  name: aws
  runtime: nodejs20.x
plugins: [serverless-offline]
functions:
  hello:
    handler: index.handler
    events: [{ httpApi: 'GET /hello' }]
`;

async function install(folder: string): Promise<void> {
  console.error(`installing ${PACKAGES.join(' and ')} to compare with …`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], { cwd: folder });
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error(`serverless-offline ended with ${server.exitCode}.`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  server.kill();
  throw new Error('serverless-offline did not answer within 30 s.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
