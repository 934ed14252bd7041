import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPackage, readZippedPackage } from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

it('source maps do not count', async () => {
  await write({ 'index.mjs': '12345', 'index.mjs.map': 'x'.repeat(1000) });
  expect(await readPackage(folder)).toMatchObject({ bytes: 5, parts: [{ name: 'index.mjs', bytes: 5 }] });
});

it('a map inside of the code is found, and one beside it is not taken for it', async () => {
  await write({
    'inside.js': 'a();\n//# sourceMappingURL=data:application/json;base64,AAAA\n',
    'beside.js': 'a();\n//# sourceMappingURL=beside.js.map\n',
    'text.js': 'const line = "//# sourceMappingURL=data:";\n',
  });
  expect((await readPackage(folder)).inlineSourceMaps).toEqual(['inside.js']);
});

it('what lies in node_modules counts to its package, also behind a link', async () => {
  await write({ 'elsewhere/zod/index.js': '123', 'asset/index.mjs': '1' });
  await mkdir(join(folder, 'asset', 'node_modules'));
  await symlink(join(folder, 'elsewhere', 'zod'), join(folder, 'asset', 'node_modules', 'zod'));
  expect(await readPackage(join(folder, 'asset'))).toMatchObject({
    bytes: 4,
    installed: ['zod'],
    parts: [{ name: 'node_modules/zod' }, { name: 'index.mjs' }],
  });
});

it('the SDK is left to the runtime where code imports it, not where a text names it', async () => {
  await write({
    'index.mjs': `import{S3Client}from"@aws-sdk/client-s3";S3Client;throw "install '@aws-sdk/signature-v4-crt'";`,
    'other.cjs': `require("@smithy/core")`,
  });
  expect((await readPackage(folder)).leftToRuntime.toSorted()).toEqual([
    '@aws-sdk/client-s3',
    '@smithy/core',
  ]);
});

it('an SDK that is installed in the asset is not left to the runtime', async () => {
  await write({
    'index.mjs': `import "@aws-sdk/client-s3";`,
    'node_modules/@aws-sdk/client-s3/index.js': '',
  });
  expect((await readPackage(folder)).leftToRuntime).toEqual([]);
});

it('a bundle is made of packages, of your own files, and of a map if it is inside', async () => {
  await write({ 'index.js': 'x'.repeat(20_600) });
  const inputs = {
    '../node_modules/zod/core.js': { bytesInOutput: 300 },
    '../node_modules/a/node_modules/@b/c/x.js': { bytesInOutput: 200 },
    'handler.ts': { bytesInOutput: 100 },
  };
  const built: Metafile = {
    inputs: {},
    outputs: { 'out/index.js': { bytes: 20_600, inputs, imports: [], exports: [] } },
  };
  expect((await readPackage(folder, built)).parts).toEqual([
    { name: 'the source map inside', bytes: 20_000 },
    { name: 'zod', bytes: 300 },
    { name: '@b/c', bytes: 200 },
    { name: 'your own files', bytes: 100 },
  ]);
});

it('a zip is weighed unzipped', async () => {
  const zip = zipSync({ 'index.mjs': strToU8('x'.repeat(5000)), 'lib/': new Uint8Array() });
  expect(await readZippedPackage(zip)).toMatchObject({ bytes: 5000 });
  await writeFile(join(folder, 'code.zip'), zip);
  expect(await readPackage(join(folder, 'code.zip'))).toMatchObject({ bytes: 5000 });
});

it('the SDK is in a package that says who calls, or in its node_modules', async () => {
  await write({ 'index.mjs': 'const agent = "aws-sdk-js";', 'other/index.mjs': 'import("@aws-sdk/x");' });
  expect(await readPackage(folder)).toMatchObject({ holdsSdk: true });
  expect(await readPackage(join(folder, 'other'))).toMatchObject({ holdsSdk: false });
  await write({ 'other/node_modules/@aws-sdk/client-sqs/index.js': '' });
  expect(await readPackage(join(folder, 'other'))).toMatchObject({ holdsSdk: true });
});
