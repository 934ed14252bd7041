import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { listeningInodes, ownerOf } from './port.ts';
import { buildSite, contentKey, SiteBuildError } from './site-build.ts';

const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true });
});

describe('options', () => {
  it.each([
    [[], {}, 3000],
    [[], { PORT: '8080' }, 8080],
    [[], { PORT: '' }, 3000],
    [['--port', '4000'], { PORT: '8080' }, 4000],
    [['--port', '0'], {}, 0],
  ])('%j with %j: port %i', (args, env, port) => expect(readOptions(args, env).port).toBe(port));

  it.each([
    [['--port', 'abc'], {}, '--port is abc'],
    [['--port', '70000'], {}, '--port is 70000'],
    [[], { PORT: '-1' }, 'PORT is -1'],
    [['--prot', '1'], {}, '--prot'],
  ])('%j with %j is refused', (args, env, message) => expect(() => readOptions(args, env)).toThrow(message));
});

describe('who has the port', () => {
  it('reads the sockets that listen from the system’s table', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0
   1: 0100007F:0BB8 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 5151 1 0
   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6161 1 0`;
    expect(listeningInodes(table, 3000)).toEqual(['4242']);
  });

  it.runIf(process.platform === 'linux')('names the process', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const owner = await ownerOf((server.address() as AddressInfo).port);
    server.close();
    expect(owner).toContain(`(${process.pid})`);
  });
});

/** A checkout whose Docusaurus is this script; `process.argv.at(-1)` is where it must build. */
async function checkout(docusaurus: string) {
  const root = await mkdtemp(join(tmpdir(), 'start-'));
  roots.push(root);
  const bin = join(root, 'node_modules', '@docusaurus', 'core', 'bin');
  await mkdir(bin, { recursive: true });
  await mkdir(join(root, 'docs'));
  await writeFile(join(bin, 'docusaurus.mjs'), docusaurus);
  await writeFile(join(root, 'docs', 'a.mdx'), 'one');
  await writeFile(join(root, 'package-lock.json'), '{}');
  const build = (signal = new AbortController().signal) => buildSite({ root, signal, onStart: () => {} });
  return { root, build };
}

const builds = `import { mkdirSync, writeFileSync } from 'node:fs';
const into = process.argv.at(-1); mkdirSync(into, { recursive: true }); writeFileSync(into + '/index.html', 'page');`;

describe('building the site', () => {
  it('removes what a killed build left behind', async () => {
    const { root, build } = await checkout(builds);
    const abandoned = join(root, '.scratch', 'site-2147483646');
    await mkdir(abandoned, { recursive: true });
    await build();
    expect(await readdir(join(root, '.scratch'))).toEqual([]);
  });

  it('builds once, and again only when a page’s source changed', async () => {
    const { root, build } = await checkout(builds);
    expect((await build()).built).toBe(true);
    expect((await build()).built).toBe(false);
    await writeFile(join(root, 'docs', 'a.mdx'), 'two');
    expect((await build()).built).toBe(true);
  });

  it('a learner’s edit does not count, once the lab’s starter is kept', async () => {
    const { root } = await checkout(builds);
    const lab = join(root, 'labs', '07-sqs-batch');
    await mkdir(lab, { recursive: true });
    await mkdir(join(root, 'checker', 'suites', '07-sqs-batch', 'starter'), { recursive: true });
    const before = await contentKey(root);
    await writeFile(join(lab, 'worker.ts'), 'edited');
    expect(await contentKey(root)).toBe(before);
  });

  it('a file that is renamed counts', async () => {
    const { root } = await checkout(builds);
    const before = await contentKey(root);
    await rm(join(root, 'docs', 'a.mdx'));
    await writeFile(join(root, 'docs', 'b.mdx'), 'one');
    expect(await contentKey(root)).not.toBe(before);
  });

  it('a build that fails says why, and leaves the old pages alone', async () => {
    const { root, build } = await checkout(builds);
    const { folder } = await build();
    const failing = `console.error('[ERROR] Broken link in docs/a.mdx');\nconsole.error('    at render (x.js:1)');\nprocess.exit(1)`;
    await writeFile(join(root, 'node_modules', '@docusaurus', 'core', 'bin', 'docusaurus.mjs'), failing);
    await writeFile(join(root, 'docs', 'a.mdx'), 'two');
    await expect(build()).rejects.toThrow(new SiteBuildError('[ERROR] Broken link in docs/a.mdx'));
    expect(folder).toBe(join(root, 'build'));
    await writeFile(join(root, 'docs', 'a.mdx'), 'one');
    expect((await build()).built).toBe(false);
  });

  it('a build that is stopped ends its process and leaves no files', async () => {
    const { root, build } = await checkout(
      `import { writeFileSync } from 'node:fs'; writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const stop = new AbortController();
    const building = build(stop.signal);
    building.catch(() => {});
    let pid = '';
    while (pid === '') pid = await readFile(join(root, 'pid'), 'utf8').catch(() => '');
    stop.abort();
    await expect(building).rejects.toThrow();
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
    expect(await readdir(join(root, '.scratch'))).toEqual([]);
  });
});

describe('npm start', () => {
  it('on a taken port says whose it is and how to choose another, and exits with 2', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const script = join(import.meta.dirname, '..', 'start.ts');
    const start = spawn(process.execPath, ['--import', 'tsx', script, '--port', String(port)]);
    let said = '';
    start.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(start, 'close');
    server.close();
    expect(said).toMatch(new RegExp(`^Port ${port} is taken by .+ npm start -- --port ${port + 1}\n$`));
    expect(code).toBe(2);
  });
});
