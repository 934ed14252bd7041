import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { median, type Row, timesOf } from './measure.ts';
import { type Peer, startServerlessOffline } from './serverless-offline.ts';

const ROUNDS = 7;
/** Enough for both to be warm: the first thousands take longer. */
const REQUESTS = 2000;
const AT_ONCE = 8;

const HANDLER = `exports.handler = async () => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"ok":true}',
});
`;

/** A function behind an HTTP API, and invoked by the SDK, against serverless-offline in the same run. */
export async function httpRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-http-'));
  writeFileSync(join(folder, 'index.js'), HANDLER);
  const account = await startAccount(folder);
  const peers = join(import.meta.dirname, '..', '.scratch', 'bench-peers');
  const peer = await startServerlessOffline(peers, HANDLER);
  try {
    return [
      await compare(
        'HTTP API → function',
        () => requests(account.api),
        () => requests(peer.api),
        3,
      ),
      await compare('Invoke by the SDK', invocations(account.endpoint), invocations(peer.endpoint)),
    ];
  } finally {
    account.stop();
    peer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAccount(folder: string): Promise<Peer> {
  const child = fork(join(import.meta.dirname, 'http-account.ts'), [folder], {
    execArgv: ['--import', 'tsx'],
  });
  const [{ api, endpoint }] = (await once(child, 'message')) as [{ api: string; endpoint: string }];
  return { api, endpoint, stop: () => void child.kill() };
}

async function compare(
  what: string,
  ours: () => Promise<void>,
  theirs: () => Promise<void>,
  atLeast?: number,
): Promise<Row> {
  const rates: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [mine = 0] = await timesOf(1, ours);
    const [other = 0] = await timesOf(1, theirs);
    rates.push((REQUESTS / mine) * 1000);
    ratios.push(other / mine);
  }
  const ratio = median(ratios);
  return {
    what: `${what}, ${AT_ONCE} at once`,
    median: `${median(rates).toFixed(0)} /s`,
    range: `${Math.min(...rates).toFixed(0)} – ${Math.max(...rates).toFixed(0)}`,
    against: `${ratio.toFixed(1)} × serverless-offline`,
    ...(atLeast !== undefined && { budget: `≥ ${atLeast} ×`, within: ratio >= atLeast }),
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

async function requests(api: string): Promise<void> {
  await many(async () => {
    const [answer] = await once(get(`${api}/hello`, { agent }), 'response');
    if (answer.statusCode !== 200) throw new Error(`${api} answered ${answer.statusCode}.`);
    await once(answer.resume(), 'end');
  });
}

function invocations(endpoint: string): () => Promise<void> {
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  return () =>
    many(async () => {
      const { FunctionError } = await client.send(
        new InvokeCommand({ FunctionName: 'bench-dev-hello', Payload: '{}' }),
      );
      if (FunctionError) throw new Error(`${endpoint} answered ${FunctionError}.`);
    });
}

async function many(once: () => Promise<void>): Promise<void> {
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await once();
    }),
  );
}
