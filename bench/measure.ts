import { setTimeout as sleep } from 'node:timers/promises';

/** One row of the table: what was measured, against which budget. */
export interface Row {
  what: string;
  /** The median, with its unit. */
  median: string;
  /** Lowest and highest of the runs. */
  range: string;
  /** What it is compared with in the same run, and how: `1.12 × node importing the same bundle`. */
  against: string;
  /** Absent where none is set. */
  budget?: string;
  within?: boolean;
}

/** The middle of the values; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/**
 * Times `run` over several runs, after one that does not count.
 * @param pauseMs between the runs
 * @returns milliseconds of each run
 */
export async function timesOf(runs: number, run: () => Promise<unknown>, pauseMs = 0): Promise<number[]> {
  const times: number[] = [];
  for (let index = -1; index < runs; index++) {
    const startedAt = performance.now();
    await run();
    if (index >= 0) times.push(performance.now() - startedAt);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return times;
}

/** A row about durations. `budgetMs` bounds the median; with `floor`, `ratio` bounds the median's ratio to it. */
export function durationRow(
  what: string,
  times: readonly number[],
  limit: { budgetMs: number } | { floor: readonly number[]; floorName: string; ratio: number },
): Row {
  const middle = median(times);
  const base = { what, median: ms(middle), range: `${ms(Math.min(...times))} – ${ms(Math.max(...times))}` };
  if ('budgetMs' in limit) {
    return { ...base, against: '', budget: `≤ ${ms(limit.budgetMs)}`, within: middle <= limit.budgetMs };
  }
  const ratio = middle / median(limit.floor);
  return {
    ...base,
    against: `${ratio.toFixed(2)} × ${limit.floorName} (${ms(median(limit.floor))})`,
    budget: `≤ ${limit.ratio} ×`,
    within: ratio <= limit.ratio,
  };
}

/** Prints rows as a table in Markdown. */
export function printTable(rows: readonly Row[]): void {
  const head = ['what', 'median', 'range', 'against', 'budget', ''];
  const cells = rows.map((row) => [
    row.what,
    row.median,
    row.range,
    row.against,
    row.budget ?? '',
    row.within === undefined ? '' : row.within ? 'ok' : 'OVER',
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log(line(head));
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const row of cells) console.log(line(row));
}

function ms(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
