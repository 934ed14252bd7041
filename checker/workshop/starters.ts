import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labFolder, readFiles, starterFolder, WorkshopError } from './folders.ts';

export interface ResetDone {
  /** Folder that holds the learner's files as they were; undefined if there were none. */
  snapshot?: string;
  /** Files that are as the course ships them again. */
  restored: readonly string[];
  /** Files that the starter does not have; they are in the snapshot only. */
  setAside: readonly string[];
}

/**
 * Puts a lab back to its starter. A copy of the learner's files is complete before the first of them is touched,
 * and each file changes in one step, so that at no moment any work is in neither place.
 *
 * The starter is the copy kept beside the lab's suites, not git's: a learner commits work, or has the course
 * from a zip file without history.
 * @param options.now the time that names the snapshot
 * @throws WorkshopError when no starter is kept for the lab
 */
export async function resetLab(options: { root: string; slug: string; now: Date }): Promise<ResetDone> {
  const { root, slug, now } = options;
  const lab = labFolder(root, slug);
  const starter = await readFiles(starterFolder(root, slug));
  if (starter.size === 0) {
    throw new WorkshopError(
      `The starter of ${slug} is missing from checker/suites/${slug}/starter. Nothing was changed.`,
    );
  }
  const mine = await readFiles(lab);
  const restored = [...starter.keys()].filter((file) => mine.get(file) !== starter.get(file));
  const setAside = [...mine.keys()].filter((file) => !starter.has(file));
  if (restored.length === 0 && setAside.length === 0) return { restored, setAside };

  const snapshot = mine.size === 0 ? undefined : await takeSnapshot(root, slug, mine.keys(), now);
  for (const file of restored) await replaceFile(join(lab, file), starter.get(file) ?? '');
  for (const file of setAside) await rm(join(lab, file));
  return { snapshot, restored, setAside };
}

/** Files in which a lab's folder and its kept starter differ. For authors: in a fresh checkout there are none. */
export async function starterDrift(root: string, slug: string): Promise<readonly string[]> {
  const kept = await readFiles(starterFolder(root, slug));
  const lab = await readFiles(labFolder(root, slug));
  const all = new Set([...kept.keys(), ...lab.keys()]);
  return [...all].filter((file) => kept.get(file) !== lab.get(file)).sort();
}

/** Keeps a lab's folder, as it is now, as its starter. For authors. */
export async function keepStarter(root: string, slug: string): Promise<void> {
  const lab = await readFiles(labFolder(root, slug));
  if (lab.size === 0) throw new WorkshopError(`There is nothing in labs/${slug} to keep.`);
  await rm(starterFolder(root, slug), { recursive: true, force: true });
  for (const [file, text] of lab) await replaceFile(join(starterFolder(root, slug), file), text);
}

/** Copies the learner's files to a new folder, named by the time. */
async function takeSnapshot(root: string, slug: string, files: Iterable<string>, now: Date): Promise<string> {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const place = join(root, '.progress', 'snapshots', slug);
  await mkdir(place, { recursive: true });
  const snapshot = await makeFolder(join(place, time));
  for (const file of files) {
    const copy = join(snapshot, file);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(labFolder(root, slug), file), copy);
  }
  return snapshot;
}

/** Makes a folder of this name, or of the first numbered one that nobody has. */
async function makeFolder(name: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const folder = count === 1 ? name : `${name}-${count}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, path);
}
