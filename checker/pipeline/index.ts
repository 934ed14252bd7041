import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind } from '../report.ts';
import type { Phase } from '../run.ts';
import type { BareFunction, DeployedStack } from '../suite-runner/session.ts';
import type { BareHandler, LocalRun } from '../targets/local.ts';
import { type Bundler, bareBundle, createBundler, likeOnLambda } from './bundle.ts';
import { attempt, StageFailure } from './failure.ts';
import { copyToScratch } from './scratch.ts';
import { createSynthesizer, type Synthesizer } from './synth.ts';
import type { RecordedBundle, Synthesized } from './synth-protocol.ts';

export interface PrepareRequest {
  lab: string;
  /** The lab's folder in the submission (absolute). */
  from: string;
  /** Files in it whose handlers the checks run as bare functions. */
  handlerFiles: readonly string[];
  kinds: readonly Kind[];
  signal?: AbortSignal;
  onPhase: (phase: Phase) => void;
  onNotice: (message: string) => void;
}

/** A submission that is ready to be checked, as far as it goes. */
export interface Prepared {
  bare?: BareFunction;
  template?: Readonly<Record<string, unknown>>;
  deployed?: DeployedStack;
  /** Why the checks of a kind cannot run. */
  blocked: Partial<Record<Kind, StageFailure>>;
  close(): Promise<void>;
}

export interface Stages {
  /** Takes a submission from files to accounts. What the learner got wrong ends in `blocked`; it never throws. */
  prepare(request: PrepareRequest): Promise<Prepared>;
  close(): Promise<void>;
}

interface StagesOptions {
  root: string;
  /** Folder of this runner (absolute), inside the checkout, so that packages are found. */
  scratch: string;
  seed: number;
}

/** Starts what stays warm between runs: a spare synth process and esbuild. */
export async function prepareStages({ root, scratch, seed }: StagesOptions): Promise<Stages> {
  // Loaded while the synth process starts; a command that only complains never needs it.
  const target = import('../targets/local.ts');
  target.catch(() => {});
  const synthesizer = await createSynthesizer(scratch);
  const bundler = createBundler();
  const accounts = join(scratch, 'accounts');
  await mkdir(accounts, { recursive: true });
  await writeFile(join(accounts, 'package.json'), likeOnLambda);
  const known = new Map<string, Synthesized>();

  return {
    async prepare(request) {
      const { lab, from, handlerFiles, kinds, signal, onPhase, onNotice } = request;
      const { openLocalRun } = await target;
      const run = openLocalRun({ seed, scratch: accounts });
      const prepared: Prepared = { blocked: {}, close: () => run.close() };
      const block = (failure: StageFailure, blockedKinds: readonly Kind[]) => {
        for (const kind of blockedKinds) prepared.blocked[kind] ??= failure;
      };

      onPhase('copy');
      const copied = await attempt(() =>
        copyToScratch({ from, given: join(root, 'labs', lab, 'given'), to: join(scratch, lab) }),
      );
      if (copied instanceof StageFailure) {
        block(copied, ['handler', 'stack', 'live']);
        return prepared;
      }
      for (const line of copied.ignored) onNotice(`ignored ${line}`);
      const { folder, changed } = copied;

      const synthesized = await synthesizeOnce({ synthesizer, known, folder, changed, signal, onPhase });
      if (synthesized instanceof StageFailure) block(synthesized, ['stack', 'live']);
      else prepared.template = synthesized.template;
      const recorded = synthesized instanceof StageFailure ? [] : synthesized.bundles;

      onPhase('bundle');
      const folders = await attempt(() => bundleAll(bundler, folder, recorded));
      const handlers = kinds.includes('handler')
        ? await attempt(() => bundleHandlers(bundler, folder, handlerFiles, synthesized, folders))
        : [];
      if (handlers instanceof StageFailure) block(handlers, ['handler']);
      if (folders instanceof StageFailure) block(folders, ['live']);

      if (kinds.includes('live') || kinds.includes('handler')) onPhase('deploy');
      await Promise.all([
        startBare(run, handlers, kinds).then((bare) => {
          if (bare instanceof StageFailure) block(bare, ['handler']);
          else prepared.bare = bare;
        }),
        deploy(run, synthesized, folders, kinds).then((deployed) => {
          if (deployed instanceof StageFailure) block(deployed, ['live']);
          else prepared.deployed = deployed;
        }),
      ]);
      return prepared;
    },
    async close() {
      await Promise.all([synthesizer.close(), bundler.close()]);
    },
  };
}

interface SynthesizeOptions {
  synthesizer: Synthesizer;
  known: Map<string, Synthesized>;
  folder: string;
  changed: readonly string[];
  signal: AbortSignal | undefined;
  onPhase: (phase: Phase) => void;
}

/** A change that only handlers see needs no new synthesis: bundling was recorded, not done. */
async function synthesizeOnce(options: SynthesizeOptions): Promise<Synthesized | StageFailure> {
  const { synthesizer, known, folder, changed, signal, onPhase } = options;
  const before = known.get(folder);
  if (before && !changed.some((file) => before.inputs.includes(file)) && isSelfContained(before, folder))
    return before;
  known.delete(folder);
  onPhase('synth');
  const made = await attempt(() => synthesizer.synthesize(folder, signal));
  signal?.throwIfAborted();
  if (!(made instanceof StageFailure)) known.set(folder, made);
  return made;
}

/** Whether all that the template depends on is in the compiled stack: no asset folders, no vanished handler. */
function isSelfContained({ assets, bundles }: Synthesized, _folder: string): boolean {
  return Object.keys(assets).length === 0 && bundles.every(({ entry }) => existsSync(entry));
}

type Folders = Readonly<Record<string, string>>;

async function bundleAll(
  bundler: Bundler,
  lab: string,
  recorded: readonly RecordedBundle[],
): Promise<Folders> {
  const built = await Promise.all(
    recorded.map(async (bundle) => [bundle.assetKey, await bundler.bundle(lab, bundle)] as const),
  );
  return Object.fromEntries(built);
}

/** A handler runs with the bundle that its stack makes; without one, with an ordinary one. */
async function bundleHandlers(
  bundler: Bundler,
  lab: string,
  files: readonly string[],
  synthesized: Synthesized | StageFailure,
  folders: Folders | StageFailure,
): Promise<BareHandler[]> {
  return Promise.all(
    files.map(async (file): Promise<BareHandler> => {
      const entry = join(lab, file);
      if (!existsSync(entry)) throw new StageFailure('learner', `${file} is missing.`);
      if (!(synthesized instanceof StageFailure) && !(folders instanceof StageFailure)) {
        const recorded = synthesized.bundles.find((bundle) => bundle.entry === entry);
        const folder = recorded && folders[recorded.assetKey];
        if (recorded && folder) return { file, folder, handler: handlerName(synthesized, recorded.assetKey) };
      }
      return { file, folder: await bundler.bundle(lab, bareBundle(entry)), handler: 'index.handler' };
    }),
  );
}

function handlerName({ template }: Synthesized, assetKey: string): string {
  const resources = Object.values(
    (template.Resources ?? {}) as Record<string, { Properties?: FunctionProperties }>,
  );
  const found = resources.find(({ Properties }) => Properties?.Code?.S3Key === assetKey);
  return found?.Properties?.Handler ?? 'index.handler';
}

interface FunctionProperties {
  Handler?: string;
  Code?: { S3Key?: unknown };
}

async function startBare(
  run: LocalRun,
  handlers: readonly BareHandler[] | StageFailure,
  kinds: readonly Kind[],
): Promise<BareFunction | StageFailure | undefined> {
  if (!kinds.includes('handler') || handlers instanceof StageFailure) return undefined;
  return attempt(() => run.bare(handlers));
}

async function deploy(
  run: LocalRun,
  synthesized: Synthesized | StageFailure,
  folders: Folders | StageFailure,
  kinds: readonly Kind[],
): Promise<DeployedStack | StageFailure | undefined> {
  if (!kinds.includes('live') || synthesized instanceof StageFailure || folders instanceof StageFailure)
    return undefined;
  const { template, assets } = synthesized;
  return attempt(() => run.deploy({ template, assets: { ...assets, ...folders } }));
}
