import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { StageFailure } from './failure.ts';

/** Folders that a learner's editor or package manager makes; they hold nothing to grade. */
const silentlyIgnored = new Set(['node_modules', '.git', 'cdk.out', '.DS_Store', '.vscode', '.idea']);

/** A submission is source code: more than this is a mistake, such as a forgotten archive. */
const maxFiles = 500;
const maxFileBytes = 2 * 1024 * 1024;

export interface Copied {
  /** The lab's folder inside the scratch folder (absolute). */
  folder: string;
  /** What was left out and why, one line each. */
  ignored: readonly string[];
  /** Files whose content differs from the run before, relative to the lab's folder. */
  changed: readonly string[];
}

interface CopyOptions {
  /** The lab's folder in the submission (absolute). */
  from: string;
  /** `given/` of this checkout (absolute); it need not exist. */
  given: string;
  /** Where to (absolute); what was there and is no longer in the submission goes away. */
  to: string;
}

/**
 * Copies a submission's regular files to the scratch folder, with `given/` from this checkout.
 * @throws StageFailure when the submission cannot be read
 */
export async function copyToScratch({ from, given, to }: CopyOptions): Promise<Copied> {
  const ignored: string[] = [];
  const wanted = new Map<string, string>();
  for (const file of await filesIn(from, ignored)) {
    if (file === 'given' || file.startsWith('given/')) continue;
    wanted.set(file, join(from, file));
  }
  for (const file of await filesIn(given, []).catch(() => [])) wanted.set(`given/${file}`, join(given, file));
  if (await differs(join(from, 'given'), wanted)) {
    ignored.push('given/: it is read-only; the one of this checkout is used');
  }

  await mkdir(to, { recursive: true });
  const changed: string[] = [];
  for (const [file, source] of wanted) {
    if (await update(source, join(to, file))) changed.push(file);
  }
  for (const file of await filesIn(to, [])) {
    if (wanted.has(file)) continue;
    await rm(join(to, file), { force: true });
    changed.push(file);
  }
  return { folder: to, ignored, changed };
}

/** Regular files below `folder`, relative, with `/`; everything else goes to `ignored`. */
async function filesIn(folder: string, ignored: string[]): Promise<string[]> {
  const found: string[] = [];
  async function walk(at: string): Promise<void> {
    const entries = await readdir(at, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (at !== folder && cause.code === 'ENOENT') return [];
      throw new StageFailure('learner', `Cannot read ${at}: ${cause.message}`, { cause });
    });
    for (const entry of entries) {
      if (silentlyIgnored.has(entry.name)) continue;
      const path = join(at, entry.name);
      const name = relative(folder, path).replaceAll('\\', '/');
      if (entry.isDirectory()) await walk(path);
      // A link to what the lab gives is how a solution finds it in an editor.
      else if ((name === 'given' || name === 'handler.ts') && entry.isSymbolicLink()) continue;
      else if (!entry.isFile()) ignored.push(`${name}: not a regular file`);
      else if (found.length >= maxFiles)
        throw new StageFailure('learner', `More than ${maxFiles} files in ${folder}.`);
      else found.push(name);
    }
  }
  await walk(folder);
  return found;
}

/** Copies when the content differs; keeps the file's time stamps otherwise, so that rebuilds see no change. */
async function update(source: string, target: string): Promise<boolean> {
  const { size } = await stat(source);
  if (size > maxFileBytes) {
    throw new StageFailure(
      'learner',
      `${source} is larger than ${maxFileBytes / 1024 / 1024} MB: it is no source file.`,
    );
  }
  const [content, before] = await Promise.all([readFile(source), readFile(target).catch(() => undefined)]);
  if (before?.equals(content)) return false;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  return true;
}

async function differs(folder: string, wanted: ReadonlyMap<string, string>): Promise<boolean> {
  for (const file of await filesIn(folder, []).catch(() => [])) {
    const ours = wanted.get(`given/${file}`);
    const theirs = await readFile(join(folder, file));
    if (!ours || !theirs.equals(await readFile(ours))) return true;
  }
  return false;
}
