import type { Ability } from '../check.ts';
import type { ShippedPackage } from '../packages/index.ts';
import type { Kind } from '../report.ts';
import type { TestRuns } from '../unit-tests/results.ts';

/** An account that fixtures reach over its ports. */
export interface AccountAddress {
  url: string;
  region: string;
  /** Opens the control endpoint; absent where there is none. */
  controlToken?: string;
}

/** Where handler checks run the learner's code as a bare function. */
export interface BareFunction {
  account: AccountAddress;
  roleArn: string;
  /** By file name: S3 key of the bundle and the function's `Handler`. */
  handlers: Readonly<Record<string, { assetKey: string; handler: string }>>;
}

/** The deployed stack. */
export interface DeployedStack {
  account: AccountAddress;
  outputs: Readonly<Record<string, string>>;
}

/** What the assets of a stack ship, by object key in the template. */
export interface Packages {
  byKey: Readonly<Record<string, ShippedPackage>>;
  /** Why what CDK bundles is not among them. */
  failure?: { blame: 'learner' | 'tool'; message: string };
}

/** What a worker is told before it runs a lab's suites. All of it can be cloned. */
export interface Session {
  lab: string;
  /** Suite files to load (absolute) and the slugs of the checks to run in each. */
  suites: readonly { kind: Kind; file: string; slugs: readonly string[] }[];
  abilities: readonly Ability[];
  bail: boolean;
  bare?: BareFunction;
  template?: Readonly<Record<string, unknown>>;
  packages?: Packages;
  deployed?: DeployedStack;
  /** The lab's starter, deployed for comparison where a check asks for it. */
  starter?: DeployedStack;
  /** What came of the learner's unit tests, in a lab whose answer they are. */
  testRuns?: TestRuns;
}

/** How one check ended, as the worker saw it. */
export interface Observation {
  kind: Kind;
  slug: string;
  status: 'passed' | 'failed' | 'error';
  durationMs: number;
  /** Of a check that passed: what it has to tell all the same. */
  message?: string;
}

export type ToWorker =
  | { type: 'go'; run: number; session: Session }
  /** There is time until the first session: make its first calls fast. */
  | { type: 'rehearse' }
  | { type: 'stop' };

export type FromWorker =
  /** Loaded and waiting for a session. */
  | { type: 'parked' }
  | { type: 'started'; run: number; kind: Kind; slug: string }
  | { type: 'ended'; run: number; observation: Observation }
  /** Every check of the session has ended; and what went wrong beside them, a suite that does not load. */
  | { type: 'finished'; run: number; problems: readonly string[] };
