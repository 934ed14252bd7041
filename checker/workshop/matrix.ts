import { availableParallelism } from 'node:os';
import pc from 'picocolors';
import {
  gradeSubject,
  type Known,
  type MatrixRow,
  readKnown,
  type Subject,
  subjectsOf,
} from '../authoring/matrix.ts';
import type { Lab } from '../catalog.ts';
import type { Runner } from '../run.ts';

export interface MatrixRequest {
  /** The checkout. */
  root: string;
  labs: readonly Lab[];
  /** How many runners grade side by side. */
  jobs?: number;
  /** Makes a runner; it is closed when all is graded. */
  createRunner: () => Runner;
  signal?: AbortSignal;
  /** Called before a lab's first row. */
  onLab?: (lab: Lab, known: Known) => void;
  /** Called with each row, in the order of the table. */
  onRow?: (row: MatrixRow, done: number, total: number) => void;
}

/** A runner keeps two processors busy: the account with its environments, and the worker with the suites. */
const processorsOfRunner = 2;

/**
 * Grades every subject of the labs, several at a time where the machine has the processors for it.
 * @returns the rows, in teaching order, in the order of the table
 * @throws Error when a lab's mutants.ts does not load; the signal's reason when interrupted
 */
export async function gradeMatrix(request: MatrixRequest): Promise<readonly MatrixRow[]> {
  const { root, labs, signal, onLab = () => {}, onRow = () => {} } = request;
  const jobs = request.jobs ?? Math.max(1, Math.floor(availableParallelism() / processorsOfRunner));
  const tasks: { lab: Lab; known: Known; subject: Subject; first: boolean }[] = [];
  for (const lab of labs) {
    const known = await readKnown(root, lab.slug);
    for (const subject of subjectsOf(known))
      tasks.push({ lab, known, subject, first: subject.type === 'starter' });
  }

  const rows: (MatrixRow | undefined)[] = tasks.map(() => undefined);
  let next = 0;
  let told = 0;
  // Rows are told in the table's order, whichever runner is done first.
  function tell(): void {
    for (let row = rows[told]; row !== undefined; row = rows[told]) {
      const task = tasks[told];
      if (task?.first) onLab(task.lab, task.known);
      told += 1;
      onRow(row, told, tasks.length);
    }
  }
  async function work(): Promise<void> {
    const runner = request.createRunner();
    try {
      for (let at = next++; at < tasks.length; at = next++) {
        const { lab, known, subject } = tasks[at] as (typeof tasks)[number];
        rows[at] = await gradeSubject({ root, lab, known, runner, signal }, subject);
        tell();
      }
    } finally {
      await runner.close();
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(jobs, tasks.length) }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return rows.filter((row) => row !== undefined);
}

/** The headline of a lab in the table. */
export function labLine({ slug, checks }: Lab, { mutants, variants }: Known): string {
  const counts = `${checks.length} checks, ${variants.length} variants, ${mutants.length} mutants`;
  return `${pc.bold(slug)}  ${pc.dim(counts)}`;
}

/**
 * One line of the table: mark, what it is, its name, what became of it; what is wrong stands below.
 * @param width of the column of names
 */
export function rowLines({ subject, report, problems }: MatrixRow, width: number): readonly string[] {
  const mark = problems.length === 0 ? pc.green('✓') : pc.red('✗');
  const line = `  ${mark} ${subject.type.padEnd(8)}  ${subject.name.padEnd(width)}  ${pc.dim(verdictOf(subject, report))}`;
  const wrong = problems.flatMap((problem) =>
    problem.split('\n').map((text, index) => `      ${index === 0 ? pc.red('→') : ' '} ${text}`),
  );
  return [line.trimEnd(), ...wrong];
}

function verdictOf(subject: Subject, report: MatrixRow['report']): string {
  if (report === undefined) return 'could not be graded';
  const seconds = `${(report.durationMs / 1000).toFixed(1)} s`;
  if (subject.type === 'mutant') {
    const rejected = report.checks.some(({ status }) => status === 'failed');
    return `${rejected ? 'rejected by' : 'not rejected by'} ${subject.mutant.rejectedBy}, ${seconds}`;
  }
  const passing = report.checks.filter(({ status }) => status === 'passed').length;
  return `${passing} of ${report.checks.length} checks, ${report.points} of ${report.maxPoints} points, ${seconds}`;
}

/** The last line: what it adds up to. */
export function summaryLine(rows: readonly MatrixRow[], seconds: number): string {
  const wrong = rows.filter(({ problems }) => problems.length > 0).length;
  const what = `${rows.length} submissions in ${seconds.toFixed(0)} s`;
  if (wrong === 0) return `${pc.green('✓')} ${what}: every verdict is as declared.`;
  return `${pc.red('✗')} ${what}: ${wrong} ${wrong === 1 ? 'verdict is' : 'verdicts are'} not as declared.`;
}

/** The rows as one JSON document, for scripts. */
export function matrixJson(rows: readonly MatrixRow[]): string {
  return JSON.stringify({
    version: 1,
    rows: rows.map(({ lab, subject: { type, name }, report, problems }) => ({
      lab,
      type,
      name,
      ok: problems.length === 0,
      problems,
      points: report?.points,
      maxPoints: report?.maxPoints,
      durationMs: report?.durationMs,
      checks: report?.checks.map(({ id, status }) => ({ id, status })),
    })),
  });
}
