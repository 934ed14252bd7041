import { relative } from 'node:path';
import pc from 'picocolors';
import type { DeclaredCheck, Lab } from '../catalog.ts';
import type { LabReport } from '../report.ts';
import { paintDiffLine } from '../watch/screen.ts';
import { diffToSolution } from './diff.ts';
import { WorkshopError } from './folders.ts';
import { keepStarter, resetLab, starterDrift } from './starters.ts';

/** What the commands know and may change. */
export interface Workshop {
  root: string;
  labs: readonly Lab[];
  /** The last verdict recorded of a lab. */
  latest: (lab: string) => LabReport | undefined;
  hints: { seen: ReadonlyMap<string, number>; remember(check: string, count: number): Promise<void> | void };
  now: Date;
}

export interface Outcome {
  lines: readonly string[];
  exitCode: 0 | 1 | 2;
}

/** `list`: all labs with the points earned. */
export function list({ labs, latest }: Workshop): Outcome {
  const rows = labs.map((lab) => {
    const report = latest(lab.slug);
    const passing = report?.checks.filter(({ status }) => status === 'passed').length ?? 0;
    const points = `${report?.points ?? 0} of ${maxPointsOf(lab)}`;
    const checks = report ? `${passing} of ${lab.checks.length} checks pass` : 'not run yet';
    return { lab, points, checks, passed: report?.passed === true };
  });
  const width = Math.max(...rows.map(({ lab }) => lab.title.length));
  const lines = rows.map(({ lab, points, checks, passed }) => {
    const mark = passed ? pc.green('✓') : ' ';
    return `${mark} ${lab.number}  ${lab.title.padEnd(width)}  ${points.padStart(9)} points  ${pc.dim(checks)}`;
  });
  return { lines: [...lines, '', pc.dim('Grade one: npm run check -- 07')], exitCode: 0 };
}

/** `progress`: points in all, and what is next. */
export function progress({ labs, latest }: Workshop): Outcome {
  const points = sum(labs.map(({ slug }) => latest(slug)?.points ?? 0));
  const passed = labs.filter(({ slug }) => latest(slug)?.passed === true).length;
  const lines = [`${points} of ${sum(labs.map(maxPointsOf))} points, ${passed} of ${labs.length} labs pass`];
  const next = labs.find(({ slug }) => latest(slug)?.passed !== true);
  if (next === undefined) return { lines: [...lines, 'Every lab is done.'], exitCode: 0 };
  const check = latest(next.slug) ? nextFailing(next, latest(next.slug)) : undefined;
  lines.push(`Next: ${next.number} ${next.title}${check ? `: ${check.title}` : ''}`);
  lines.push(pc.dim(`npm run check -- ${next.number} --watch`));
  return { lines, exitCode: 0 };
}

/**
 * `hint`: the next hint that the learner has not seen, of the named check or of the next failing one.
 * @param name a check's slug or id
 */
export async function hint(workshop: Workshop, lab: Lab, name?: string): Promise<Outcome> {
  const report = workshop.latest(lab.slug);
  const check = name === undefined ? nextFailing(lab, report) : findCheck(lab, name);
  if (check === undefined) {
    return { lines: [`Every check of lab ${lab.number} passes: there is nothing to hint at.`], exitCode: 0 };
  }
  const seen = workshop.hints.seen.get(check.id) ?? 0;
  const count = Math.min(seen + 1, check.hints.length);
  if (count > seen) await workshop.hints.remember(check.id, count);
  const message = report?.checks.find(({ id, status }) => id === check.id && status !== 'passed')?.message;
  const lines = [pc.bold(check.title), ...(message ? message.split('\n') : [])];
  lines.push('', `${pc.cyan(`Hint ${count} of ${check.hints.length}`)}  ${check.hints[count - 1] ?? ''}`, '');
  if (report === undefined)
    lines.push(pc.dim(`Lab ${lab.number} was not graded yet: npm run check -- ${lab.number}`));
  if (count < check.hints.length) lines.push(pc.dim('Ask again for the next hint.'));
  else lines.push(pc.dim(`That was the last one. The solution: npm run workshop -- diff ${lab.number}`));
  return { lines, exitCode: 0 };
}

/** `reset`: the starter again, after a snapshot. */
export async function reset({ root, now }: Workshop, lab: Lab): Promise<Outcome> {
  const { snapshot, restored, setAside } = await resetLab({ root, slug: lab.slug, now });
  const folder = `labs/${lab.slug}`;
  if (restored.length + setAside.length === 0)
    return { lines: [`${folder} is the starter already.`], exitCode: 0 };
  const lines = [`${folder} is the starter again.`];
  if (snapshot !== undefined) {
    const place = relative(root, snapshot);
    if (setAside.length > 0)
      lines.push(`Not part of the starter, now in the snapshot only: ${setAside.join(', ')}`);
    lines.push(`Your files are in ${place}`, `To get them back: cp -R ${place}/. ${folder}/`);
  }
  return { lines, exitCode: 0 };
}

/** `diff`: the way from the learner's files to the solution. */
export async function diff({ root }: Workshop, lab: Lab): Promise<Outcome> {
  const lines = await diffToSolution(root, lab.slug);
  return { lines: lines.map((line) => paintDiffLine(line, pc)), exitCode: 0 };
}

/** `starters`, for authors: whether each lab is the starter that is kept of it; `--keep` keeps it as it is now. */
export async function starters({ root, labs }: Workshop, keep: boolean): Promise<Outcome> {
  const lines: string[] = [];
  for (const { slug } of labs) {
    const drift = await starterDrift(root, slug);
    if (drift.length === 0) continue;
    if (keep) await keepStarter(root, slug);
    lines.push(
      ...drift.map((file) => `labs/${slug}/${file} ${keep ? 'kept' : 'differs from the kept starter'}`),
    );
  }
  if (keep || lines.length === 0) return { lines: [...lines, 'Every starter is kept.'], exitCode: 0 };
  const next = 'If labs/ is right: npm run workshop -- starters --keep. If it is your own work: leave it.';
  return { lines: [...lines, next], exitCode: 1 };
}

function nextFailing(lab: Lab, report: LabReport | undefined): DeclaredCheck | undefined {
  if (report === undefined) return lab.checks.find(({ starter, bonus }) => starter === 'fails' && !bonus);
  const open = lab.checks.filter(({ id }) => {
    const status = report.checks.find((result) => result.id === id)?.status;
    return status !== 'passed' && status !== 'skipped';
  });
  return open.find(({ bonus }) => !bonus) ?? open[0];
}

function findCheck(lab: Lab, name: string): DeclaredCheck {
  const found = lab.checks.find(({ id, slug, kind }) => [id, slug, `${kind}/${slug}`].includes(name));
  if (found !== undefined) return found;
  const known = lab.checks.map(({ slug }) => slug).join(', ');
  throw new WorkshopError(`Lab ${lab.number} has no check ${name}. It has: ${known}.`);
}

function maxPointsOf({ checks }: Lab): number {
  return sum(checks.filter(({ bonus }) => !bonus).map(({ points }) => points));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
