import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Lab } from '../catalog.ts';
import { createBundler, likeOnLambda } from '../pipeline/bundle.ts';
import { copyToScratch } from '../pipeline/scratch.ts';
import { createSynthesizer } from '../pipeline/synth.ts';
import type { RecordedBundle } from '../pipeline/synth-protocol.ts';
import { WorkshopError } from './folders.ts';

/** One function of a lab's stack. */
export interface LabFunction {
  logicalId: string;
  /** File of its handler inside the lab's folder; absent when the stack does not bundle it. */
  file?: string;
  /** Names of the stack's outputs that are this function. */
  outputs: readonly string[];
}

export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** A lab as it can be deployed. */
export interface LabStack {
  template: Template;
  /** Object key in the template → folder (absolute); a key changes when the content does. */
  assets: Readonly<Record<string, string>>;
  functions: readonly LabFunction[];
  /** Packages that the stack wants installed beside its bundles. */
  installed: readonly string[];
  /** What was left out of the submission and why, one line each. */
  ignored: readonly string[];
}

export interface LabBuilder {
  /** For the temporary files of an account that runs what is built here (absolute). */
  accounts: string;
  /**
   * Synthesizes a lab's stack and bundles its functions.
   * @throws StageFailure saying what does not synthesize or bundle, and where
   */
  build(signal?: AbortSignal): Promise<LabStack>;
  /** Ends the child processes and removes the scratch folder. */
  close(): Promise<void>;
}

interface LabBuilderOptions {
  /** The checkout. */
  root: string;
  lab: Lab;
  /** Folder that holds `<slug>/` (absolute). */
  source: string;
}

/** Makes a builder for one lab; it keeps what it knows from one build to the next. */
export async function openLabBuilder({ root, lab, source }: LabBuilderOptions): Promise<LabBuilder> {
  const from = join(source, lab.slug);
  if (!existsSync(from)) {
    throw new WorkshopError(
      `There is no folder ${relative(root, from)}. Start again with: npm run workshop -- reset ${lab.number}`,
    );
  }
  // The SDK says on standard error that Node 20 will not do for ever; a learner can do nothing about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const scratch = join(root, '.scratch', `workshop-${process.pid}`);
  const accounts = join(scratch, 'accounts');
  await mkdir(accounts, { recursive: true });
  await mkdir(join(scratch, 'code'), { recursive: true });
  await writeFile(join(accounts, 'package.json'), likeOnLambda);
  await writeFile(join(scratch, 'code', 'package.json'), likeOnLambda);
  const synthesizer = await createSynthesizer(scratch);
  const bundler = createBundler();

  return {
    accounts,
    async build(signal) {
      const { folder, ignored } = await copyToScratch({
        from,
        given: join(root, 'labs', lab.slug, 'given'),
        to: join(scratch, lab.slug),
      });
      const { template, bundles, assets } = await synthesizer.synthesize(folder, signal);
      signal?.throwIfAborted();
      const built = await Promise.all(
        bundles.map(async (recorded) => [recorded.assetKey, await bundler.bundle(folder, recorded)] as const),
      );
      const folders = [
        ...Object.entries(assets),
        ...built.map(([key, bundle]) => [key, bundle.folder] as const),
      ];
      const kept = await Promise.all(
        folders.map(async ([key, code]) => [key, await keepCode(code, scratch)] as const),
      );
      const named = withContentKeys(template, kept);
      return {
        ...named,
        functions: functionsOf(named.template, bundles, kept, folder),
        installed: [...new Set(bundles.flatMap(({ nodeModules }) => nodeModules))],
        ignored,
      };
    },
    async close() {
      await Promise.all([synthesizer.close(), bundler.close()]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

interface Kept {
  /** Object key by content. */
  key: string;
  /** A copy that stays as it is (absolute). */
  folder: string;
}

/** An account runs code where it lies, so the next build must not write there. */
async function keepCode(from: string, scratch: string): Promise<Kept> {
  const hash = await hashOf(from);
  const folder = join(scratch, 'code', hash);
  if (!existsSync(folder)) await cp(from, folder, { recursive: true });
  return { key: `${hash}.zip`, folder };
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await filesBelow(folder)).sort()) {
    hash.update(`${relative(folder, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

/** Regular files in a folder and the folders in it (absolute). */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Synthesis names code before it is built; CloudFormation sees a change of code only by its name. */
function withContentKeys(
  template: Readonly<Record<string, unknown>>,
  kept: readonly (readonly [string, Kept])[],
): Pick<LabStack, 'template' | 'assets'> {
  let text = JSON.stringify(template);
  for (const [before, { key }] of kept) text = text.replaceAll(before, key);
  return {
    template: JSON.parse(text) as Template,
    assets: Object.fromEntries(kept.map(([, { key, folder }]) => [key, folder])),
  };
}

function functionsOf(
  { Resources, Outputs = {} }: Template,
  bundles: readonly RecordedBundle[],
  kept: readonly (readonly [string, Kept])[],
  folder: string,
): readonly LabFunction[] {
  return Object.entries(Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const key = (Properties.Code as { S3Key?: unknown } | undefined)?.S3Key;
    const before = kept.filter(([, code]) => code.key === key).map(([name]) => name);
    const entry = bundles.find(({ assetKey }) => before.includes(assetKey))?.entry;
    const outputs = Object.entries(Outputs)
      .filter(([, { Value }]) => (Value as { Ref?: unknown } | null)?.Ref === logicalId)
      .map(([name]) => name);
    return [{ logicalId, outputs, ...(entry && { file: relative(folder, entry) }) }];
  });
}

/**
 * Finds the function that a command names, or the only one.
 * @param name an output's name, a handler's file with or without its ending, or a logical id
 * @throws WorkshopError listing the functions there are
 */
export function chooseFunction(
  lab: Lab,
  functions: readonly LabFunction[],
  name: string | undefined,
): LabFunction {
  // What CDK adds for its own custom resources is not bundled and is not the learner's.
  const own = functions.filter(({ file }) => file !== undefined);
  const offered = own.length > 0 ? own : functions;
  if (offered.length === 0) throw new WorkshopError(`The stack of lab ${lab.number} has no function.`);
  const list = offered.map((one) => `  ${namesOf(one).join(', ')}`).join('\n');
  if (name === undefined) {
    if (offered.length === 1) return offered[0] as LabFunction;
    throw new WorkshopError(
      `Lab ${lab.number} has ${offered.length} functions. Name one of them after the lab:\n${list}`,
    );
  }
  const found = functions.filter((one) => namesOf(one).includes(name) || one.logicalId === name);
  if (found.length === 1) return found[0] as LabFunction;
  const problem =
    found.length === 0 ? `has no function ${name}` : `has ${found.length} functions named ${name}`;
  throw new WorkshopError(`Lab ${lab.number} ${problem}. There are, each by any of its names:\n${list}`);
}

function namesOf({ logicalId, file, outputs }: LabFunction): string[] {
  const files = file === undefined ? [] : [file, basename(file).replace(/\.[cm]?[jt]s$/, '')];
  return [...outputs, ...files, logicalId];
}
