import { structuredPatch } from 'diff';

export interface Hunk {
  /** The changed lines with two lines around them, each with its ' ', '+' or '-'. */
  text: string;
  /** The line in the solution where it begins. */
  line: number;
}

/** The differences between starter and solution, in the order of the file. An absent starter is an empty one. */
export function hunksBetween(starter: string, solution: string, context = 2): Hunk[] {
  const patch = structuredPatch('starter', 'solution', starter, solution, '', '', { context });
  return patch.hunks.map((hunk) => ({
    text: hunk.lines.filter((line) => !line.startsWith('\\')).join('\n'),
    line: hunk.newStart,
  }));
}

/**
 * Pairs every hunk with the reasons that a lesson gives for it. A reason names a piece of text that its hunk changes.
 * @throws Error when a hunk has no reason, or a reason names text that no hunk changes: then the lesson is out of date.
 */
export function pairReasons<R extends { shows: string }>(
  hunks: readonly Hunk[],
  reasons: readonly R[],
  file: string,
): { hunk: Hunk; reasons: R[] }[] {
  const pairs = hunks.map((hunk) => ({
    hunk,
    reasons: reasons.filter((reason) => changes(hunk, reason.shows)),
  }));
  const lost = reasons.find((reason) => !pairs.some((pair) => pair.reasons.includes(reason)));
  if (lost !== undefined) {
    throw new Error(
      `${file}: no hunk of the solution's diff changes "${lost.shows}". Correct <Why shows="…">.`,
    );
  }
  const bare = pairs.find((pair) => pair.reasons.length === 0);
  if (bare !== undefined) {
    throw new Error(
      `${file}: the hunk at line ${bare.hunk.line} of the solution has no reason. Add a <Why shows="…">:\n${bare.hunk.text}`,
    );
  }
  return pairs;
}

function changes(hunk: Hunk, text: string): boolean {
  return hunk.text.split('\n').some((line) => /^[+-]/.test(line) && line.includes(text));
}
