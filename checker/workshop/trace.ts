import pc from 'picocolors';
import { WorkshopError } from './folders.ts';
import { type FrontDoor, readArguments, requireLab } from './front-door.ts';
import { findFunctions, readLogs } from './function-logs.ts';
import { executionLines, executionsOf } from './log-timeline.ts';
import { connectToCloud, endpointHelp, endpointOption } from './running-cloud.ts';

const usage = `npm run workshop -- trace <lab> [function] [options]

  Prints the last executions of the lab's functions in a running cloud (npm run cloud), each as a timeline: cold
  start, what it logged and when, attempts of one event, how it ended and what it cost. It is put together from the
  functions' logs. Calls, deliveries, denials and throttles are not in a log; one run with all of them:
  npm run workshop -- invoke <lab> -e <event> --trace

  function               only this one, by its logical id or name

      --last <n>         so many executions (default 10)
${endpointHelp}
  -h, --help             print this`;

const options = { ...endpointOption, last: { type: 'string', default: '10' } } as const;

/** `trace`: the last executions of a lab's functions in a running cloud. */
export const trace: FrontDoor = async (args, { root, signal, print, say }) => {
  const read = readArguments(args, options, { usage, most: 2, print });
  if (!read) return 0;
  const { values, positionals } = read;
  const last = Number(values.last);
  if (!Number.isInteger(last) || last < 1)
    throw new WorkshopError(`--last ${values.last}: give a whole number from 1 on.`);
  const lab = await requireLab(root, positionals[0], 'trace');
  const cloud = await connectToCloud(values.endpoint, signal);
  const functions = await findFunctions(cloud, lab, positionals[1]);
  const executions = executionsOf(await readLogs(cloud, functions)).slice(-last);
  if (executions.length === 0) say('No function of this lab has run yet, or its log level hides it.');
  for (const execution of executions) for (const line of executionLines(execution)) print(line);
  say(
    pc.dim(`With calls, deliveries and denials: npm run workshop -- invoke ${lab.number} -e <event> --trace`),
  );
  return 0;
};
