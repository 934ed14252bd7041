import pc from 'picocolors';
import { type FrontDoor, readArguments, requireLab } from './front-door.ts';
import { findFunctions, type LogEvent, readLogs } from './function-logs.ts';
import { connectToCloud, endpointHelp, endpointOption } from './running-cloud.ts';
import { pause } from './stack-progress.ts';

const usage = `npm run workshop -- logs <lab> [function] [options]

  Prints what the lab's functions logged in a running cloud (npm run cloud), oldest first.

  function               only this one, by its logical id or name

  -t, --tail             keep printing what comes, until Ctrl-C
      --filter <pattern> only what matches a filter pattern of CloudWatch Logs: ERROR, { $.level = "ERROR" }
${endpointHelp}
  -h, --help             print this`;

const options = {
  ...endpointOption,
  tail: { type: 'boolean', short: 't', default: false },
  filter: { type: 'string' },
} as const;

/** Real time between two looks, in milliseconds. */
const LOOK_MS = 500;

/** `logs`: log events of a lab's functions in a running cloud, as `sam logs` prints them. */
export const logs: FrontDoor = async (args, { root, signal, print, say }) => {
  const read = readArguments(args, options, { usage, most: 2, print });
  if (!read) return 0;
  const { values, positionals } = read;
  const lab = await requireLab(root, positionals[0], 'logs');
  const cloud = await connectToCloud(values.endpoint, signal);
  const functions = await findFunctions(cloud, lab, positionals[1]);
  const named = functions.length > 1;

  let events = await readLogs(cloud, functions, { pattern: values.filter });
  for (const event of events) print(lineOf(event, named));
  if (!values.tail) {
    if (events.length === 0) say('Nothing was logged.');
    return 0;
  }
  // Events of the newest millisecond may still get company: it is read again, and what was shown is left out.
  let from = events.at(-1)?.at;
  let shown = new Set(events.filter(({ at }) => at === from).map(({ id }) => id));
  for (;;) {
    await pause(LOOK_MS, signal);
    events = await readLogs(cloud, functions, { from, pattern: values.filter });
    for (const event of events) if (!shown.has(event.id)) print(lineOf(event, named));
    const newest = events.at(-1)?.at;
    if (newest === undefined) continue;
    from = newest;
    shown = new Set(events.filter(({ at }) => at === newest).map(({ id }) => id));
  }
};

function lineOf({ at, message, function: name }: LogEvent, named: boolean): string {
  const time = pc.dim(new Date(at).toISOString());
  return `${time} ${named ? `${pc.cyan(name)} ` : ''}${message.trimEnd()}`;
}
