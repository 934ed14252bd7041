import { mkdir, open, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type LabReport, labReportSchema } from './report.ts';

const progressSchema = z.strictObject({
  version: z.literal(1),
  /** The last verdict of each lab, and when. */
  labs: z.record(z.string(), z.strictObject({ at: z.iso.datetime(), report: labReportSchema })),
  /** How many hints of each check were shown, by the check's id. */
  hints: z.record(z.string(), z.number().int().nonnegative()),
});

/** What is kept of a learner's work in `.progress/`. */
export type Progress = z.infer<typeof progressSchema>;

export interface ProgressStore {
  read(): Promise<Progress>;
  /** Keeps a lab's verdict. */
  recordReport(report: LabReport, at?: Date): Promise<void>;
  /** Keeps how many hints of a check were shown. */
  rememberHint(check: string, count: number): Promise<void>;
}

/**
 * Opens the learner's progress. Nothing is written before something is kept.
 * @param root the checkout
 * @param warn called when a damaged file was set aside
 */
export function openProgress(root: string, warn: (message: string) => void): ProgressStore {
  const folder = join(root, '.progress');
  const file = join(folder, 'progress.json');

  async function update(change: (progress: Progress) => Progress): Promise<void> {
    await mkdir(folder, { recursive: true });
    const release = await lock(join(folder, 'progress.lock'));
    try {
      await replace(file, `${JSON.stringify(change(await readOrSetAside(file, warn)), null, 2)}\n`);
    } finally {
      await release();
    }
  }

  return {
    read: () => readOrSetAside(file, warn),
    recordReport: (report, at = new Date()) =>
      update((progress) => ({
        ...progress,
        labs: { ...progress.labs, [report.lab]: { at: at.toISOString(), report } },
      })),
    rememberHint: (check, count) =>
      update((progress) => ({ ...progress, hints: { ...progress.hints, [check]: count } })),
  };
}

const nothingYet: Progress = { version: 1, labs: {}, hints: {} };

/** A damaged file is kept beside, never overwritten: what is in it may be all that the learner has. */
async function readOrSetAside(file: string, warn: (message: string) => void): Promise<Progress> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return nothingYet;
    throw cause;
  }
  const parsed = progressSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(file, aside);
  warn(`${file} could not be read. It was set aside as ${aside}; progress starts anew.`);
  return nothingYet;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whoever reads the file sees the old or the new content, also after a power cut. */
async function replace(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

const lockPatienceMs = 5000;
const lockPollMs = 25;

/**
 * Takes a lock file that holds its owner's process id; a lock whose owner is gone is broken.
 * @returns a function that gives it back
 */
async function lock(file: string): Promise<() => Promise<void>> {
  const giveUpAt = Date.now() + lockPatienceMs;
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => unlink(file).catch(() => {});
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // Empty: taken this moment, its owner not yet written; or left so by a crash, which patience tells apart.
    const abandoned = owner > 0 ? !isAlive(owner) : Date.now() > giveUpAt;
    if (abandoned) {
      await rm(file, { force: true });
      continue;
    }
    if (Date.now() > giveUpAt) throw new Error(`Progress is locked by process ${owner} (${file}).`);
    await new Promise((resolve) => setTimeout(resolve, lockPollMs));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
