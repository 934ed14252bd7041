import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Everything that a page is made of: a change in any of it builds the site again. */
const INPUTS = [
  'docs',
  'src',
  'static',
  'solutions',
  'checker/suites',
  'checker/catalog.ts',
  'checker/check.ts',
  'docusaurus.config.ts',
  'sidebars.ts',
  'package-lock.json',
];

/** A lab without a kept starter is shown as it is in labs/. */
const STARTERS = 'labs';

/** Beside the pages, so that pages and stamp appear in one step. */
const STAMP = '.stamp';

/** So much of Docusaurus' output is kept, in characters, and so many lines of it are shown. */
const MOST_HEARD = 64 * 1024;
const CAUSE_LINES = 12;

/** Why the site could not be built, in a few lines. */
export class SiteBuildError extends Error {
  override readonly name = 'SiteBuildError';
}

/**
 * Makes sure that `build/` holds the site of these sources: builds it only if one of them changed.
 * @param options.root the checkout
 * @param options.signal ends a build; it rejects with the signal's reason
 * @param options.onStart called when there is something to build
 * @returns the folder with the pages
 * @throws SiteBuildError with what Docusaurus said
 */
export async function buildSite(options: {
  root: string;
  signal: AbortSignal;
  onStart: () => void;
}): Promise<{ folder: string; built: boolean }> {
  const { root, signal } = options;
  const folder = join(root, 'build');
  const key = await contentKey(root);
  if ((await readFile(join(folder, STAMP), 'utf8').catch(() => '')) === key) return { folder, built: false };

  options.onStart();
  await removeAbandoned(join(root, '.scratch'));
  const scratch = join(root, '.scratch', `site-${process.pid}`);
  const fresh = join(scratch, 'build');
  const old = join(scratch, 'old');
  try {
    await mkdir(scratch, { recursive: true });
    await runDocusaurus(root, fresh, signal);
    await writeFile(join(fresh, STAMP), key);
    if (existsSync(folder)) await rename(folder, old);
    await rename(fresh, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
  return { folder, built: true };
}

/** A hash of all that the pages are made of. */
export async function contentKey(root: string): Promise<string> {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '');
  const kept = await allHaveStarters(root);
  for (const input of kept ? INPUTS : [...INPUTS, STARTERS]) {
    for (const file of await filesOf(root, input)) {
      hash.update(`\0${file}\0`);
      for await (const chunk of createReadStream(join(root, file))) hash.update(chunk as Buffer);
    }
  }
  return hash.digest('hex');
}

/** Removes what builds left behind whose process was killed. */
async function removeAbandoned(scratch: string): Promise<void> {
  for (const name of await readdir(scratch).catch(() => [])) {
    const pid = Number(/^site-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) await rm(join(scratch, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function allHaveStarters(root: string): Promise<boolean> {
  const labs = await readdir(join(root, 'labs')).catch(() => []);
  return labs.every((slug) => existsSync(join(root, 'checker', 'suites', slug, 'starter')));
}

async function filesOf(root: string, input: string): Promise<string[]> {
  const entries = await readdir(join(root, input), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => (error.code === 'ENOTDIR' ? undefined : []),
  );
  if (entries === undefined) return [input];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

async function runDocusaurus(root: string, into: string, signal: AbortSignal): Promise<void> {
  const cli = join(root, 'node_modules', '@docusaurus', 'core', 'bin', 'docusaurus.mjs');
  if (!existsSync(cli)) throw new SiteBuildError('Docusaurus is not installed. Run npm ci.');
  // No update check, which would go to the network; a group of its own, so that its own children end with it.
  const env = { ...process.env, NO_UPDATE_NOTIFIER: '1', DISABLE_OPENCOLLECTIVE: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, [cli, 'build', '--out-dir', into], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-MOST_HEARD);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const end = () => endGroup(child.pid);
  signal.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
      if (signal.aborted) end();
    });
    signal.throwIfAborted();
    if (code !== 0) throw new SiteBuildError(causeOf(said) || `docusaurus build ended with code ${code}.`);
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Of what Docusaurus said, the lines that tell the cause. */
function causeOf(said: string): string {
  const lines = stripVTControlCharacters(said).split('\n');
  const from = lines.findIndex((line) => /\[ERROR\]|Error:/.test(line));
  return lines
    .slice(from < 0 ? -CAUSE_LINES : from)
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, CAUSE_LINES)
    .join('\n');
}
