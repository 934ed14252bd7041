import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { type BuildContext, type BuildResult, context } from 'esbuild';
import { readPackage, type ShippedPackage } from '../packages/index.ts';
import { describeBuildFailure } from './build-failure.ts';
import { optionsFromArgs } from './esbuild-args.ts';
import { StageFailure } from './failure.ts';
import { installPackages } from './node-modules.ts';
import type { RecordedBundle } from './synth-protocol.ts';

/** A function's code, for the account to run. */
export interface Bundle {
  /** Absolute. */
  folder: string;
  /** Packages that the bundle leaves to Lambda's runtime and that are loaded with it, not later. */
  runtimePackages: readonly string[];
  shipped: ShippedPackage;
}

/** Bundles handlers, each with the options that its stack asked for, and keeps what esbuild knows between runs. */
export interface Bundler {
  /**
   * Bundles one function's code.
   * @param lab the lab's folder in the scratch folder (absolute)
   * @throws StageFailure naming file and line of what does not build
   */
  bundle(lab: string, recorded: RecordedBundle): Promise<Bundle>;
  close(): Promise<void>;
}

/**
 * How a handler is bundled that no stack speaks for.
 * @param entry the handler's file (absolute)
 */
export function bareBundle(entry: string): RecordedBundle {
  return {
    assetKey: `bare-${basename(entry)}.zip`,
    entry,
    args: [
      '--target=node22',
      '--platform=node',
      '--format=esm',
      '--outfile=/out/index.mjs',
      '--sourcemap',
      '--external:@aws-sdk/*',
      '--external:@smithy/*',
    ],
    nodeModules: [],
    refused: [],
  };
}

/** Makes a bundler, with nothing built yet. */
export function createBundler(): Bundler {
  const contexts = new Map<string, BuildContext>();

  async function contextFor(lab: string, recorded: RecordedBundle): Promise<BuildContext> {
    const key = JSON.stringify([recorded.entry, recorded.args]);
    const known = contexts.get(key);
    if (known) return known;
    const options = optionsFromArgs(recorded.args);
    const made = await context({
      ...options,
      // So that an error names the learner's line, whatever their stack asks for.
      sourcemap: options.sourcemap ?? 'linked',
      entryPoints: [recorded.entry],
      outfile: join(lab, basename(options.outfile ?? 'index.js')),
      external: [...(options.external ?? []), ...recorded.nodeModules],
      bundle: true,
      platform: 'node',
      absWorkingDir: lab,
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    contexts.set(key, made);
    return made;
  }

  return {
    async bundle(lab, recorded) {
      refuseShells(recorded);
      const file = basename(recorded.entry);
      const built = await (await contextFor(lab, recorded)).rebuild().catch((cause: unknown) => {
        throw new StageFailure('learner', describeBuildFailure(cause, file), { cause });
      });
      const external = externalPackages(built);
      refuseMissingPackages(external, recorded, file);
      const folder = await writeBundle(built, join(lab, '.bundles'), recorded);
      const runtimePackages = external.filter(loadedAtOnceBy(built)).filter(notInstalled(recorded));
      return { folder, runtimePackages, shipped: await readPackage(folder, built.metafile) };
    },
    async close() {
      await Promise.all([...contexts.values()].map((made) => made.dispose()));
      contexts.clear();
    },
  };
}

function refuseShells({ refused }: RecordedBundle): void {
  if (refused.length === 0) return;
  throw new StageFailure(
    'tool',
    `stack.ts bundles with ${refused.join(', ')}, which needs a shell or Docker: the checker bundles with esbuild alone. Leave it out.`,
  );
}

/** What Lambda's runtime ships: Node's own modules and the AWS SDK. https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html */
const shipped = [
  /^node:/,
  /^@aws-sdk\//,
  /^@smithy\//,
  ...builtinModules.map((name) => new RegExp(`^${name}(/|$)`)),
];

/** What a bundle imports and does not hold. */
function externalPackages({ metafile }: BuildResult): string[] {
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))];
}

/** Whether a package of the runtime is imported by a statement: what `import()` loads has its own moment. */
function loadedAtOnceBy({ metafile }: BuildResult): (path: string) => boolean {
  const imports = Object.values(metafile?.inputs ?? {}).flatMap((input) => input.imports);
  const stated = new Set(imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path));
  return (path) => /^@(aws-sdk|smithy)\//.test(path) && stated.has(path);
}

/** What lies in the asset's own `node_modules` is found there, and not in the runtime. */
function notInstalled({ nodeModules }: RecordedBundle): (path: string) => boolean {
  return (path) => !nodeModules.some((name) => path === name || path.startsWith(`${name}/`));
}

/** Locally every package of the checkout would be found; on AWS one that is left out of the bundle is not. */
function refuseMissingPackages(external: readonly string[], recorded: RecordedBundle, file: string): void {
  for (const path of external) {
    if (shipped.some((pattern) => pattern.test(path))) continue;
    if (!notInstalled(recorded)(path)) continue;
    throw new StageFailure(
      'learner',
      `The bundle of ${file} leaves out '${path}', and Lambda's Node.js runtime does not ship it: remove it from externalModules.`,
    );
  }
}

/**
 * Lambda's /var/task has no package.json, so `index.js` is CommonJS there unless it reads like a module. Inside
 * this checkout, which is `"type": "module"`, an empty one has the same effect.
 */
export const likeOnLambda = '{}\n';

/** Writes beside and renames: whoever reads the folder sees a whole bundle, and nothing of the one before. */
async function writeBundle(
  { outputFiles = [], metafile }: BuildResult,
  bundles: string,
  { assetKey, args, nodeModules }: RecordedBundle,
): Promise<string> {
  const folder = join(bundles, assetKey.replace(/\.zip$/, ''));
  await mkdir(folder, { recursive: true });
  await writeFile(join(bundles, 'package.json'), likeOnLambda);
  const files = new Map<string, Uint8Array | string>(
    outputFiles.map(({ path, contents }) => [basename(path), contents]),
  );
  // With `metafile: true` CDK lets esbuild write its analysis into the asset.
  const analysis = args.find((arg) => arg.startsWith('--metafile='));
  if (analysis) files.set(basename(analysis), JSON.stringify(metafile));
  for (const [name, contents] of files) {
    const temporary = join(bundles, `.${name}.${process.pid}`);
    await writeFile(temporary, contents);
    await rename(temporary, join(folder, name));
  }
  for (const name of await readdir(folder)) {
    if (!files.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  if (nodeModules.length > 0) await installPackages(folder, nodeModules);
  return folder;
}
