import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installPackages } from './node-modules.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'node-modules-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function publish(name: string, json: object = {}, inside = ''): Promise<void> {
  const folder = join(root, inside, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, ...json }));
}

async function bundle(): Promise<string> {
  const folder = join(root, 'bundle');
  await mkdir(folder, { recursive: true });
  return folder;
}

it('a package comes with what it needs, and with what it expects beside it', async () => {
  await publish('a', {
    dependencies: { b: '1', nested: '1' },
    peerDependencies: { c: '1', d: '1' },
    peerDependenciesMeta: { d: { optional: true } },
  });
  await publish('nested', {}, 'node_modules/a');
  for (const name of ['b', 'c', 'd', 'unrelated']) await publish(name);
  const folder = await bundle();
  await installPackages(folder, ['a']);
  expect((await readdir(join(folder, 'node_modules'))).sort()).toEqual(['a', 'b', 'c']);
});

it('what the run before installed is gone', async () => {
  await publish('a');
  await publish('b');
  const folder = await bundle();
  await installPackages(folder, ['a']);
  await installPackages(folder, ['b']);
  expect(await readdir(join(folder, 'node_modules'))).toEqual(['b']);
});

it('a package that is not there is the stack’s mistake, by name', async () => {
  await expect(installPackages(await bundle(), ['no-such-package'])).rejects.toMatchObject({
    blame: 'learner',
    message: expect.stringContaining("'no-such-package'"),
  });
});
