import type pc from 'picocolors';
import { type CheckResult, type CheckStatus, kinds } from '../report.ts';
import type { DiffLine } from '../workshop/diff.ts';
import { failing, focused, shownHints, type View } from './view.ts';

type Colors = ReturnType<typeof pc.createColors>;

export interface Size {
  columns: number;
  rows: number;
}

/** One colour for each status, and a mark that tells them apart without it. */
const marks: Record<CheckStatus | 'unknown', string> = {
  passed: '✓',
  failed: '✗',
  error: '!',
  skipped: '-',
  unknown: '·',
};

const phaseWords = {
  copy: 'reading your files',
  synth: 'synthesizing the stack',
  bundle: 'bundling the handler',
  deploy: 'deploying',
  tests: 'running your tests',
  checks: 'running the checks',
} as const;

const keysOfVerdict = [
  ['h', 'next hint', 'hint'],
  ['n', 'next failing check', 'next'],
  ['d', 'solution diff', 'diff'],
  ['r', 'run again', 'run'],
  ['q', 'quit', 'quit'],
] as const;

const keysOfDiff = [
  ['↑↓', 'scroll', 'scroll'],
  ['space', 'page', 'page'],
  ['d', 'back', 'back'],
  ['q', 'quit', 'quit'],
] as const;

/** A message and its hint need so many rows beside the list of checks. */
const ROWS_FOR_A_MESSAGE = 8;

/** Widest text that reads well. */
const READABLE_COLUMNS = 100;

/**
 * Draws the view into lines, at most as many as the terminal has. When there is little room, checks that pass
 * are counted instead of listed, then the message is cut; the keys always stay.
 */
export function draw(view: View, size: Size, colors: Colors): string[] {
  const width = Math.max(20, Math.min(size.columns - 4, READABLE_COLUMNS));
  const footer = ['', drawKeys(view.diff ? keysOfDiff : keysOfVerdict, width, colors)];
  const room = Math.max(1, size.rows - footer.length - 1);
  const body = view.diff ? drawDiff(view.diff, room, width, colors) : drawVerdict(view, room, width, colors);
  return [...body.slice(0, room), ...footer].map((line) => (line === '' ? '' : `  ${line}`));
}

/** Colours a line of a diff. */
export function paintDiffLine({ kind, text }: DiffLine, colors: Colors): string {
  if (kind === 'added') return colors.green(text);
  if (kind === 'removed') return colors.red(text);
  if (kind === 'file') return colors.bold(text);
  return kind === 'place' ? colors.cyan(text) : text;
}

/** Breaks a text into lines of at most `width` characters; words that are longer are broken. */
export function wrap(text: string, width: number): string[] {
  return text.split(/\r?\n/).flatMap((paragraph) => {
    const indent = /^\s*/.exec(paragraph)?.[0].slice(0, Math.floor(width / 2)) ?? '';
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.trim().split(/\s+/)) {
      let rest = word;
      const joined = line === '' ? indent + rest : `${line} ${rest}`;
      if (joined.length <= width) {
        line = joined;
        continue;
      }
      if (line !== '') lines.push(line);
      while ((indent + rest).length > width) {
        lines.push(indent + rest.slice(0, width - indent.length));
        rest = rest.slice(width - indent.length);
      }
      line = indent + rest;
    }
    return [...lines, line];
  });
}

function drawVerdict(view: View, room: number, width: number, colors: Colors): string[] {
  const head = ['', ...drawHead(view, width, colors), ''];
  const all = drawChecks(view, width, colors, 'all');
  // Not by what there is to say now: the list would jump between two shapes at each run.
  const roomy = head.length + all.length + ROWS_FOR_A_MESSAGE <= room;
  const checks = roomy ? all : drawChecks(view, width, colors, 'failing');
  return [...head, ...checks, ...drawFocus(view, room - head.length - checks.length, width, colors)];
}

function drawHead(view: View, width: number, colors: Colors): string[] {
  const { lab, labs, reports } = view;
  const report = reports.get(lab.slug);
  const passed = report?.passed === true && !view.running;
  const points = report ? `${report.points} of ${report.maxPoints} points` : '';
  const title = cut(`${lab.number}  ${lab.title}`, width - points.length - 2);
  const gap = ' '.repeat(Math.max(2, width - title.length - points.length));
  const lines = [`${colors.bold(title)}${gap}${passed ? colors.green(points) : points}`];
  lines.push(colors.dim(cut(statusLine(view), width)));
  if (labs.length > 1) {
    const done = [...reports.values()].filter((one) => one.passed).length;
    lines.push(colors.dim(`${done} of ${labs.length} labs pass`));
  }
  return lines;
}

function statusLine(view: View): string {
  const saved = view.changed === undefined ? [] : [view.changed];
  const report = view.reports.get(view.lab.slug);
  if (view.running) saved.push(`${view.phase ? phaseWords[view.phase] : 'starting'} …`);
  else if (report && view.trouble === undefined)
    saved.push(`graded in ${(report.durationMs / 1000).toFixed(2)} s`);
  return saved.join(' · ') || 'waiting for a change';
}

function drawChecks(view: View, width: number, colors: Colors, which: 'all' | 'failing'): string[] {
  const focus = focused(view)?.id;
  return kinds.flatMap((kind) => {
    const checks = view.lab.checks.filter((check) => check.kind === kind);
    const statusOf = (id: string) => view.results.get(id)?.status ?? 'unknown';
    const listed =
      which === 'all' ? checks : checks.filter(({ id }) => ['failed', 'error'].includes(statusOf(id)));
    const lines = listed.map((check) => {
      const status = statusOf(check.id);
      const points = check.points === 0 ? '' : `${check.bonus ? 'bonus ' : ''}${check.points}`;
      const title = cut(check.title, width - 12 - points.length).padEnd(width - 11 - points.length);
      const stale = view.running && !view.fresh.has(check.id);
      const paint = stale ? colors.dim : painterOf(status, colors);
      const text =
        check.id === focus && !stale
          ? colors.bold(title)
          : stale || status === 'skipped'
            ? colors.dim(title)
            : title;
      return `${paint(marks[status])} ${text}${colors.dim(points)}`;
    });
    const passing = checks.filter(({ id }) => statusOf(id) === 'passed').length;
    const others = checks.length - listed.length - passing;
    const counted = [passing > 0 ? `${passing} pass` : '', others > 0 ? `${others} without a verdict` : ''];
    if (which === 'failing')
      lines.push(...counted.filter((text) => text !== '').map((text) => colors.dim(text)));
    return lines.map((line, at) => `${colors.dim((at === 0 ? kind : '').padEnd(9))}${line}`);
  });
}

function drawFocus(view: View, room: number, width: number, colors: Colors): string[] {
  const notices = view.notices.flatMap((notice) => wrap(notice, width)).map((line) => colors.yellow(line));
  const above = notices.length > 0 ? ['', ...notices] : [];
  if (view.trouble !== undefined) {
    const lines = wrap(`No verdict: ${view.trouble}`, width).map((line) => colors.magenta(line));
    return [...above, '', ...lines, 'Save again, or press r to run again.'];
  }
  const check = focused(view);
  if (check !== undefined)
    return [...above, '', ...drawCheck(view, check, room - above.length - 1, width, colors)];
  const report = view.reports.get(view.lab.slug);
  if (view.running || report === undefined) return above;
  if (!report.passed) return above;
  return [...above, '', colors.green(`Every check passes. Lab ${view.lab.number} is done.`)];
}

/** The check to work on: its message and hints. Where there is little room, the message is cut, not the hints. */
function drawCheck(view: View, check: CheckResult, room: number, width: number, colors: Colors): string[] {
  const { shown, of } = shownHints(view, check.id);
  const open = failing(view);
  const place = open.length > 1 ? `  ${open.indexOf(check) + 1} of ${open.length}` : '';
  const paint = painterOf(check.status, colors);
  const title = `${paint(marks[check.status])} ${colors.bold(cut(check.title, width - 12))}${colors.dim(place)}`;
  const hints = shown.flatMap((hint, at) => {
    const label = `Hint ${at + 1} of ${of}`;
    const [head = '', ...more] = wrap(hint, width - label.length - 2);
    const indent = ' '.repeat(label.length + 2);
    return ['', `${colors.cyan(label)}  ${head}`, ...more.map((line) => indent + line)];
  });
  const message = wrap(check.message ?? '', width);
  const fits = Math.max(2, room - 1 - hints.length);
  const cutMessage = message.length <= fits ? message : [...message.slice(0, fits - 1), colors.dim('…')];
  return [title, ...cutMessage, ...hints];
}

function drawDiff(diff: NonNullable<View['diff']>, room: number, width: number, colors: Colors): string[] {
  const shown = diff.lines.slice(diff.top, diff.top + room - 2);
  return [
    '',
    colors.dim('From your files to the solution'),
    ...shown.map((line) => paintDiffLine({ ...line, text: cut(line.text, width) }, colors)),
  ];
}

type Keys = readonly (readonly [key: string, long: string, short: string])[];

function drawKeys(keys: Keys, width: number, colors: Colors): string {
  const fits = keys.map(([key, long]) => `${key} ${long}`).join('   ').length <= width;
  return keys
    .map(([key, long, short]) => `${colors.bold(key)} ${colors.dim(fits ? long : short)}`)
    .join('   ');
}

function painterOf(status: CheckStatus | 'unknown', colors: Colors): (text: string) => string {
  if (status === 'passed') return colors.green;
  if (status === 'failed') return colors.red;
  return status === 'error' ? colors.magenta : colors.dim;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
