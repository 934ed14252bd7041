/** A code block as written in a lesson, before anything is expanded. */
export interface Fence {
  language: string;
  meta: string;
  body: string;
  /** Line of the opening fence, from 1. */
  line: number;
}

/** A command that the reader can copy and that a test runs; `shown` is the output printed under it, if any. */
export interface Command {
  command: string;
  meta: string;
  line: number;
  shown?: string;
}

export interface Inventory {
  /** `<Code file>` and `<SolutionDiff>`: cut out of files that have tests. */
  included: number;
  commands: Command[];
  illustrative: { reason: string; line: number }[];
  diagrams: number;
}

/**
 * Sorts every code block of a lesson into one of four kinds: included from a tested file, a command that a test runs
 * (```bash run, optionally followed by ```text output), a diagram (```mermaid), or illustrative="reason".
 * @throws Error with file and line for a block that is none of them.
 */
export function inventory(source: string, file: string): Inventory {
  const fences = fencesOf(source, file);
  const result: Inventory = {
    included: [...source.matchAll(/^\s*<(Code|SolutionDiff)\b/gm)].length,
    commands: [],
    illustrative: [],
    diagrams: 0,
  };
  for (const [index, fence] of fences.entries()) {
    const reason = /\billustrative="([^"]+)"/.exec(fence.meta)?.[1];
    if (fence.language === 'mermaid') result.diagrams += 1;
    else if (reason !== undefined) result.illustrative.push({ reason, line: fence.line });
    else if (hasWord(fence.meta, 'run')) {
      const next = fences[index + 1];
      const shown = next !== undefined && hasWord(next.meta, 'output') ? next.body : undefined;
      result.commands.push({ command: fence.body, meta: fence.meta, line: fence.line, shown });
    } else if (!hasWord(fence.meta, 'output') || !hasWord(fences[index - 1]?.meta ?? '', 'run')) {
      throw new Error(
        `${file}:${fence.line}: this code block is neither tested nor marked. Import it with <Code file region>, ` +
          'make it a command with "run" (its output may follow in a block marked "output"), or say why not: illustrative="reason".',
      );
    }
  }
  return result;
}

/** One line for the build's log: how much of the code in the lessons is proven. */
export function countsLine(inventories: readonly Inventory[]): string {
  const sum = (count: (one: Inventory) => number) =>
    inventories.reduce((total, one) => total + count(one), 0);
  return (
    `code in lessons: ${sum((one) => one.included)} from tested files, ` +
    `${sum((one) => one.commands.length)} commands (${sum((one) => one.commands.filter((c) => c.shown !== undefined).length)} with output), ` +
    `${sum((one) => one.illustrative.length)} illustrative, ${sum((one) => one.diagrams)} diagrams`
  );
}

function fencesOf(source: string, file: string): Fence[] {
  const fences: Fence[] = [];
  const lines = source.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const open = /^(\s*)(`{3,}|~{3,})(\S*)\s*(.*)$/.exec(lines[index] ?? '');
    if (open === null) continue;
    const [, indent = '', ticks = '', language = '', meta = ''] = open;
    const close = lines.findIndex((line, at) => at > index && line.trim() === ticks);
    if (close === -1) throw new Error(`${file}:${index + 1}: this code block is never closed.`);
    const body = lines
      .slice(index + 1, close)
      .map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))));
    fences.push({ language, meta, body: body.join('\n'), line: index + 1 });
    index = close;
  }
  return fences;
}

function hasWord(meta: string, word: string): boolean {
  return meta.split(/\s+/).includes(word);
}
