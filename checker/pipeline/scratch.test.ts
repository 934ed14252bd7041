import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyToScratch } from './scratch.ts';

let root: string;
const at = (...path: string[]) => join(root, ...path);
const copy = () => copyToScratch({ from: at('submission'), given: at('given'), to: at('scratch') });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scratch-'));
  await mkdir(at('submission', 'lib'), { recursive: true });
  await mkdir(at('given'));
  await writeFile(at('submission', 'worker.ts'), 'worker');
  await writeFile(at('submission', 'lib', 'order.ts'), 'order');
  await writeFile(at('given', 'ledger.ts'), 'ours');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('copies files and folders, with given/ of the checkout', async () => {
  const { changed, ignored } = await copy();
  expect([...changed].sort()).toEqual(['given/ledger.ts', 'lib/order.ts', 'worker.ts']);
  expect(ignored).toEqual([]);
  expect(await readFile(at('scratch', 'lib', 'order.ts'), 'utf8')).toBe('order');
});

it('says which files changed since the run before, and removes those that are gone', async () => {
  await copy();
  await writeFile(at('submission', 'worker.ts'), 'other');
  await rm(at('submission', 'lib'), { recursive: true });
  const { changed } = await copy();
  expect([...changed].sort()).toEqual(['lib/order.ts', 'worker.ts']);
  expect((await copy()).changed).toEqual([]);
});

it('a changed given/ is not used, and that is said', async () => {
  await mkdir(at('submission', 'given'));
  await writeFile(at('submission', 'given', 'ledger.ts'), 'theirs');
  expect((await copy()).ignored).toEqual([expect.stringContaining('given/')]);
  expect(await readFile(at('scratch', 'given', 'ledger.ts'), 'utf8')).toBe('ours');
});

it('an unchanged given/ is not worth a word', async () => {
  await mkdir(at('submission', 'given'));
  await writeFile(at('submission', 'given', 'ledger.ts'), 'ours');
  expect((await copy()).ignored).toEqual([]);
});

it('links are left out, and that is said', async () => {
  await symlink('/etc/passwd', at('submission', 'secret.ts'));
  expect((await copy()).ignored).toEqual(['secret.ts: not a regular file']);
});

it('packages and build output are left out', async () => {
  await mkdir(at('submission', 'node_modules'));
  await writeFile(at('submission', 'node_modules', 'index.js'), '');
  expect((await copy()).changed).not.toContain('node_modules/index.js');
});

it('a file too large to be source code is refused by name', async () => {
  await writeFile(at('submission', 'data.ts'), Buffer.alloc(3 * 1024 * 1024));
  await expect(copy()).rejects.toThrow(/data\.ts is larger than 2 MB/);
});

it('a missing submission is the learner’s', async () => {
  await rm(at('submission'), { recursive: true });
  await expect(copy()).rejects.toMatchObject({
    blame: 'learner',
    message: expect.stringContaining('Cannot read'),
  });
});
