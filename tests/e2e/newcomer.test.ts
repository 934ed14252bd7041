import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, withBrowser } from '../browser.ts';

/** What a newcomer does, in a copy of this checkout: starts it, reads the lesson, repairs the lab, sees it pass. */
const ROOT = join(import.meta.dirname, '..', '..');
const LAB = '07-sqs-batch';

describe.runIf(withBrowser)('a newcomer', () => {
  let copy: string;
  let server: ChildProcess;
  let site: string;
  let browser: Browser;

  beforeAll(async () => {
    copy = copyCheckout();
    server = spawn(process.execPath, ['--import', 'tsx', 'start.ts', '--port', '0', '--cloud-port', '0'], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    site = await siteOf(server);
    browser = await openBrowser();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await ended(server);
    rmSync(copy, { recursive: true, force: true });
  });

  test('sees a check fail in the page, repairs the files, and sees all of them pass', {
    timeout: 120_000,
  }, async () => {
    const page = await browser.newPage();
    // The first build may still be under way; the page that says so opens the lesson by itself.
    await page.goto(`${site}/sqs-batch`);
    await page.locator('[data-contact=live]').waitFor({ timeout: 180_000 });
    const poison = page.locator('[data-check=poison-is-reported-alone]');

    await page.getByRole('button', { name: 'Run the checks' }).click();
    await expect.poll(() => poison.getAttribute('data-status'), { timeout: 60_000 }).toBe('failed');
    expect(await page.locator('#verdict').textContent()).toContain('0 of 13 points');

    for (const file of ['worker.ts', 'order.ts', 'stack.ts']) {
      cpSync(join(ROOT, 'solutions', LAB, file), join(copy, 'labs', LAB, file));
    }
    await expect
      .poll(() => page.locator('#verdict').textContent(), { timeout: 60_000 })
      .toContain('13 of 13 points');
    expect(await poison.getAttribute('data-status')).toBe('passed');

    const handler = join(copy, 'labs', LAB, 'worker.ts');
    writeFileSync(handler, `${readFileSync(handler, 'utf8')}\nconst = ;\n`);
    await expect.poll(() => poison.getAttribute('data-status'), { timeout: 60_000 }).toBe('failed');
    expect(await page.locator('#verdict').textContent()).toContain('worker.ts');
    await page.close();
  });

  test('stops everything with one Ctrl-C', async () => {
    const children = childrenOf(server.pid ?? 0);
    await ended(server, 'SIGINT');
    await expect.poll(() => children.filter(isAlive), { timeout: 2000 }).toEqual([]);
  });
});

/** Tracked and new files, with this checkout's packages and its built site: what is the same need not be built again. */
function copyCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'newcomer-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.split('\n')) {
    if (file === '' || !existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    // Node.js 24 takes a link to a folder for a folder.
    cpSync(join(ROOT, file), join(copy, file), { verbatimSymlinks: true, recursive: true });
  }
  // The learner's labs as they come, whatever has been tried in this checkout.
  cpSync(join(copy, 'checker', 'suites', LAB, 'starter'), join(copy, 'labs', LAB), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  if (existsSync(join(ROOT, 'build'))) cpSync(join(ROOT, 'build'), join(copy, 'build'), { recursive: true });
  return copy;
}

/** The address that `npm start` prints. */
function siteOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const site = /Site\s+(http:\/\/\S+)/.exec(stripVTControlCharacters(printed))?.[1];
      if (site) resolve(site.replace(/\/$/, ''));
    });
    server.once('exit', (code) => reject(new Error(`It ended with ${code}: ${printed}`)));
  });
}

function ended(server: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', () => resolve());
    server.kill(signal);
  });
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  return [...children, ...children.flatMap(childrenOf)];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
