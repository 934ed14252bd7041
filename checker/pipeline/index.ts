import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSpares } from '../../local-cloud/services/lambda/spares.ts';
import { readPackage, type ShippedPackage } from '../packages/index.ts';
import type { Kind } from '../report.ts';
import type { Phase } from '../run.ts';
import type { BareFunction, DeployedStack, Packages } from '../suite-runner/session.ts';
import type { BareHandler, LocalRun } from '../targets/local.ts';
import { createUnitTestRunner, type UnitTestRunner } from '../unit-tests/index.ts';
import { givenHandler, type PlannedRun, planRuns } from '../unit-tests/plan.ts';
import type { TestRuns } from '../unit-tests/results.ts';
import { type Bundle, type Bundler, bareBundle, createBundler, likeOnLambda } from './bundle.ts';
import { attempt, StageFailure } from './failure.ts';
import { copyToScratch } from './scratch.ts';
import { createStarters } from './starters.ts';
import { createSynthesizer, type Synthesizer } from './synth.ts';
import type { RecordedBundle, Synthesized } from './synth-protocol.ts';

export interface PrepareRequest {
  lab: string;
  /** The lab's folder in the submission (absolute). */
  from: string;
  /** Files in it whose handlers the checks run as bare functions. */
  handlerFiles: readonly string[];
  kinds: readonly Kind[];
  /** Deploy the lab's starter, too, for a check that compares with it. */
  withStarter: boolean;
  signal?: AbortSignal;
  onPhase: (phase: Phase) => void;
  onNotice: (message: string) => void;
}

/** A submission that is ready to be checked, as far as it goes. */
export interface Prepared {
  bare?: BareFunction;
  template?: Readonly<Record<string, unknown>>;
  packages?: Packages;
  deployed?: DeployedStack;
  /** The starter in an account of its own; it stays deployed between runs. */
  starter?: DeployedStack;
  /** What came of the learner's unit tests, in a lab whose answer they are. */
  testRuns?: TestRuns;
  /** Why the checks of a kind cannot run. */
  blocked: Partial<Record<Kind, StageFailure>>;
  close(): Promise<void>;
}

export interface Stages {
  /** Takes a submission from files to accounts. What the learner got wrong ends in `blocked`; it never throws. */
  prepare(request: PrepareRequest): Promise<Prepared>;
  /** Gets ready for a run like the one before: call it when nobody waits. */
  rewarm(): Promise<void>;
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
  const spares = {
    bare: createSpares(join(accounts, 'bare')),
    deployed: createSpares(join(accounts, 'deployed')),
  };
  const starters = createStarters({ root, scratch, accounts, seed, synthesizer, bundler });
  /** What all handlers of the last run load from Lambda's runtime. */
  let runtimePackages: readonly string[] = [];
  const known = new Map<string, Synthesized>();
  const unitTests = createUnitTestRunner({ root, scratch });

  /** A process that has loaded what the function no longer imports would show too long an init. */
  function expectPackages(bundles: readonly Bundle[]): void {
    const [first = [], ...others] = bundles.map((bundle) => bundle.runtimePackages);
    const shared = first.filter((name) => others.every((names) => names.includes(name)));
    if (shared.join() === runtimePackages.join()) return;
    runtimePackages = shared;
    spares.bare.drop();
    spares.deployed.drop();
  }

  return {
    async prepare(request) {
      const { lab, from, handlerFiles, kinds, withStarter, signal, onPhase, onNotice } = request;
      const plan = await planRuns(root, lab);
      if (plan) return runUnitTests({ root, scratch, unitTests, plan }, request);
      const { openLocalRun } = await target;
      const run = openLocalRun({ seed, scratch: accounts, spares });
      const prepared: Prepared = { blocked: {}, close: () => run.close() };
      const block = (failure: StageFailure, blockedKinds: readonly Kind[]) => {
        for (const kind of blockedKinds) prepared.blocked[kind] ??= failure;
      };

      // Only for comparison: without it the verdict is the same.
      const starter = withStarter && kinds.includes('live') ? starters.deployed(lab) : undefined;
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
      const bundles = await attempt(() => bundleAll(bundler, folder, recorded));
      const packages = await attempt(() => packagesOf(synthesized, bundles));
      if (packages instanceof StageFailure) block(packages, ['stack']);
      else prepared.packages = packages;
      const handlers = kinds.includes('handler')
        ? await attempt(() => bundleHandlers(bundler, folder, handlerFiles, synthesized, bundles))
        : [];
      if (handlers instanceof StageFailure) block(handlers, ['handler']);
      else expectPackages(handlers);
      if (bundles instanceof StageFailure) block(bundles, ['live']);

      if (kinds.includes('live') || kinds.includes('handler')) onPhase('deploy');
      await Promise.all([
        startBare(run, handlers, kinds).then((bare) => {
          if (bare instanceof StageFailure) block(bare, ['handler']);
          else prepared.bare = bare;
        }),
        deploy(run, synthesized, bundles, kinds).then((deployed) => {
          if (deployed instanceof StageFailure) block(deployed, ['live']);
          else prepared.deployed = deployed;
        }),
      ]);
      prepared.starter = await starter;
      return prepared;
    },
    async rewarm() {
      await Promise.all([
        ...[spares.bare, spares.deployed].map((store) => store.refill(runtimePackages)),
        starters.rewarm(),
        unitTests.rewarm(),
      ]);
    },
    async close() {
      spares.bare.close();
      spares.deployed.close();
      await starters.close();
      await Promise.all([synthesizer.close(), bundler.close(), unitTests.close()]);
    },
  };
}

interface UnitTestStage {
  root: string;
  scratch: string;
  unitTests: UnitTestRunner;
  plan: readonly PlannedRun[];
}

/** A lab whose answer is a test file needs no stack and no account: the handlers are ours. */
async function runUnitTests(
  { root, scratch, unitTests, plan }: UnitTestStage,
  { lab, from, signal, onPhase, onNotice }: PrepareRequest,
): Promise<Prepared> {
  const prepared: Prepared = { blocked: {}, close: async () => {} };
  onPhase('copy');
  const given = join(root, 'labs', lab, 'given');
  const copied = await attempt(() => copyToScratch({ from, given, to: join(scratch, lab) }));
  if (copied instanceof StageFailure) {
    prepared.blocked.handler = copied;
    return prepared;
  }
  for (const line of copied.ignored) onNotice(`ignored ${line}`);
  const theirs = await readFile(join(copied.folder, 'handler.ts')).catch(() => undefined);
  if (theirs && !theirs.equals(await readFile(givenHandler(root, lab)))) {
    onNotice('ignored handler.ts: it is given; the tests run against the handlers of this checkout');
  }
  onPhase('tests');
  const ran = await attempt(() => unitTests.run({ folder: copied.folder, plan, signal }));
  signal?.throwIfAborted();
  if (ran instanceof StageFailure) prepared.blocked.handler = ran;
  else prepared.testRuns = ran;
  return prepared;
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

/** By asset key. */
type Bundles = Readonly<Record<string, Bundle>>;

async function bundleAll(
  bundler: Bundler,
  lab: string,
  recorded: readonly RecordedBundle[],
): Promise<Bundles> {
  const built = await Promise.all(
    recorded.map(async (bundle) => [bundle.assetKey, await bundler.bundle(lab, bundle)] as const),
  );
  return Object.fromEntries(built);
}

/** What each asset of the stack ships, or why nobody can tell. */
async function packagesOf(
  synthesized: Synthesized | StageFailure,
  bundles: Bundles | StageFailure,
): Promise<Packages> {
  const byKey: Record<string, ShippedPackage> = {};
  const assets = synthesized instanceof StageFailure ? {} : synthesized.assets;
  for (const [key, at] of Object.entries(assets)) byKey[key] = await readPackage(at);
  if (bundles instanceof StageFailure) {
    return { byKey, failure: { blame: bundles.blame, message: bundles.message } };
  }
  for (const [key, { shipped }] of Object.entries(bundles)) byKey[key] = shipped;
  return { byKey };
}

/** A handler runs with the bundle that its stack makes; without one, with an ordinary one. */
async function bundleHandlers(
  bundler: Bundler,
  lab: string,
  files: readonly string[],
  synthesized: Synthesized | StageFailure,
  bundles: Bundles | StageFailure,
): Promise<(BareHandler & Bundle)[]> {
  return Promise.all(
    files.map(async (file): Promise<BareHandler & Bundle> => {
      const entry = join(lab, file);
      if (!existsSync(entry)) throw new StageFailure('learner', `${file} is missing.`);
      if (!(synthesized instanceof StageFailure) && !(bundles instanceof StageFailure)) {
        const recorded = synthesized.bundles.find((bundle) => bundle.entry === entry);
        const bundle = recorded && bundles[recorded.assetKey];
        if (recorded && bundle) {
          return { file, ...bundle, handler: handlerName(synthesized, recorded.assetKey) };
        }
      }
      return { file, ...(await bundler.bundle(lab, bareBundle(entry))), handler: 'index.handler' };
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
  bundles: Bundles | StageFailure,
  kinds: readonly Kind[],
): Promise<DeployedStack | StageFailure | undefined> {
  if (!kinds.includes('live') || synthesized instanceof StageFailure || bundles instanceof StageFailure)
    return undefined;
  const { template, assets } = synthesized;
  const folders = Object.fromEntries(Object.entries(bundles).map(([key, { folder }]) => [key, folder]));
  return attempt(() => run.deploy({ template, assets: { ...assets, ...folders } }));
}
