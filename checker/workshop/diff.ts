import { structuredPatch } from 'diff';
import type { Files } from './folders.ts';
import { labFolder, readFiles, solutionFolder, WorkshopError } from './folders.ts';

export interface DiffLine {
  kind: 'file' | 'place' | 'added' | 'removed' | 'same' | 'note';
  text: string;
}

/**
 * The way from the learner's files to the solution.
 * @throws WorkshopError when the lab has no solution
 */
export async function diffToSolution(root: string, slug: string): Promise<DiffLine[]> {
  const solution = await readFiles(solutionFolder(root, slug));
  if (solution.size === 0) throw new WorkshopError(`There is no solution in solutions/${slug}.`);
  return diffFiles(await readFiles(labFolder(root, slug)), solution);
}

/**
 * Compares what a learner writes with the solution, file by file. Left out are `given/` and `events/`, which
 * nobody edits here, unit tests, which only the solution has, and helper files of the learner's own: the
 * solution does not need them.
 */
export function diffFiles(mine: Files, solution: Files): DiffLine[] {
  const lines: DiffLine[] = [];
  for (const [file, right] of solution) {
    if (/^(given|events)\//.test(file) || (file.endsWith('.test.ts') && !mine.has(file))) continue;
    const left = mine.get(file);
    if (left === right) continue;
    lines.push({ kind: 'file', text: left === undefined ? `${file} (yours is missing)` : file });
    for (const hunk of structuredPatch(file, file, left ?? '', right, '', '', { context: 3 }).hunks) {
      lines.push({
        kind: 'place',
        text: `@@ line ${hunk.oldStart} of yours, line ${hunk.newStart} of the solution @@`,
      });
      lines.push(...hunk.lines.filter((line) => !line.startsWith('\\')).map(toLine));
    }
  }
  if (lines.length === 0) lines.push({ kind: 'note', text: 'Your files are the same as the solution.' });
  return lines;
}

function toLine(line: string): DiffLine {
  if (line.startsWith('+')) return { kind: 'added', text: line };
  if (line.startsWith('-')) return { kind: 'removed', text: line };
  return { kind: 'same', text: line };
}
