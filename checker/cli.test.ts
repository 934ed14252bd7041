import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorReportSchema, reportSchema } from './report.ts';

const root = join(import.meta.dirname, '..');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(...args: string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'checker', 'cli.ts'), ...args], {
    cwd: root,
    env: { ...process.env, INIT_CWD: root, NO_COLOR: '1', VITEST: undefined },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const outcome = new Promise<Outcome>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, outcome };
}
const check = (...args: string[]) => start(...args).outcome;

it('the solution: exit 0, and one JSON document that is valid', async () => {
  const { code, stdout } = await check('07-sqs-batch', '--source', 'solutions', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    version: 1,
    target: 'local',
    seed: 42,
    labs: [{ lab: '07-sqs-batch', passed: true }],
  });
  expect(code).toBe(0);
});

it('what was not asked for is listed as skipped, and counts in the maximum', async () => {
  const { code, stdout } = await check('7', '--source', 'solutions', '--kind', 'stack', '--json');
  const [lab] = reportSchema.parse(JSON.parse(stdout)).labs;
  expect(lab?.checks.filter(({ status }) => status === 'skipped').every(({ kind }) => kind !== 'stack')).toBe(
    true,
  );
  const sum = (checks: { points: number }[] = []) => checks.reduce((total, { points }) => total + points, 0);
  const points = sum(lab?.checks.filter(({ kind }) => kind === 'stack'));
  expect(lab).toMatchObject({ passed: true, points, maxPoints: sum(lab?.checks) });
  expect(points).toBeLessThan(sum(lab?.checks));
  expect(code).toBe(0);
});

it.each([
  ['an unknown lab', ['99'], /^There is no lab '99'\. Known: 01-handler-anatomy, /],
  ['an option that does not exist', ['--colour'], /^Unknown option '--colour'/],
  ['a target that is not there yet', ['--target', 'aws'], /not yet available/],
  ['a folder that is not there', ['--source', '/nowhere'], /^--source: there is no folder \/nowhere/],
  [
    'a lab that the folder does not hold',
    ['07', '--source', 'docs'],
    /^--source: lab 07-sqs-batch: there is no folder/,
  ],
])('%s: exit 2, one line on standard error, and the document with --json', async (_, args, message) => {
  const { code, stdout, stderr } = await check(...args, '--json');
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(errorReportSchema.safeParse(JSON.parse(stdout)).success).toBe(true);
  expect(code).toBe(2);
});

it.runIf(process.getuid?.() !== 0)('a folder that cannot be read: exit 2', async () => {
  const source = mkdtempSync(join(tmpdir(), 'source-'));
  mkdirSync(join(source, '07-sqs-batch'));
  chmodSync(join(source, '07-sqs-batch'), 0);
  const { code, stderr } = await check('07', '--source', source);
  expect(stderr).toContain('cannot be read');
  expect(code).toBe(2);
  rmSync(source, { recursive: true, force: true });
});

it('a lab that was not named and is not in the folder: every check failed, exit 1', async () => {
  const { code, stdout } = await check('--source', 'docs', '--json');
  const [lab] = reportSchema.parse(JSON.parse(stdout)).labs;
  expect(new Set(lab?.checks.map(({ status }) => status))).toEqual(new Set(['failed']));
  expect(code).toBe(1);
});

it.each([300, 1200, 2500, 4000])('Ctrl-C after %i ms leaves no process and no file', async (ms) => {
  const { child, outcome } = start('07', '--source', 'solutions', '--json');
  await new Promise((resolve) => setTimeout(resolve, ms));
  const children = descendantsOf(child.pid ?? 0);
  child.kill('SIGINT');
  const { code, stdout } = await outcome;
  // Early enough, it was interrupted; a fast machine may have been done.
  if (code !== 0) {
    expect(code === 130 || child.signalCode === 'SIGINT').toBe(true);
    // It may have come while all was said already and only the processes had to end: the document is whole, or not there.
    if (stdout !== '') expect(reportSchema.safeParse(JSON.parse(stdout)).success).toBe(true);
  }
  // esbuild's own process sees that its pipe has closed, and goes.
  await expect.poll(() => children.filter(isAlive), { timeout: 2000 }).toEqual([]);
  expect(scratchFolders().filter((name) => name.startsWith(`checker-${child.pid}-`))).toEqual([]);
});

function descendantsOf(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const walk = (parent: number) => {
    for (const [child = 0, ppid] of table) {
      if (ppid !== parent) continue;
      found.push(child);
      walk(child);
    }
  };
  walk(pid);
  return found;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function scratchFolders(): string[] {
  return readdirSync(join(root, '.scratch'));
}
