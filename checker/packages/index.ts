import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { unzipSync } from 'fflate';

/** What a function's deployment package holds once it is unzipped. */
export interface ShippedPackage {
  /** Of all files but source maps (`*.map`), which nobody has to ship. */
  bytes: number;
  /** What makes up these bytes, heaviest first: an npm package, your own files, or another file. */
  parts: readonly Part[];
  /** Files that carry their source map inside, though they are code. */
  inlineSourceMaps: readonly string[];
  /** Packages of the AWS SDK that the code imports and that Lambda's runtime has to bring. */
  leftToRuntime: readonly string[];
  /** Whether code of the AWS SDK is in it, bundled or installed. */
  holdsSdk: boolean;
  /** npm packages that lie in a `node_modules` folder of it, as they were published. */
  installed: readonly string[];
}

export interface Part {
  name: string;
  bytes: number;
}

/**
 * Reads a deployment package.
 * @param at a folder, or a zip file (absolute)
 * @param built what esbuild says of the code in it: with it, the parts of a bundle have names
 */
export async function readPackage(at: string, built?: Metafile): Promise<ShippedPackage> {
  if ((await stat(at)).isDirectory()) return describe(await filesOfFolder(at), built);
  return readZippedPackage(await readFile(at));
}

/** Reads a deployment package as Lambda gives it back: zipped. */
export function readZippedPackage(zip: Uint8Array): Promise<ShippedPackage> {
  const files = Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith('/'));
  return describe(
    files.map(([path, content]) => ({ path, bytes: content.length, text: async () => textOf(content) })),
  );
}

interface PackagedFile {
  /** With `/`. */
  path: string;
  bytes: number;
  text: () => Promise<string>;
}

/** Follows links: a zip of it holds what they lead to. */
async function filesOfFolder(folder: string): Promise<readonly PackagedFile[]> {
  const found: PackagedFile[] = [];
  async function walk(below: string): Promise<void> {
    const names = await readdir(join(folder, below));
    await Promise.all(
      names.map(async (name) => {
        const path = below === '' ? name : `${below}/${name}`;
        const full = join(folder, path);
        const { size, ...kind } = await stat(full).then((s) => ({ size: s.size, isFolder: s.isDirectory() }));
        if (kind.isFolder) await walk(path);
        else found.push({ path, bytes: size, text: async () => textOf(await readFile(full)) });
      }),
    );
  }
  await walk('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function describe(all: readonly PackagedFile[], built?: Metafile): Promise<ShippedPackage> {
  const files = all.filter(({ path }) => !path.endsWith('.map'));
  const code = files.filter(({ path }) => /\.[cm]?js$/.test(path) && installedPackage(path) === undefined);
  const texts = await Promise.all(code.map(async ({ path, text }) => [path, await text()] as const));
  const installed = [...new Set(files.flatMap(({ path }) => installedPackage(path) ?? []))];
  const imported = built
    ? externalsOf(built)
    : (await Promise.all(texts.map(([path, text]) => importsOfSdk(path, text)))).flat();
  return {
    bytes: sum(files),
    parts: partsOf(files, built),
    inlineSourceMaps: texts.filter(([, text]) => inlineMap.test(text)).map(([path]) => path),
    leftToRuntime: [...new Set(imported.filter((name) => sdk.test(name)))].filter(
      (name) => !installed.includes(packageName(name)),
    ),
    holdsSdk:
      installed.some((name) => sdk.test(`${name}/`)) || texts.some(([, text]) => userAgent.test(text)),
    installed,
  };
}

/** Every client of the SDK says who it is: https://docs.aws.amazon.com/sdkref/latest/guide/user-agent.html */
const userAgent = /\baws-sdk-js\b/;
const sdk = /^@(aws-sdk|smithy)\//;

/** The last line of a bundle, where a tool looks for its map. https://tc39.es/ecma426/#sec-linking-inline */
const inlineMap = /^\/\/[#@] ?sourceMappingURL=data:/m;

function externalsOf({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return imports.filter(({ external }) => external).map(({ path }) => path);
}

/** What code loads, whoever built it. */
async function importsOfSdk(path: string, text: string): Promise<string[]> {
  // A name may stand in a text, too: only a parser can tell, and it is asked only where there is one.
  if (!/["']@(aws-sdk|smithy)\//.test(text)) return [];
  const { metafile } = await build({
    stdin: { contents: text, sourcefile: path, loader: 'js' },
    bundle: true,
    external: ['*'],
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return externalsOf(metafile);
}

function partsOf(files: readonly PackagedFile[], built: Metafile | undefined): readonly Part[] {
  const weights = new Map<string, number>();
  const add = (name: string, bytes: number) => weights.set(name, (weights.get(name) ?? 0) + bytes);
  for (const { path, bytes } of files) {
    const inputs = bundledInto(path, built);
    let rest = bytes;
    for (const [input, { bytesInOutput }] of inputs) {
      add(partName(input), bytesInOutput);
      rest -= bytesInOutput;
    }
    const installed = installedPackage(path);
    if (inputs.length === 0) add(installed ? `node_modules/${installed}` : path, rest);
    // A bundle's own lines are a few hundred bytes; much more is a source map inside.
    else add(rest > 10_240 ? 'the source map inside' : 'esbuild’s own lines', rest);
  }
  return [...weights].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** What esbuild put into a file, by the path of the source. */
function bundledInto(path: string, built: Metafile | undefined) {
  const output = Object.entries(built?.outputs ?? {}).find(([name]) => name.split('/').at(-1) === path)?.[1];
  return Object.entries(output?.inputs ?? {});
}

function partName(input: string): string {
  const at = input.lastIndexOf('node_modules/');
  return at < 0 ? 'your own files' : packageName(input.slice(at + 'node_modules/'.length));
}

/** The package that a file of the asset belongs to, when it lies in `node_modules`. */
function installedPackage(path: string): string | undefined {
  const [, inside] = /(?:^|\/)node_modules\/(.*)$/.exec(path) ?? [];
  return inside && packageName(inside);
}

/** `@aws-sdk/core/dist/x.js` → `@aws-sdk/core` */
function packageName(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

const sum = (files: readonly PackagedFile[]) => files.reduce((total, { bytes }) => total + bytes, 0);
const textOf = (content: Uint8Array) => new TextDecoder().decode(content);
