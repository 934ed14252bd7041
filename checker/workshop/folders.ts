import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSubmission } from '../watch/changes.ts';

/** Text of each file, by its path inside the folder with forward slashes, sorted. */
export type Files = ReadonlyMap<string, string>;

/** Where the learner works, where the solution is, and where the untouched starter is kept. */
export const labFolder = (root: string, slug: string) => join(root, 'labs', slug);
export const solutionFolder = (root: string, slug: string) => join(root, 'solutions', slug);
export const starterFolder = (root: string, slug: string) => join(root, 'checker', 'suites', slug, 'starter');

/** Something that was asked for cannot be done; the message says what to do instead. */
export class WorkshopError extends Error {
  override readonly name = 'WorkshopError';
}

/**
 * Reads the regular files of a folder, without editors' and tools' by-products.
 * @returns an empty map if there is no such folder
 */
export async function readFiles(folder: string): Promise<Files> {
  if (!(await isFolder(folder))) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(isSubmission)
    .sort();
  const files = new Map<string, string>();
  for (const path of paths) files.set(path, await readFile(join(folder, path), 'utf8'));
  return files;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
