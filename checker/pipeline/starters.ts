import { join } from 'node:path';
import { createSpares } from '../../local-cloud/services/lambda/spares.ts';
import type { DeployedStack } from '../suite-runner/session.ts';
import type { Bundler } from './bundle.ts';
import { copyToScratch } from './scratch.ts';
import type { Synthesizer } from './synth.ts';

/** Starters that are deployed so that a learner sees how far they have come. */
export interface Starters {
  /** The lab's starter in an account of its own, which stays; undefined when it cannot be deployed. */
  deployed(lab: string): Promise<DeployedStack | undefined>;
  /** Starts the processes that the next comparison will need. */
  rewarm(): Promise<void>;
  close(): Promise<void>;
}

interface StartersOptions {
  root: string;
  /** The runner's folder (absolute). */
  scratch: string;
  /** Folder for accounts' temporary files (absolute). */
  accounts: string;
  seed: number;
  synthesizer: Synthesizer;
  bundler: Bundler;
}

/** Makes the store; nothing is deployed before somebody asks. */
export function createStarters(options: StartersOptions): Starters {
  // Its functions load other packages than the learner's: processes of its own.
  const spares = createSpares(join(options.accounts, 'starters'));
  const known = new Map<string, Promise<DeployedStack | undefined>>();
  const closing: (() => Promise<void>)[] = [];

  async function deploy(lab: string): Promise<DeployedStack> {
    const { root, scratch, accounts, seed, synthesizer, bundler } = options;
    const { openLocalRun } = await import('../targets/local.ts');
    const { folder } = await copyToScratch({
      from: join(root, 'checker', 'suites', lab, 'starter'),
      given: join(root, 'labs', lab, 'given'),
      to: join(scratch, `starter-of-${lab}`),
    });
    const { template, bundles, assets } = await synthesizer.synthesize(folder);
    const folders = await Promise.all(
      bundles.map(
        async (bundle) => [bundle.assetKey, (await bundler.bundle(folder, bundle)).folder] as const,
      ),
    );
    const run = openLocalRun({ seed, scratch: accounts, spares: { bare: spares, deployed: spares } });
    closing.push(() => run.close());
    return run.deploy({ template, assets: { ...assets, ...Object.fromEntries(folders) } });
  }

  return {
    deployed(lab) {
      const started = known.get(lab) ?? deploy(lab).catch(() => undefined);
      known.set(lab, started);
      return started;
    },
    rewarm: () => spares.refill(),
    async close() {
      spares.close();
      await Promise.all([...known.values()]);
      await Promise.all(closing.map((close) => close()));
    },
  };
}
