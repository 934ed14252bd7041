import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import { pages, root } from './lessons.ts';

const commands = pages().flatMap(({ file, inventory }) =>
  inventory.commands.map((command) => ({ ...command, where: `${file}:${command.line}` })),
);

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

  it.each(commands)('$where: $command', { timeout: 120_000 }, async ({ command, meta, shown }) => {
    const env = / cloud\b/.test(` ${meta}`) ? { ...process.env, ...cloud } : process.env;
    const until = /\buntil="([^"]+)"/.exec(meta)?.[1];
    const { code, stdout, stderr } = await run(command, env, until);
    if (until !== undefined) expect(stdout + stderr).toContain(until);
    else expect(/\bexit="([\d|]+)"/.exec(meta)?.[1]?.split('|') ?? ['0'], stderr).toContain(String(code));
    if (shown !== undefined) expect(stdout.trim()).toBe(shown.trim());
  });
});

/** Runs a command in a shell; one that stays alive is interrupted, with its children, once it has said `until`. */
function run(command: string, env: NodeJS.ProcessEnv, until?: string) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd: root,
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
