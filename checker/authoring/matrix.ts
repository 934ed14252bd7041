import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Lab } from '../catalog.ts';
import type { CheckResult, Kind, LabReport } from '../report.ts';
import type { Runner } from '../run.ts';
import type { Mutant } from './mutant.ts';

/** One submission whose verdict is known beforehand. */
export type Subject =
  | { type: 'starter' | 'solution' | 'variant'; name: string }
  | { type: 'mutant'; name: string; mutant: Mutant };

/** A submission and what the suites made of it. */
export interface MatrixRow {
  lab: string;
  subject: Subject;
  /** Undefined when it could not be graded at all; `problems` says why. */
  report?: LabReport;
  /** Where suites and subject disagree, and what to do about it; empty when all is well. */
  problems: readonly string[];
}

/** What the authors of a lab declare about it, beside its checks. */
export interface Known {
  mutants: readonly Mutant[];
  /** Why the starter fails each check: its own mistake there, not another's. By `<kind>/<slug>`. */
  starterReasons: Readonly<Record<string, RegExp>>;
  /** Names of the variants. */
  variants: readonly string[];
}

/**
 * Reads what is known of a lab's submissions.
 * @param root the checkout
 * @throws Error when mutants.ts does not load or does not export what it should, naming the file
 */
export async function readKnown(root: string, slug: string): Promise<Known> {
  const suites = join(root, 'checker', 'suites', slug);
  const module = (await import(pathToFileURL(join(suites, 'mutants.ts')).href)) as Partial<Known>;
  const { mutants, starterReasons } = module;
  if (mutants === undefined || starterReasons === undefined) {
    throw new Error(`checker/suites/${slug}/mutants.ts must export mutants and starterReasons.`);
  }
  return { mutants, starterReasons, variants: await foldersIn(join(suites, 'variants')) };
}

/** Everything of a lab whose verdict is known: the starter, the solution, the variants and the mutants. */
export function subjectsOf({ mutants, variants }: Known): readonly Subject[] {
  return [
    { type: 'starter', name: 'starter' },
    { type: 'solution', name: 'solution' },
    ...variants.map((name) => ({ type: 'variant', name }) as const),
    ...mutants.map((mutant) => ({ type: 'mutant', name: mutant.name, mutant }) as const),
  ];
}

export interface MatrixOptions {
  /** The checkout. */
  root: string;
  lab: Lab;
  known: Known;
  runner: Runner;
  signal?: AbortSignal;
}

/**
 * Grades one subject and compares the verdict with what is known of it.
 * @throws the signal's reason when the run is interrupted
 */
export async function gradeSubject(options: MatrixOptions, subject: Subject): Promise<MatrixRow> {
  const { root, lab, known, runner, signal } = options;
  const scratch = join(root, '.scratch', `matrix-${process.pid}-${lab.slug}-${subject.type}-${subject.name}`);
  try {
    const source = await sourceOf(root, lab.slug, subject, scratch);
    const report = await runner.run({ lab, source, signal, ...scopeOf(lab, subject) });
    return { lab: lab.slug, subject, report, problems: judge(lab, known, subject, report) };
  } catch (cause) {
    signal?.throwIfAborted();
    return { lab: lab.slug, subject, problems: [cause instanceof Error ? cause.message : String(cause)] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Where suites and subject disagree; empty when the verdict is the one that is known. */
export function judge(lab: Lab, known: Known, subject: Subject, report: LabReport): readonly string[] {
  if (subject.type === 'starter') return judgeStarter(lab, known, report);
  if (subject.type === 'mutant') return judgeMutant(subject.mutant, report);
  return judgeRight(subject.type, report);
}

/** The starter does on each check what its declaration says, and fails for the reason that is written down. */
function judgeStarter(lab: Lab, { starterReasons }: Known, { checks }: LabReport): readonly string[] {
  const wanted = { fails: 'failed', passes: 'passed' } as const;
  return lab.checks.flatMap((declared) => {
    const result = checks.find(({ id }) => id === declared.id);
    if (result?.status !== wanted[declared.starter]) {
      return [`${declared.id} says starter: '${declared.starter}', but ${told(result)}`];
    }
    const name = `${declared.kind}/${declared.slug}`;
    const reason = starterReasons[name];
    if (declared.starter === 'passes') {
      return reason ? [`starterReasons has a reason for ${name}, which the starter passes: remove it.`] : [];
    }
    if (!reason) return [`starterReasons has no reason why the starter fails ${name}: add one.`];
    if (reason.test(result.message ?? '')) return [];
    return [`The starter fails ${name} for another reason than ${reason}: ${result.message}`];
  });
}

/** A right submission passes everything. */
function judgeRight(
  type: 'solution' | 'variant',
  { checks, points, maxPoints }: LabReport,
): readonly string[] {
  const wrong = checks
    .filter(({ status }) => status !== 'passed')
    .map((result) => `${result.id} should pass, but ${told(result)}`);
  if (wrong.length > 0 || points >= maxPoints) return wrong;
  return [`The ${type} passes every check and gets ${points} of ${maxPoints} points.`];
}

/** A mutant is rejected by the check that is made for it. */
function judgeMutant({ rejectedBy, trap }: Mutant, { lab, checks }: LabReport): readonly string[] {
  const result = checks.find(({ id }) => id === `${lab}/${rejectedBy}`);
  if (!result) return [`rejectedBy names '${rejectedBy}', which no suite declares.`];
  if (result.status !== 'failed') return [`${rejectedBy} should reject it (${trap}), but ${told(result)}`];
  return [];
}

function told(result: CheckResult | undefined): string {
  if (!result) return 'it is not in the report.';
  if (result.status === 'passed') return 'it passed.';
  return `it ended ${result.status}: ${result.message ?? '(no message)'}`;
}

/** A mutant is judged by one check; the others need not run. */
function scopeOf(lab: Lab, subject: Subject) {
  if (subject.type !== 'mutant') return {};
  const { rejectedBy } = subject.mutant;
  return { kinds: [rejectedBy.split('/')[0] as Kind], only: [`${lab.slug}/${rejectedBy}`] };
}

/** The folder that holds `<slug>/` of the subject; what has to be made is made in `scratch`. */
async function sourceOf(root: string, slug: string, subject: Subject, scratch: string): Promise<string> {
  const suites = join(root, 'checker', 'suites', slug);
  const solution = join(root, 'solutions', slug);
  if (subject.type === 'solution') return join(root, 'solutions');
  await mkdir(scratch, { recursive: true });
  const to = join(scratch, slug);
  // The kept starter: in labs/ somebody may be at work.
  if (subject.type === 'starter') await cp(join(suites, 'starter'), to, { recursive: true });
  if (subject.type === 'variant') await cp(join(suites, 'variants', subject.name), to, { recursive: true });
  if (subject.type === 'mutant') {
    await cp(solution, to, { recursive: true });
    await mutate(to, subject.mutant);
  }
  return scratch;
}

async function mutate(folder: string, { name, edits }: Mutant): Promise<void> {
  for (const { file, replace, by } of edits) {
    const path = join(folder, file);
    const content = await readFile(path, 'utf8').catch(() => {
      throw new Error(`Mutant ${name}: the solution has no file ${file}.`);
    });
    const found = content.split(replace).length - 1;
    if (found !== 1) {
      throw new Error(
        `Mutant ${name}: the solution's ${file} has ${found} places with ${JSON.stringify(replace)}; it must have exactly one.`,
      );
    }
    await writeFile(
      path,
      content.replace(replace, () => by),
    );
  }
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
