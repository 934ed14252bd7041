import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findLab, type Lab, loadCatalog } from '../catalog.ts';
import { openProgress } from '../progress.ts';
import { matrix, verify } from './authors.ts';
import { diff, hint, list, type Outcome, progress, reset, starters, type Workshop } from './commands.ts';
import { WorkshopError } from './folders.ts';
import { frontDoors } from './front-doors.ts';
import { newLab } from './new-lab.ts';

/** `npm run workshop -- <command>`. Exit codes: 0 done, 1 an author's check falls short, 2 it could not be done. */

const usage = `npm run workshop -- <command>

  list                 the labs and the points earned
  progress             points in all, and what is next
  hint <lab> [check]   the next hint of the next failing check
  reset <lab>          the starter again; your files go to a snapshot first
  diff <lab>           your files against the solution: it gives the solution away

Work with a lab's stack; each of these has a --help of its own:

  invoke <lab>         one invocation of its function: invoke 07 -e events/good-batch.json
  start-api <lab>      its HTTP API, kept running, deployed again on every save
  deploy <lab>         its stack into a running cloud; destroy <lab> deletes it again
  logs <lab>           what its functions logged in a running cloud; --tail follows
  trace <lab>          their last executions there, each as a timeline
  least-privilege <lab>
                       the smallest IAM policies that its live checks need

For authors:

  new-lab <slug>       a small lab that works, to be replaced piece by piece: new-lab 20-fan-out
  verify [lab …]       everything about the course in one go; --fast leaves out the matrix
  matrix [lab …]       starter, solution, variants and mutants against the checks; --json for scripts
  starters [--keep]    whether labs/ are the kept starters

A lab is named 7, 07, sqs-batch or 07-sqs-batch. Grade with npm run check.`;

/** Commands that the course will have; until then they are refused by name. */
const notYet = new Set(['doctor', 'grade']);

const root = join(import.meta.dirname, '..', '..');
const interrupted = new AbortController();

async function run(args: readonly string[]): Promise<Outcome> {
  const [name = '', ...rest] = args;
  const frontDoor = Object.hasOwn(frontDoors, name) ? await frontDoors[name]?.() : undefined;
  if (frontDoor) {
    // npm changes into the package's folder; INIT_CWD is where the command was called.
    const calledFrom = process.env.INIT_CWD ?? process.cwd();
    return {
      lines: [],
      exitCode: await frontDoor(rest, { root, calledFrom, signal: interrupted.signal, print, say }),
    };
  }
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keep: { type: 'boolean', default: false },
      fast: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      jobs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, labName, checkName] = positionals;
  if (values.help || command === 'help') return { lines: [usage], exitCode: 0 };
  if (command === undefined) throw new WorkshopError(`Name a command.\n\n${usage}`);
  if (notYet.has(command)) throw new WorkshopError(`workshop ${command} is not available yet.`);

  const names = positionals.slice(1);
  const authors = { root, names, jobs: jobsOf(values.jobs), signal: interrupted.signal, print };
  if (command === 'verify') return verify({ ...authors, fast: values.fast });
  if (command === 'matrix') return matrix({ ...authors, json: values.json });
  if (command === 'new-lab') {
    if (names.length !== 1) throw new WorkshopError('Name the lab: npm run workshop -- new-lab 20-fan-out');
    return newLab(root, names[0] ?? '');
  }

  const forCourse = { list, progress, starters: (workshop: Workshop) => starters(workshop, values.keep) };
  const forLab = { hint, reset, diff };
  if (command in forCourse) return forCourse[command as keyof typeof forCourse](await openWorkshop());
  if (!(command in forLab)) throw new WorkshopError(`There is no command ${command}.\n\n${usage}`);
  const workshop = await openWorkshop();
  return forLab[command as keyof typeof forLab](workshop, named(workshop.labs, labName, command), checkName);
}

async function openWorkshop(): Promise<Workshop> {
  const labs = await loadCatalog(root);
  const store = openProgress(root, (message) => process.stderr.write(`${message}\n`));
  const kept = await store.read();
  return {
    root,
    labs,
    latest: (lab) => kept.labs[lab]?.report,
    hints: { seen: new Map(Object.entries(kept.hints)), remember: store.rememberHint },
    now: new Date(),
  };
}

function named(labs: readonly Lab[], name: string | undefined, command: string): Lab {
  const known = labs.map(({ slug }) => slug).join(', ');
  if (name === undefined)
    throw new WorkshopError(`Which lab? npm run workshop -- ${command} <lab>. There are: ${known}.`);
  const lab = findLab(labs, name);
  if (lab === undefined) throw new WorkshopError(`There is no lab ${name}. There are: ${known}.`);
  return lab;
}

function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 16) return jobs;
  throw new WorkshopError(`--jobs ${text}: how many submissions are graded side by side, from 1 to 16.`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

// A run that is interrupted ends its children and removes what it has made before the process ends.
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    process.exitCode = exitCode;
    interrupted.abort(new Error('interrupted'));
  });
}

try {
  const { lines, exitCode } = await run(process.argv.slice(2));
  for (const line of lines) print(line);
  process.exitCode ??= exitCode;
} catch (error) {
  if (!interrupted.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
