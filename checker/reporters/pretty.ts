import pc from 'picocolors';
import type { CheckResult, CheckStatus, LabReport } from '../report.ts';

const marks: Record<CheckStatus, string> = {
  passed: pc.green('✓'),
  failed: pc.red('✗'),
  error: pc.yellow('!'),
  skipped: pc.dim('–'),
};

export interface PrettyOptions {
  /** The lab's title. */
  title: string;
  /** Command to run after the next edit. */
  again: string;
}

/**
 * A lab's verdict for a person: every check on a line, then the story of each one that did not pass, told once.
 * @returns text that ends with a line break
 */
export function prettyLab(report: LabReport, { title, again }: PrettyOptions): string {
  const lines = ['', pc.bold(`${title}`) + pc.dim(`  ${report.lab}`), ''];
  let kind = '';
  for (const check of report.checks) {
    if (check.kind !== kind) lines.push(pc.dim(`  ${check.kind}`));
    kind = check.kind;
    lines.push(`  ${marks[check.status]} ${titleOf(check)}${pointsOf(check)}`);
    // What a passed check has to tell is no story of a failure.
    if (check.status === 'passed' && check.message) lines.push(...indent(check.message).map(pc.dim));
  }
  const unhappy = report.checks.filter(({ status }) => status === 'failed' || status === 'error');
  const stories = new Map<string, CheckResult[]>();
  for (const check of unhappy) {
    const message = check.message ?? '';
    stories.set(message, [...(stories.get(message) ?? []), check]);
  }
  for (const [message, checks] of stories) lines.push('', ...story(message, checks));
  lines.push('', summary(report, again), '');
  return lines.join('\n');
}

function titleOf({ title, status }: CheckResult): string {
  return status === 'skipped' ? pc.dim(title) : title;
}

function pointsOf({ points, status, bonus }: CheckResult): string {
  if (points === 0) return '';
  const text = `  ${status === 'passed' ? points : 0}/${points}${bonus ? ' bonus' : ''}`;
  return status === 'passed' ? pc.green(text) : pc.dim(text);
}

/** What happened, to which checks; one cause may stop many of them. */
function story(message: string, checks: readonly CheckResult[]): string[] {
  const [first] = checks;
  if (!first) return [];
  const heading = checks.length === 1 ? first.title : `${checks.length} checks: ${namesOf(checks)}`;
  const lines = [`${marks[first.status]} ${pc.bold(heading)}`, ...indent(message)];
  // One cause, one place to read about it; checks of several places are stopped by something else.
  if (checks.every(({ lesson }) => lesson === first.lesson)) {
    if (first.hint) lines.push(`    ${pc.cyan('Hint')}    ${first.hint}`);
    lines.push(`    ${pc.cyan('Lesson')}  ${first.lesson}`);
  }
  if (first.status === 'error')
    lines.push(pc.yellow('    This is not your mistake: the checker or the lab cannot do it.'));
  return lines;
}

/** The first of them, when there are many: the list above names them all. */
function namesOf(checks: readonly CheckResult[]): string {
  const [few, more] = [checks.slice(0, 3), checks.length - 3];
  const names = few.map(({ id }) => shortId(id)).join(', ');
  return more > 0 ? `${names} and ${more} more` : names;
}

const shortId = (id: string) => id.slice(id.indexOf('/') + 1);

function indent(message: string): string[] {
  return message.split('\n').map((line) => `    ${line}`);
}

function summary({ passed, points, maxPoints, checks, durationMs }: LabReport, again: string): string {
  const ok = checks.filter(({ status }) => status === 'passed').length;
  const seconds = (durationMs / 1000).toFixed(1);
  const score = `${points} of ${maxPoints} points, ${ok} of ${checks.length} checks passed in ${seconds} s`;
  if (passed) return pc.green(`${pc.bold('Passed.')} ${score}`);
  const next = checks.find(({ status }) => status === 'failed');
  const advice = next ? `\nNext: ${pc.bold(next.title)}. Then: ${pc.bold(again)}` : '';
  return `${pc.red(pc.bold('Not yet.'))} ${score}${advice}`;
}
