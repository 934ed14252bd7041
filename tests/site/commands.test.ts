import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import { pages, root } from './lessons.ts';

const commands = pages().flatMap(({ file, inventory }) =>
  inventory.commands.map((command) => ({ ...command, where: `${file}:${command.line}` })),
);
/** Commands that change files run in a copy of the checkout, one after the other, as the page shows them. */
const inCopy = commands.filter(({ meta }) => / copy\b/.test(` ${meta}`));
const inPlace = commands.filter((command) => !inCopy.includes(command));

describe('the commands that lessons show', () => {
  let account: Account;
  let cloud: NodeJS.ProcessEnv;

  beforeAll(async () => {
    account = createAccount();
    cloud = {
      AWS_ENDPOINT_URL: await account.listen(0),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  });
  afterAll(() => account.close());

  it.each(inPlace)('$where: $command', { timeout: 120_000 }, async ({ command, meta, shown }) => {
    const env = / cloud\b/.test(` ${meta}`) ? { ...process.env, ...cloud } : process.env;
    const until = /\buntil="([^"]+)"/.exec(meta)?.[1];
    const { code, stdout, stderr } = await run(command, { env, until });
    if (until !== undefined) expect(stdout + stderr).toContain(until);
    else expect(exitCodes(meta), stderr).toContain(String(code));
    if (shown !== undefined) expect(stdout.trim()).toBe(shown.trim());
  });
});

describe('the steps of the authors’ guide, in a copy of the checkout', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'authors-'));
    cpSync(root, copy, { recursive: true, filter: (path) => !leftOut.test(path.slice(root.length)) });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it.each(inCopy)('$where: $command', { timeout: 120_000 }, async ({ command, meta }) => {
    const { code, stdout, stderr } = await run(command, { env: process.env, folder: copy });
    expect(exitCodes(meta), stdout + stderr).toContain(String(code));
  });

  it('leave a lab whose lesson is all that is still to write', async () => {
    const command = 'npm run --silent workshop -- verify 20 --fast';
    const { stdout } = await run(command, { env: { ...process.env, NO_COLOR: '1', CI: '' }, folder: copy });
    const wrong = stdout.split('\n').filter((line) => line.startsWith('✗'));
    const open = wrong.filter((line) => !/still to write|the quiz has|things to mend|variants/.test(line));
    expect(open).toEqual([]);
  });
});

/** What is no part of the course: packages, history, what was built or recorded. */
const leftOut = /^[\\/](node_modules|\.git|\.scratch|\.progress|\.docusaurus|build)([\\/]|$)/;

function exitCodes(meta: string): readonly string[] {
  return /\bexit="([\d|]+)"/.exec(meta)?.[1]?.split('|') ?? ['0'];
}

interface RunOptions {
  env: NodeJS.ProcessEnv;
  folder?: string;
  until?: string;
}

/** Runs a command in a shell; one that stays alive is interrupted, with its children, once it has said `until`. */
function run(command: string, { env, folder = root, until }: RunOptions) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const check = () => {
      if (until !== undefined && (stdout + stderr).includes(until)) interrupt(child);
    };
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
      check();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
      check();
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function interrupt(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  } catch {
    // It has ended by itself meanwhile.
  }
}
