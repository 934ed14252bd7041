import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import {
  compareSnapshots,
  EMPTY,
  type FileChange,
  isSubmission,
  looksHalfSaved,
  type Snapshot,
} from './changes.ts';

export interface LabChange {
  /** The lab's slug. */
  lab: string;
  changes: readonly FileChange[];
}

export interface FileWatcher {
  /** Resolves when every save from now on is seen. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** A burst of events ends when nothing happened for so long, in milliseconds. */
const QUIET_MS = 25;

/** How long a file that vanished or was emptied may take to come back, in milliseconds. */
const COMEBACK_MS = 250;

/** How often it is looked whether the folders are still the same ones, in milliseconds. */
const LOOK_MS = 500;

/**
 * Watches the folders of labs and tells what changed in them, by content: an editor's temp files, a save
 * without a change and a file that vanishes for a moment tell nothing.
 * @param options.source folder that holds `<slug>/` of each lab; it may vanish and come back
 * @param options.labs slugs to watch
 * @param options.onChange called once for each lab that changed
 * @param options.onTrouble called with one line when files cannot be watched
 */
export function watchLabs(options: {
  source: string;
  labs: readonly string[];
  onChange: (change: LabChange) => void;
  onTrouble: (message: string) => void;
}): FileWatcher {
  const { source } = options;
  const known = new Map<string, Snapshot>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  const settle = async (lab: string, patient: boolean): Promise<void> => {
    const after = await readSnapshot(join(source, lab));
    const before = known.get(lab);
    // A newer event has set a newer timer: it will see this change too.
    if (closed || before === undefined || timers.has(lab)) return;
    const changes = compareSnapshots(before, after);
    if (changes.length === 0) return;
    if (patient && looksHalfSaved(changes)) return plan(lab, COMEBACK_MS, false);
    known.set(lab, after);
    options.onChange({ lab, changes });
  };
  const plan = (lab: string, delay: number, patient: boolean): void => {
    clearTimeout(timers.get(lab));
    timers.set(
      lab,
      setTimeout(() => {
        timers.delete(lab);
        settle(lab, patient).catch((error: Error) => options.onTrouble(trouble(source, error)));
      }, delay),
    );
  };
  const planAll = (): void => {
    for (const lab of options.labs) plan(lab, QUIET_MS, true);
  };

  const open = () => {
    const watcher = watch(source, {
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      ignored: (path) => isIgnored(relative(source, path), options.labs),
    });
    watcher.on('all', (_event, path) => {
      const lab = relative(source, path).split(sep)[0] ?? '';
      if (options.labs.includes(lab)) plan(lab, QUIET_MS, true);
      else planAll();
    });
    watcher.on('error', (error) => options.onTrouble(trouble(source, error)));
    return watcher;
  };
  // A watcher hears nothing more of a folder that was removed, even when a new one of its name is there.
  const folders = [source, ...options.labs.map((lab) => join(source, lab))];
  const look = (): void => {
    const now = folders.map(identityOf).join();
    if (now === identity || closed) return;
    identity = now;
    void watcher.close();
    watcher = open();
    watcher.once('ready', planAll);
  };

  let watcher = open();
  let identity = folders.map(identityOf).join();
  let looking: NodeJS.Timeout | undefined;
  const ready = (async () => {
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    for (const lab of options.labs) known.set(lab, await readSnapshot(join(source, lab)));
    if (!closed) looking = setInterval(look, LOOK_MS);
  })().catch((error: Error) => options.onTrouble(trouble(source, error)));

  return {
    ready,
    close: async () => {
      closed = true;
      clearInterval(looking);
      for (const timer of timers.values()) clearTimeout(timer);
      await watcher.close();
    },
  };
}

function isIgnored(path: string, labs: readonly string[]): boolean {
  if (path === '') return false;
  const [lab, ...inside] = path.split(sep);
  if (lab === undefined || !labs.includes(lab)) return true;
  return inside.length > 0 && !isSubmission(inside.join('/'));
}

/** Tells one folder of this name from the next; file systems give a freed inode to the next folder. */
function identityOf(folder: string): string {
  try {
    const { ino, birthtimeMs } = statSync(folder);
    return `${ino} ${birthtimeMs}`;
  } catch {
    return 'gone';
  }
}

/** Reads the regular files of a lab. A folder or file that is not there (any more) is left out. */
async function readSnapshot(folder: string): Promise<Snapshot> {
  const snapshot = new Map<string, string>();
  const visit = async (inside: string): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(unlessGone([]));
    for (const entry of entries) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (!isSubmission(path)) continue;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const content = await readFile(join(folder, path)).catch(unlessGone(undefined));
        if (content === undefined) continue;
        snapshot.set(path, content.length === 0 ? EMPTY : createHash('sha256').update(content).digest('hex'));
      }
    }
  };
  await visit('');
  return snapshot;
}

function unlessGone<T>(fallback: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return fallback;
    throw error;
  };
}

function trouble(source: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') {
    return `cannot watch ${source}: the system's limit of watched files is reached. Close other watchers, or raise fs.inotify.max_user_watches.`;
  }
  return `cannot watch ${source}: ${message}. Save again, or press r to run.`;
}
