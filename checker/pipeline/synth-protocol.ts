/** Flags of one esbuild run, as CDK's NodejsFunction would pass them on the command line. */
export interface RecordedBundle {
  /** The asset's object key in the template, for example `3f2….zip`. */
  assetKey: string;
  /** Entry file (absolute). */
  entry: string;
  args: readonly string[];
  /** Packages to be there at run time though the bundle leaves them out. */
  nodeModules: readonly string[];
  /** Options that need a shell or Docker, by name; the checker refuses them. */
  refused: readonly string[];
}

/**
 * The id, and so the name, of the stack that a lab is synthesized to. No learner would write it: a physical name that
 * contains it is made from `this.stackName`.
 */
export const synthesizedStack = 'Lab-k3q7';

export interface SynthRequest {
  /** The compiled `stack.ts` (absolute). */
  module: string;
  /** Where the cloud assembly goes (absolute). */
  outdir: string;
}

/** What a stack came to. */
export interface Synthesized {
  template: Readonly<Record<string, unknown>>;
  bundles: readonly RecordedBundle[];
  /** Other file assets: key in the template → folder (absolute). */
  assets: Readonly<Record<string, string>>;
  /** Files that the compiled stack was made of, relative to the lab's folder. */
  inputs: readonly string[];
}

/** What the synth process says to the checker. */
export type SynthMessage =
  | { type: 'ready' }
  | ({ type: 'synthesized' } & Omit<Synthesized, 'inputs'>)
  | { type: 'failed'; message: string; stack: string };
