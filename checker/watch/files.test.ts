import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type LabChange, watchLabs } from './files.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A source folder with one lab, watched. `next()` resolves with the next change that is told. */
async function watched() {
  const source = await mkdtemp(join(tmpdir(), 'watch-'));
  const lab = join(source, '07-sqs-batch');
  await mkdir(lab);
  await writeFile(join(lab, 'worker.ts'), 'one');
  const told: LabChange[] = [];
  let wake = () => {};
  const watcher = watchLabs({
    source,
    labs: ['07-sqs-batch'],
    onChange: (change) => {
      told.push(change);
      wake();
    },
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  opened.push(
    () => watcher.close(),
    () => rm(source, { recursive: true, force: true }),
  );
  await watcher.ready;
  const next = async () => {
    while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return told.shift();
  };
  return { source, lab, worker: join(lab, 'worker.ts'), next };
}

it('tells a save by file', async () => {
  const { worker, next } = await watched();
  await writeFile(worker, 'two');
  expect(await next()).toEqual({ lab: '07-sqs-batch', changes: [{ file: 'worker.ts', what: 'edited' }] });
});

it('tells one change for an editor that writes a temp file and renames it', async () => {
  const { lab, worker, next } = await watched();
  await writeFile(join(lab, 'worker.ts.tmp'), 'two');
  await rename(join(lab, 'worker.ts.tmp'), worker);
  expect(await next()).toEqual({ lab: '07-sqs-batch', changes: [{ file: 'worker.ts', what: 'edited' }] });
});

it('waits for a file that vanishes and comes back', async () => {
  const { worker, next } = await watched();
  await rm(worker);
  await new Promise((resolve) => setTimeout(resolve, 80));
  await writeFile(worker, 'two');
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'edited' }]);
});

it('waits for the content of a file that was truncated first', async () => {
  const { worker, next } = await watched();
  await writeFile(worker, '');
  await new Promise((resolve) => setTimeout(resolve, 80));
  await writeFile(worker, 'two');
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'edited' }]);
});

it('tells nothing of a save without a change', async () => {
  const { worker, lab, next } = await watched();
  await writeFile(worker, 'one');
  await writeFile(join(lab, '.worker.ts.swp'), 'swap');
  await new Promise((resolve) => setTimeout(resolve, 80));
  await writeFile(join(lab, 'helper.ts'), 'new');
  expect((await next())?.changes).toEqual([{ file: 'helper.ts', what: 'added' }]);
});

it('tells a removed lab, and sees it when it is back', async () => {
  const { lab, worker, next } = await watched();
  await rm(lab, { recursive: true });
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'removed' }]);
  await mkdir(lab);
  await writeFile(worker, 'two');
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'added' }]);
});

it('sees saves again after the whole source folder was removed and came back', async () => {
  const { source, lab, worker, next } = await watched();
  await rm(source, { recursive: true });
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'removed' }]);
  await mkdir(lab, { recursive: true });
  await writeFile(worker, 'two');
  expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'added' }]);
});

it('sees saves again after a lab’s folder was replaced in one go', async () => {
  const { lab, worker, next } = await watched();
  for (const text of ['two', 'three']) {
    await rm(lab, { recursive: true });
    await mkdir(lab);
    await writeFile(worker, text);
    expect((await next())?.changes).toEqual([{ file: 'worker.ts', what: 'edited' }]);
  }
});
