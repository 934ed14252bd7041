import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Lab } from '../catalog.ts';
import type { CheckResult, Kind, LabReport } from '../report.ts';
import type { Runner } from '../run.ts';
import type { Mutant } from './mutant.ts';

/** One submission of the matrix and what the suites made of it. */
export interface MatrixRow {
  subject: { type: 'starter' | 'solution' | 'variant' | 'mutant'; name: string };
  report: LabReport;
  /** Where suites and subject disagree, and what to do about it; empty when all is well. */
  problems: readonly string[];
}

export interface MatrixOptions {
  /** The checkout. */
  root: string;
  lab: Lab;
  runner: Runner;
  /** Only subjects that this accepts; all by default. */
  only?: (subject: MatrixRow['subject']) => boolean;
  onRow?: (row: MatrixRow) => void;
}

/**
 * Grades everything whose verdict is known: the starter, the solution, the variants and the mutants.
 * @throws Error when a mutant's edit does not fit the solution
 */
export async function runMatrix({ root, lab, runner, only = () => true, onRow = () => {} }: MatrixOptions) {
  const suites = join(root, 'checker', 'suites', lab.slug);
  const scratch = join(root, '.scratch', `matrix-${process.pid}-${lab.slug}`);
  const rows: MatrixRow[] = [];

  async function row(
    subject: MatrixRow['subject'],
    source: string,
    judge: (report: LabReport) => readonly string[],
    check?: Mutant['rejectedBy'],
  ): Promise<void> {
    const scope = check && { kinds: [check.split('/')[0] as Kind], only: [`${lab.slug}/${check}`] };
    const report = await runner.run({ lab, source, ...scope });
    const made = { subject, report, problems: judge(report) };
    rows.push(made);
    onRow(made);
  }

  try {
    const starter = { type: 'starter', name: 'starter' } as const;
    const solution = { type: 'solution', name: 'solution' } as const;
    if (only(starter)) await row(starter, join(root, 'labs'), (report) => judgeStarter(lab, report));
    if (only(solution)) await row(solution, join(root, 'solutions'), judgeRight);
    for (const name of await foldersIn(join(suites, 'variants'))) {
      if (!only({ type: 'variant', name })) continue;
      const source = join(scratch, name);
      await cp(join(suites, 'variants', name), join(source, lab.slug), { recursive: true });
      await row({ type: 'variant', name }, source, judgeRight);
    }
    for (const mutant of await mutantsOf(suites)) {
      if (!only({ type: 'mutant', name: mutant.name })) continue;
      const source = join(scratch, mutant.name);
      await mutate(join(root, 'solutions', lab.slug), join(source, lab.slug), mutant);
      await row(
        { type: 'mutant', name: mutant.name },
        source,
        (report) => judgeMutant(mutant, report),
        mutant.rejectedBy,
      );
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return rows;
}

/** The starter does on each check what its declaration says. */
export function judgeStarter(lab: Lab, { checks }: LabReport): readonly string[] {
  const wanted = { fails: 'failed', passes: 'passed' } as const;
  return lab.checks.flatMap((declared) => {
    const result = checks.find(({ id }) => id === declared.id);
    if (result?.status === wanted[declared.starter]) return [];
    return [`${declared.id} says starter: '${declared.starter}', but ${told(result)}`];
  });
}

/** A right submission passes everything. */
function judgeRight({ checks }: LabReport): readonly string[] {
  return checks
    .filter(({ status }) => status !== 'passed')
    .map((result) => `${result.id} should pass, but ${told(result)}`);
}

/** A mutant is rejected by the check that is made for it, because of what it does and not of how it is built. */
export function judgeMutant({ rejectedBy, trap }: Mutant, { lab, checks }: LabReport): readonly string[] {
  const result = checks.find(({ id }) => id === `${lab}/${rejectedBy}`);
  if (!result) return [`rejectedBy names '${rejectedBy}', which no suite declares.`];
  if (result.status !== 'failed') return [`${rejectedBy} should reject it (${trap}), but ${told(result)}`];
  return [];
}

function told(result: CheckResult | undefined): string {
  return result ? `it ${result.status}: ${result.message ?? '(no message)'}` : 'it is not in the report.';
}

async function mutantsOf(suites: string): Promise<readonly Mutant[]> {
  const module = (await import(pathToFileURL(join(suites, 'mutants.ts')).href)) as {
    mutants: readonly Mutant[];
  };
  return module.mutants;
}

async function mutate(solution: string, to: string, { name, edits }: Mutant): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(solution, to, { recursive: true });
  for (const { file, replace, by } of edits) {
    const path = join(to, file);
    const content = await readFile(path, 'utf8');
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
