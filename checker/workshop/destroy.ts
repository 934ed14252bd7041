import { type FrontDoor, readArguments, requireLab } from './front-door.ts';
import { connectToCloud, endpointHelp, endpointOption, findStack, stackNameOf } from './running-cloud.ts';
import { deleteStack } from './stack-progress.ts';

const usage = `npm run workshop -- destroy <lab> [options]

  Deletes the lab's stack from a running cloud (npm run cloud), with all that its tables and queues hold.
  Exit codes: 0 it is gone, or was not there; 1 CloudFormation could not delete it; 2 it could not be done.

${endpointHelp}
  -h, --help             print this`;

/** `destroy`: a lab's stack out of a running cloud. */
export const destroy: FrontDoor = async (args, { root, signal, print, say }) => {
  const read = readArguments(args, endpointOption, { usage, print });
  if (!read) return 0;
  const lab = await requireLab(root, read.positionals[0], 'destroy');
  const cloud = await connectToCloud(read.values.endpoint, signal);
  const stackName = stackNameOf(lab);
  if (!(await findStack(cloud, stackName))) {
    say(`There is no stack ${stackName} at ${cloud.endpoint}: nothing to delete.`);
    return 0;
  }
  const left = await deleteStack({ cloud, stackName, signal, say });
  if (left) {
    say(`${stackName} is ${left.StackStatus}: ${left.StackStatusReason ?? 'see above'}`);
    return 1;
  }
  say(`${stackName} is deleted.`);
  return 0;
};
