import pc from 'picocolors';
import { readCourse } from '../authoring/course.ts';
import { openDictionary } from '../authoring/dictionary.ts';
import type { MatrixRow } from '../authoring/matrix.ts';
import { verifyCourse } from '../authoring/verify.ts';
import { findLab, type Lab, loadCatalog } from '../catalog.ts';
import type { Outcome } from './commands.ts';
import { WorkshopError } from './folders.ts';
import { gradeMatrix, labLine, matrixJson, rowLines, summaryLine } from './matrix.ts';
import { problemLines, verdictLines } from './verify.ts';

export interface AuthorsOptions {
  /** The checkout. */
  root: string;
  /** Names of labs; all when empty. */
  names: readonly string[];
  /** How many submissions are graded side by side. */
  jobs?: number;
  signal: AbortSignal;
  /** Takes lines as they come. */
  print: (line: string) => void;
}

/**
 * `matrix`: grades everything whose verdict is known and prints it as a table, or as one JSON document.
 * @throws WorkshopError for a name that no lab has
 */
export async function matrix(options: AuthorsOptions & { json: boolean }): Promise<Outcome> {
  const labs = chosen(await loadCatalog(options.root), options.names);
  const rows = await printMatrix(options, labs, options.json ? () => {} : options.print);
  if (options.json) options.print(matrixJson(rows));
  return { lines: [], exitCode: exitCodeOf(rows) };
}

/**
 * `verify`: asks every rule about the course and, unless `fast`, grades the matrix of its labs.
 * @throws WorkshopError for a name that no lab has
 */
export async function verify(options: AuthorsOptions & { fast: boolean }): Promise<Outcome> {
  const { root, names, print, fast } = options;
  const course = await readCourse(root);
  const known = course.slugs.map((slug) => ({ slug, number: slug.slice(0, 2) }));
  const only = names.length === 0 ? undefined : chosen(known, names).map(({ slug }) => slug);
  const verified = verifyCourse(course, { only, speller: openDictionary() });
  for (const line of problemLines(verified.problems)) print(line);
  for (const line of verdictLines(verified, course)) print(line);
  const wrong = verified.problems.length > 0;
  if (fast) return { lines: [], exitCode: wrong ? 1 : 0 };

  const labs = course.labs.filter(({ slug }) => only === undefined || only.includes(slug));
  const rows = await printMatrix(options, labs, print);
  return { lines: [], exitCode: wrong ? 1 : exitCodeOf(rows) };
}

async function printMatrix(
  { root, jobs, signal }: AuthorsOptions,
  labs: readonly Lab[],
  print: (line: string) => void,
): Promise<readonly MatrixRow[]> {
  if (labs.length === 0) return [];
  // Vitest takes a moment to load; a command that only complains never needs it.
  const { createRunner } = await import('../run.ts');
  const live = createLine(process.stderr);
  const startedAt = performance.now();
  let width = 0;
  live.show('starting …');
  const rows = await gradeMatrix({
    root,
    labs,
    jobs,
    signal,
    createRunner: () => createRunner({ seed: 42, target: { type: 'local' }, root }),
    onLab: (lab, known) => {
      live.clear();
      width = Math.max(
        8,
        ...[...known.variants, ...known.mutants.map(({ name }) => name)].map(({ length }) => length),
      );
      print('');
      print(labLine(lab, known));
    },
    onRow: (row, done, total) => {
      live.clear();
      for (const line of rowLines(row, width)) print(line);
      if (done < total) live.show(`${done} of ${total} graded …`);
    },
  }).finally(live.clear);
  print('');
  print(summaryLine(rows, (performance.now() - startedAt) / 1000));
  return rows;
}

function exitCodeOf(rows: readonly MatrixRow[]): 0 | 1 {
  return rows.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function chosen<L extends Pick<Lab, 'slug' | 'number'>>(
  labs: readonly L[],
  names: readonly string[],
): readonly L[] {
  if (names.length === 0) return labs;
  const wanted = names.map((name) => {
    const lab = findLab(labs, name);
    if (lab) return lab;
    throw new WorkshopError(
      `There is no lab ${name}. There are: ${labs.map(({ slug }) => slug).join(', ')}.`,
    );
  });
  return labs.filter((lab) => wanted.includes(lab));
}

/** One line that is overwritten on a terminal, and nothing elsewhere. */
function createLine(output: NodeJS.WriteStream) {
  const clear = () => void (output.isTTY && output.write('\r\u001b[K'));
  return { clear, show: (text: string) => void (output.isTTY && output.write(`\r\u001b[K${pc.dim(text)}`)) };
}
