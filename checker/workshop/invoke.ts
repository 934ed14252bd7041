import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Lab } from '../catalog.ts';
import { WorkshopError } from './folders.ts';
import {
  type FrontDoor,
  type FrontDoorContext,
  readArguments,
  requireLab,
  sourceFolder,
} from './front-door.ts';
import { openLabAccount } from './lab-account.ts';
import { chooseFunction, type LabFunction, openLabBuilder, type Template } from './lab-stack.ts';
import { timelineOf } from './timeline.ts';

const usage = `npm run workshop -- invoke <lab> [function] [options]

  Deploys the lab's stack into an account of its own, invokes its function once, and throws the account away.
  The result goes to standard output as JSON, the function's log to standard error.
  Exit codes: 0 it returned, 1 it failed (AWS's error JSON is printed), 2 it could not be invoked.

  function               an output's name, a handler's file or a logical id; needed when there are several

  -e, --event <file>     the event as JSON; - reads standard input; without it the event is {}
                         looked for where the command was called, then in <dir>/<lab>, then in labs/<lab>
  --env <NAME=value>     sets an environment variable of the function; may be repeated
  --source <dir>         take <dir>/<lab>/… instead of labs/<lab>/…, for example solutions
  --trace                afterwards, print what happened in the account to standard error
  --wait <seconds>       with --trace: let so much of the account's time pass first (default 0)
  -h, --help             print this`;

const options = {
  event: { type: 'string', short: 'e' },
  env: { type: 'string', multiple: true, default: [] as string[] },
  source: { type: 'string' },
  trace: { type: 'boolean', default: false },
  wait: { type: 'string' },
} as const;

/** At most what SQS keeps a message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_WAIT_SECONDS = 14 * 24 * 60 * 60;

/** `invoke`: one invocation of a lab's function, as `sam local invoke` does it. */
export const invoke: FrontDoor = async (args, context) => {
  const { root, signal, print, say } = context;
  const read = readArguments(args, options, { usage, most: 2, print });
  if (!read) return 0;
  const { values, positionals } = read;
  const waitMs = readWait(values.wait, values.trace);
  const variables = readVariables(values.env);
  const lab = await requireLab(root, positionals[0], 'invoke');
  const source = await sourceFolder(context, lab, values.source);
  const event = await readEvent(context, lab, source, values.event);

  const builder = await openLabBuilder({ root, lab, source });
  const closing: (() => Promise<void>)[] = [() => builder.close()];
  try {
    const built = await builder.build(signal);
    for (const line of built.ignored) say(`ignored ${line}`);
    const chosen = chooseFunction(lab, built.functions, positionals[1]);
    setVariables(built.template, chosen, variables);
    signal.throwIfAborted();

    const opened = await openLabAccount({ clock: 'warp', scratch: builder.accounts });
    closing.unshift(() => opened.close());
    const { account } = opened;
    const { resources } = await opened.deploy(built);
    signal.throwIfAborted();
    const { journal, clock } = account.cloud;
    const before = journal.lastSeq;
    const stop = journal.subscribe((entry) => {
      if (entry.type === 'log') say(entry.message.trimEnd());
    });
    const FunctionName = resources[chosen.logicalId]?.physicalId ?? chosen.logicalId;
    const invoked = account.services.lambda.Invoke(
      { FunctionName, Payload: new TextEncoder().encode(event) },
      account.call(),
    );
    const { Payload, FunctionError } = await untilAborted(invoked, signal);
    const result = new TextDecoder().decode(Payload);
    if (values.trace) {
      await untilAborted(clock.wait({ until: clock.now() + waitMs }), signal);
      stop();
      for (const line of timelineOf(journal.read(before), resources)) say(line);
    }
    stop();
    print(result === '' ? 'null' : result);
    return FunctionError ? 1 : 0;
  } finally {
    for (const close of closing) await close();
  }
};

/** Rejects as soon as the command is interrupted; what is under way ends with its account. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  work.catch(() => {});
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function readEvent(
  { calledFrom, root }: FrontDoorContext,
  lab: Lab,
  source: string,
  name: string | undefined,
): Promise<string> {
  if (name === undefined) return '{}';
  if (name === '-') return requireJson(await text(process.stdin), 'standard input');
  const folders = [join(source, lab.slug), join(root, 'labs', lab.slug)];
  const places = isAbsolute(name)
    ? [name]
    : [...new Set([resolve(calledFrom, name), ...folders.map((folder) => join(folder, name))])];
  for (const place of places) {
    const content = await readFile(place, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw new WorkshopError(`Cannot read the event ${place}: ${error.message}`);
    });
    if (content !== undefined) return requireJson(content, name);
  }
  const kept = await readdir(join(folders[1] ?? '', 'events')).catch(() => []);
  const list = kept.length > 0 ? ` Lab ${lab.number} has: ${kept.map((n) => `events/${n}`).join(', ')}.` : '';
  const looked = places.map((place) => relative(root, place)).join(', ');
  throw new WorkshopError(`There is no event file ${name} (looked for ${looked}).${list}`);
}

function requireJson(content: string, where: string): string {
  try {
    JSON.parse(content);
    return content;
  } catch (error) {
    throw new WorkshopError(`The event in ${where} is not JSON: ${(error as Error).message}`);
  }
}

function readWait(given: string | undefined, traced: boolean): number {
  if (given === undefined) return 0;
  if (!traced) throw new WorkshopError('--wait only matters with --trace: add --trace, or leave it out.');
  const seconds = Number(given);
  if (given.trim() !== '' && seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS) return seconds * 1000;
  throw new WorkshopError(`--wait ${given}: give seconds, from 0 to ${LONGEST_WAIT_SECONDS}.`);
}

function readVariables(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value = ''] = /^([A-Za-z]\w+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined)
        throw new WorkshopError(`--env ${pair}: write NAME=value; a name has letters, digits and _.`);
      return [name, value];
    }),
  );
}

function setVariables(
  { Resources }: Template,
  { logicalId }: LabFunction,
  variables: Readonly<Record<string, string>>,
): void {
  const properties = Resources[logicalId]?.Properties;
  if (!properties || Object.keys(variables).length === 0) return;
  const before = properties.Environment as { Variables?: object } | undefined;
  properties.Environment = { ...before, Variables: { ...before?.Variables, ...variables } };
}
