/** The files of a lab at one moment: path inside the lab's folder → hash of its content. */
export type Snapshot = ReadonlyMap<string, string>;

export interface FileChange {
  /** Path inside the lab's folder, with forward slashes. */
  file: string;
  what: 'added' | 'edited' | 'emptied' | 'removed';
}

/** What a change asks for: a new synth (`stack`), a new bundle (`handler`), or no run (`nothing`). */
export type Edit = 'stack' | 'handler' | 'nothing';

/** What is said of a change that asks for nothing. */
export const GIVEN_NOTICE = 'given/ is read-only: your change there is not graded.';

/** Hash of a file without content: editors truncate a file before they write it. */
export const EMPTY = 'empty';

const IGNORED_FOLDERS = new Set(['node_modules', 'cdk.out', 'dist', 'coverage']);

/** Vim's probe file, backups, swap files, Emacs' locks, JetBrains' safe write, and our own temp files. */
const TEMPORARY = [
  /^4913$/,
  /~$/,
  /^\.?#/,
  /\.sw[a-z]$/i,
  /\.(tmp|temp|bak|orig|part|crswap)$/i,
  /___jb_(tmp|old)___$/,
];

/** Says whether a path inside a lab's folder is the learner's work, and no editor's or tool's by-product. */
export function isSubmission(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => IGNORED_FOLDERS.has(part) || part.startsWith('.'))) return false;
  return !TEMPORARY.some((pattern) => pattern.test(name));
}

/** What changed from one snapshot to the next, sorted by file. Saving a file unchanged is no change. */
export function compareSnapshots(before: Snapshot, after: Snapshot): FileChange[] {
  const changes: FileChange[] = [];
  for (const [file, hash] of after) {
    const previous = before.get(file);
    if (previous === hash) continue;
    if (previous === undefined) changes.push({ file, what: 'added' });
    else changes.push({ file, what: hash === EMPTY ? 'emptied' : 'edited' });
  }
  for (const file of before.keys()) {
    if (!after.has(file)) changes.push({ file, what: 'removed' });
  }
  return changes.sort((one, other) => (one.file < other.file ? -1 : 1));
}

/**
 * Says whether the change may be half of a save: a file that is gone or empty often comes back within
 * milliseconds, when an editor writes a temp file and renames it, or truncates before it writes.
 */
export function looksHalfSaved(changes: readonly FileChange[]): boolean {
  return changes.some((change) => change.what === 'removed' || change.what === 'emptied');
}

/** What must be run again after these changes. `given/` is never graded, so a change there asks for nothing. */
export function editOf(changes: readonly FileChange[]): Edit {
  const graded = changes.filter((change) => !isGiven(change.file));
  if (graded.length === 0) return 'nothing';
  return graded.some((change) => change.file === 'stack.ts') ? 'stack' : 'handler';
}

/** Whether the file is one of the lab's own helpers, which a run takes from the course. */
function isGiven(file: string): boolean {
  return file.startsWith('given/');
}

/** The changes in a few words: `worker.ts saved`, `worker.ts removed`, `worker.ts saved, 2 more changes`. */
export function describeChanges(changes: readonly FileChange[]): string {
  const [first, ...others] = changes;
  if (first === undefined) return 'nothing changed';
  const head = `${first.file} ${first.what === 'edited' ? 'saved' : first.what}`;
  if (others.length === 0) return head;
  return `${head}, ${others.length} more ${others.length === 1 ? 'change' : 'changes'}`;
}
