import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { diffFiles, diffToSolution } from './diff.ts';
import { labFolder, readFiles, solutionFolder, starterFolder, WorkshopError } from './folders.ts';
import { keepStarter, resetLab, starterDrift } from './starters.ts';

const slug = '07-sqs-batch';
const now = new Date('2026-11-23T05:30:00.123Z');
const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true });
});

async function checkout(files: { lab?: Record<string, string>; starter?: Record<string, string> }) {
  const root = await mkdtemp(join(tmpdir(), 'workshop-'));
  roots.push(root);
  await write(labFolder(root, slug), files.lab ?? {});
  await write(starterFolder(root, slug), files.starter ?? {});
  await write(solutionFolder(root, slug), { 'worker.ts': 'one\ntwo\n', 'worker.test.ts': 'test' });
  return root;
}

async function write(folder: string, files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

const starter = { 'worker.ts': 'starter', 'stack.ts': 'stack', 'given/ledger.ts': 'ledger' };

describe('reset', () => {
  it('restores the starter, and keeps all of the learner’s files in a snapshot first', async () => {
    const mine = { 'worker.ts': 'mine', 'stack.ts': 'stack', 'lib/parse.ts': 'helper' };
    const root = await checkout({ lab: mine, starter });
    const done = await resetLab({ root, slug, now });
    expect(done).toEqual({
      snapshot: join(root, '.progress', 'snapshots', slug, '2026-11-23T05-30-00Z'),
      restored: ['given/ledger.ts', 'worker.ts'],
      setAside: ['lib/parse.ts'],
    });
    expect(Object.fromEntries(await readFiles(labFolder(root, slug)))).toEqual(starter);
    expect(Object.fromEntries(await readFiles(done.snapshot ?? ''))).toEqual(mine);
  });

  it('does nothing, and takes no snapshot, when there is nothing to restore', async () => {
    const root = await checkout({ lab: starter, starter });
    expect(await resetLab({ root, slug, now })).toEqual({ snapshot: undefined, restored: [], setAside: [] });
  });

  it('restores a lab that was removed', async () => {
    const root = await checkout({ starter });
    await resetLab({ root, slug, now });
    expect(Object.fromEntries(await readFiles(labFolder(root, slug)))).toEqual(starter);
  });

  it('two resets within a second have a snapshot each', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'first' }, starter });
    await resetLab({ root, slug, now });
    await write(labFolder(root, slug), { 'worker.ts': 'second' });
    const { snapshot = '' } = await resetLab({ root, slug, now });
    expect(await readFile(join(snapshot, 'worker.ts'), 'utf8')).toBe('second');
    expect(snapshot).toMatch(/Z-2$/);
  });

  it('touches nothing when the starter is not there', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'mine' } });
    await expect(resetLab({ root, slug, now })).rejects.toBeInstanceOf(WorkshopError);
    expect((await readFiles(labFolder(root, slug))).get('worker.ts')).toBe('mine');
  });

  it('touches nothing when the snapshot cannot be written', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'mine' }, starter });
    await writeFile(join(root, '.progress'), 'a file where a folder should be');
    await expect(resetLab({ root, slug, now })).rejects.toThrow();
    expect((await readFiles(labFolder(root, slug))).get('worker.ts')).toBe('mine');
  });
});

describe('keeping the starter', () => {
  it('names the files that differ, on either side', async () => {
    const root = await checkout({
      lab: { 'worker.ts': 'edited', 'new.ts': 'new', 'stack.ts': 'stack' },
      starter,
    });
    expect(await starterDrift(root, slug)).toEqual(['given/ledger.ts', 'new.ts', 'worker.ts']);
  });

  it('leaves no difference', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'edited', 'new.ts': 'new' }, starter });
    await keepStarter(root, slug);
    expect(await starterDrift(root, slug)).toEqual([]);
  });
});

describe('diff', () => {
  it('shows the way from the learner’s file to the solution', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'one\n' } });
    expect(await diffToSolution(root, slug)).toEqual([
      { kind: 'file', text: 'worker.ts' },
      { kind: 'place', text: '@@ line 1 of yours, line 1 of the solution @@' },
      { kind: 'same', text: ' one' },
      { kind: 'added', text: '+two' },
    ]);
  });

  it('says when there is no difference', async () => {
    const root = await checkout({ lab: { 'worker.ts': 'one\ntwo\n' } });
    expect(await diffToSolution(root, slug)).toEqual([
      { kind: 'note', text: 'Your files are the same as the solution.' },
    ]);
  });

  it('leaves out what a learner does not write: given/, events/ and the solution’s own unit test', () => {
    const solution = new Map([
      ['given/ledger.ts', 'ledger'],
      ['events/poison.json', '{}'],
      ['worker.test.ts', 'test'],
    ]);
    expect(diffFiles(new Map(), solution).map(({ kind }) => kind)).toEqual(['note']);
  });

  it('says which file is missing', () => {
    const lines = diffFiles(new Map(), new Map([['worker.ts', 'one\n']]));
    expect(lines[0]).toEqual({ kind: 'file', text: 'worker.ts (yours is missing)' });
  });
});
