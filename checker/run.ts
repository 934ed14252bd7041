import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from './catalog.ts';
import { suiteFile } from './catalog.ts';
import { abilities } from './check.ts';
import { observedResult, resultWithoutRunning, silentResult } from './join.ts';
import { prepareStages, type Stages } from './pipeline/index.ts';
import { kinds as allKinds, type CheckResult, type Kind, type LabReport, summarize } from './report.ts';
import { createSuiteRunner, type SuiteRunner } from './suite-runner/index.ts';
import type { Observation, Session } from './suite-runner/session.ts';

/** Where stacks are deployed and live checks run. */
export type Target = { type: 'local' };

export interface RunnerOptions {
  /** Seeds everything random in the account. */
  seed: number;
  target: Target;
  /** The checkout. */
  root: string;
  /** After each run, start what the next one like it will need: for whoever waits for a learner's next edit. */
  staysReady?: boolean;
}

export interface RunRequest {
  lab: Lab;
  /** Folder that holds `<slug>/`: `labs`, `solutions`, or the one given with `--source` (absolute). */
  source: string;
  /** Kinds to run; all by default. The others' checks are reported as skipped. */
  kinds?: readonly Kind[];
  /** Ids of the only checks to run; the others are reported as skipped. */
  only?: readonly string[];
  /** Stop after the first check that does not pass; the rest are reported as skipped. */
  bail?: boolean;
  /** Ends the run; it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const phases = ['copy', 'synth', 'bundle', 'deploy', 'tests', 'checks'] as const;
export type Phase = (typeof phases)[number];

export type RunEvent =
  | { type: 'phase'; lab: string; phase: Phase }
  /** A check's verdict, as soon as it is known. */
  | { type: 'check'; lab: string; result: CheckResult }
  /** Something to know that decides nothing: ignored files, advice of the type checker. */
  | { type: 'notice'; lab: string; message: string };

/** Grades labs, one run at a time, and stays warm between runs. */
export interface Runner {
  run(request: RunRequest, onEvent?: (event: RunEvent) => void): Promise<LabReport>;
  /** Ends every child process and removes the scratch folder. */
  close(): Promise<void>;
}

/** Makes a runner; its processes start at once, in the background. */
export function createRunner({ seed, root, staysReady = false }: RunnerOptions): Runner {
  // The SDK says on standard error that Node 20 will not do for ever; a learner can do nothing about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const scratch = join(root, '.scratch', `checker-${process.pid}-${nextNumber++}`);
  const stages = mkdir(scratch, { recursive: true }).then(() => prepareStages({ root, scratch, seed }));
  const suites = createSuiteRunner(root);
  let last: Promise<unknown> = Promise.all([stages, suites]);
  last.catch(() => {});

  return {
    run(request, onEvent = () => {}) {
      const grade = async () => gradeLab(request, onEvent, root, await stages, await suites);
      const graded = last.then(grade, grade);
      // What is left to clear away need not hold up the verdict, only the next run.
      last = graded.then(({ cleanUp }) => cleanUp());
      last.then(
        async () => {
          if (staysReady) await Promise.all([(await stages).rewarm(), (await suites).rewarm()]);
        },
        () => {},
      );
      return graded.then(({ report }) => report);
    },
    async close() {
      await last.catch(() => {});
      await Promise.allSettled([stages.then((made) => made.close()), suites.then((made) => made.close())]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

let nextNumber = 0;

async function gradeLab(
  { lab, source, kinds = allKinds, only, bail = false, signal }: RunRequest,
  onEvent: (event: RunEvent) => void,
  root: string,
  stages: Stages,
  suites: SuiteRunner,
): Promise<{ report: LabReport; cleanUp: () => Promise<void> }> {
  const startedAt = performance.now();
  signal?.throwIfAborted();
  const results = new Map<string, CheckResult>();
  const report = (result: CheckResult) => {
    results.set(result.id, result);
    onEvent({ type: 'check', lab: lab.slug, result });
  };

  const prepared = await stages.prepare({
    lab: lab.slug,
    from: join(source, lab.slug),
    handlerFiles: await handlerFilesOf(join(root, 'labs', lab.slug)),
    kinds,
    withStarter: lab.checks.some(
      ({ id, comparesWithStarter }) => comparesWithStarter && (!only || only.includes(id)),
    ),
    signal,
    onPhase: (phase) => onEvent({ type: 'phase', lab: lab.slug, phase }),
    onNotice: (message) => onEvent({ type: 'notice', lab: lab.slug, message }),
  });
  try {
    const circumstances = { kinds, only, abilities, blocked: prepared.blocked };
    for (const check of lab.checks) {
      const result = resultWithoutRunning(check, circumstances);
      if (result) report(result);
    }
    const toRun = lab.checks.filter(({ id }) => !results.has(id));
    let problems: readonly string[] = [];
    if (toRun.length > 0) {
      onEvent({ type: 'phase', lab: lab.slug, phase: 'checks' });
      const session: Session = {
        lab: lab.slug,
        suites: suitesOf(
          root,
          lab,
          toRun.map(({ id }) => id),
        ),
        abilities,
        bail,
        bare: prepared.bare,
        template: prepared.template,
        packages: prepared.packages,
        deployed: prepared.deployed,
        starter: prepared.starter,
        testRuns: prepared.testRuns,
      };
      const onObservation = (observation: Observation) => {
        const id = `${lab.slug}/${observation.kind}/${observation.slug}`;
        const check = toRun.find((candidate) => candidate.id === id);
        if (check) report(observedResult(check, observation));
      };
      problems = await suites.run(session, onObservation, signal);
    }
    const bailed =
      bail && [...results.values()].some(({ status }) => status === 'failed' || status === 'error');
    for (const check of lab.checks) {
      if (!results.has(check.id)) report(silentResult(check, problems, bailed));
    }
    const inDeclaredOrder = lab.checks.flatMap(({ id }) => results.get(id) ?? []);
    return {
      report: summarize(lab.slug, inDeclaredOrder, performance.now() - startedAt),
      cleanUp: () => prepared.close(),
    };
  } catch (cause) {
    await prepared.close();
    throw cause;
  }
}

function suitesOf(root: string, lab: Lab, ids: readonly string[]): Session['suites'] {
  return allKinds
    .map((kind) => ({
      kind,
      file: suiteFile(root, lab.slug, kind),
      slugs: lab.checks
        .filter((check) => check.kind === kind && ids.includes(check.id))
        .map(({ slug }) => slug),
    }))
    .filter(({ slugs }) => slugs.length > 0);
}

/** The handlers of a lab are the TypeScript files beside `stack.ts` that its starter has. */
async function handlerFilesOf(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^(?!stack\.|.*\.(test|d)\.).*\.ts$/.test(entry.name))
    .map(({ name }) => name);
}
