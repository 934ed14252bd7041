import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { CourseError, type Lab, loadCatalog } from './catalog.ts';
import { chooseLabs, requireSource } from './cli/labs.ts';
import { createLiveLine } from './cli/live-line.ts';
import { type CheckCommand, readOptions, UsageError, usage, wantsJson } from './cli/options.ts';
import { machineTrouble } from './pipeline/failure.ts';
import { openProgress } from './progress.ts';
import { type ErrorReport, exitCodeOf, type LabReport, type Report } from './report.ts';
import { github } from './reporters/github.ts';
import { junit } from './reporters/junit.ts';
import { prettyLab } from './reporters/pretty.ts';
import type { Runner } from './run.ts';

/** `npm run check`: grades labs and says so in one of four formats. */

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const progress = openProgress(root, (message) => process.stderr.write(`${message}\n`));
const interrupted = new AbortController();
let runner: Runner | undefined;

async function main(): Promise<number> {
  // npm changes into the package's folder; INIT_CWD is where the command was called.
  const command = readOptions(args, process.env.INIT_CWD ?? process.cwd());
  if (command.help) {
    print(usage);
    return 0;
  }
  // Vitest takes a moment to load: it does so while the course is read.
  const loading = import('./run.ts');
  loading.catch(() => {});
  const catalog = await loadCatalog(root);
  const labs = chooseLabs(catalog, command.labs);
  if (command.source) await requireSource(command.source, command.labs.length > 0 ? labs : []);
  const { createRunner } = await loading;
  runner = createRunner({ staysReady: command.watch, seed: command.seed, target: { type: 'local' }, root });
  return command.watch ? watch(command, labs, runner) : grade(command, labs, runner);
}

async function grade(command: CheckCommand, labs: readonly Lab[], runner: Runner): Promise<number> {
  const { source = join(root, 'labs'), kinds, bail, seed, target, reporter } = command;
  const live = createLiveLine(process.stderr);
  const reports: LabReport[] = [];
  for (const lab of labs) {
    const report = await runner.run({ lab, source, kinds, bail, signal: interrupted.signal }, live.hear);
    live.clear();
    reports.push(report);
    if (!command.source || command.record) await record(report);
    if (reporter === 'pretty') print(prettyLab(report, { title: lab.title, again: againOf(command, lab) }));
    if (reporter === 'pretty' && !command.source && !report.passed) await advise(lab);
    if (bail && !report.passed) break;
  }
  const report: Report = { version: 1, target, seed, labs: reports };
  if (reporter === 'json') print(`${JSON.stringify(report)}\n`);
  if (reporter === 'junit') print(junit(report));
  if (reporter === 'github') print(github(report));
  return exitCodeOf(reports);
}

async function watch(command: CheckCommand, labs: readonly Lab[], runner: Runner): Promise<number> {
  const { startWatch } = await import('./watch/index.ts');
  const { hints } = await progress.read();
  const seen = new Map(Object.entries(hints));
  return startWatch({
    labs,
    runner,
    root,
    source: command.source ?? join(root, 'labs'),
    kinds: command.kinds,
    bail: command.bail,
    hints: { seen, remember: progress.rememberHint },
    record: !command.source || command.record ? (report) => progress.recordReport(report) : undefined,
  });
}

/** The type checker may know why; the verdict does not depend on it. */
async function advise({ slug }: Lab): Promise<void> {
  const { typeCheck } = await import('./pipeline/type-check.ts');
  const errors = await typeCheck(root, join(root, 'labs', slug));
  if (errors.length > 0) print(`TypeScript says:\n${errors.map((line) => `    ${line}\n`).join('')}\n`);
}

/** A verdict stands, also when it cannot be kept. */
async function record(report: LabReport): Promise<void> {
  await progress.recordReport(report).catch((cause: Error) => {
    process.stderr.write(`Progress was not kept: ${cause.message}\n`);
  });
}

function againOf({ labs }: CheckCommand, lab: Lab): string {
  return `npm run check${labs.length > 0 ? ` -- ${lab.number}` : ''}`;
}

/** Written at once: a pipe's buffer must not be lost at exit. */
function print(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
    }
  }
}

function tell(cause: unknown): number {
  const known = cause instanceof UsageError || cause instanceof CourseError;
  const code =
    cause instanceof UsageError
      ? cause.code
      : cause instanceof CourseError
        ? 'BrokenCourse'
        : 'CheckerFailed';
  const trouble = machineTrouble(String(cause));
  const message = trouble ?? (cause instanceof Error ? cause.message : String(cause));
  const clear = known || trouble !== undefined;
  process.stderr.write(
    `${clear ? message : `The checker failed: ${cause instanceof Error ? cause.stack : message}`}\n`,
  );
  if (wantsJson(args))
    print(`${JSON.stringify({ version: 1, error: { code, message } } satisfies ErrorReport)}\n`);
  return 2;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const signal of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
  process.on(signal, () => {
    // Watch mode hears signals itself and ends by returning.
    if (interrupted.signal.aborted || args.includes('--watch')) return;
    interrupted.abort(new Error(`interrupted by ${signal}`));
    process.stderr.write('\r\u001b[K');
    void Promise.resolve(runner?.close()).finally(() => process.exit(exitCodes[signal]));
  });
}

const exitCode = await main().catch((cause: unknown) => {
  if (interrupted.signal.aborted) return new Promise<number>(() => {});
  return tell(cause);
});
await runner?.close();
process.exit(exitCode);
