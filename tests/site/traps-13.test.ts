import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { type BuildOptions, build } from 'esbuild';
import { expect, it } from 'vitest';
import { inline, installed, TrapStack } from '../../docs/examples/13-trap-stack.ts';

const root = join(import.meta.dirname, '..', '..');

async function kilobytes(contents: string, options: BuildOptions = {}): Promise<number> {
  const { outputFiles = [] } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    write: false,
    outdir: 'out',
    ...options,
  });
  return outputFiles.reduce((sum, file) => sum + file.contents.length, 0) / 1024;
}

it('who imports one client of the barrel gets all four', async () => {
  const barrel = await kilobytes(
    "import { dynamodb } from '../../docs/examples/13-traps.ts'; console.log(dynamodb)",
  );
  const one = await kilobytes(
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; console.log(new DynamoDBClient())",
  );
  expect(barrel).toBeGreaterThan(1.4 * one);
});

it('a map inside makes the code more than twice as heavy', async () => {
  expect(inline).toMatchObject({ sourceMapMode: 'inline' });
  const code = "import * as z from 'zod'; console.log(z.string())";
  expect(await kilobytes(code, { sourcemap: 'inline' })).toBeGreaterThan(2 * (await kilobytes(code)));
});

it('zod as it is installed has hundreds of files', () => {
  expect(installed.nodeModules).toEqual(['zod']);
  const files = readdirSync(join(root, 'node_modules', 'zod'), { recursive: true });
  expect(files.length).toBeGreaterThan(500);
});

it('a folder as code is shipped whole', () => {
  const out = mkdtempSync(join(tmpdir(), 'trap-13-'));
  try {
    const app = new App({ outdir: out });
    new TrapStack(app, 'Trap', join(root, 'checker', 'suites', '13-package-size', 'starter'));
    app.synth();
    const asset = readdirSync(out).find((name) => name.startsWith('asset.')) ?? '';
    expect(readdirSync(join(out, asset)).sort()).toEqual(['clients', 'events', 'handler.ts', 'stack.ts']);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
