import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Lab } from '../catalog.ts';
import { WorkshopError } from './folders.ts';
import { findStack, type RunningCloud, stackNameOf } from './running-cloud.ts';

/** A function of a lab in a running cloud. */
export interface LoggedFunction {
  logicalId: string;
  functionName: string;
  logGroup: string;
}

export interface LogEvent {
  id: string;
  /** Logical id of the function. */
  function: string;
  /** Log stream: one for each execution environment. */
  stream: string;
  /** Cloud time in epoch milliseconds. */
  at: number;
  message: string;
}

/**
 * Finds the functions of a deployed lab.
 * @param name logical id (with or without CDK's hash) or name of the only function that is asked for
 * @throws WorkshopError when the lab is not deployed there, or has no such function
 */
export async function findFunctions(
  cloud: RunningCloud,
  lab: Lab,
  name: string | undefined,
): Promise<readonly LoggedFunction[]> {
  const StackName = stackNameOf(lab);
  if (!(await findStack(cloud, StackName))) {
    throw new WorkshopError(
      `Lab ${lab.number} is not deployed at ${cloud.endpoint}: there is no stack ${StackName}. ` +
        `Deploy it: npm run workshop -- deploy ${lab.number}`,
    );
  }
  const { StackResources = [] } = await cloud.cloudformation.send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  const all = StackResources.filter(
    ({ ResourceType, PhysicalResourceId }) => ResourceType === 'AWS::Lambda::Function' && PhysicalResourceId,
  ).map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => ({
    logicalId: LogicalResourceId,
    functionName: PhysicalResourceId,
  }));
  const known = all.map(({ logicalId }) => logicalId).join(', ');
  if (all.length === 0) throw new WorkshopError(`The stack of lab ${lab.number} has no function.`);
  const wanted = name === undefined ? all : all.filter((one) => isNamed(one, name));
  if (wanted.length === 0)
    throw new WorkshopError(`Lab ${lab.number} has no function ${name}. It has: ${known}.`);
  return Promise.all(
    wanted.map(async (one) => {
      const { LoggingConfig } = await cloud.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: one.functionName }),
      );
      return { ...one, logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${one.functionName}` };
    }),
  );
}

/**
 * Reads what functions logged, oldest first.
 * @param options.from cloud time in epoch milliseconds from which on to read
 * @param options.pattern a filter pattern of CloudWatch Logs
 * @throws WorkshopError when the pattern is not one
 */
export async function readLogs(
  { logs }: RunningCloud,
  functions: readonly LoggedFunction[],
  { from, pattern }: { from?: number; pattern?: string } = {},
): Promise<readonly LogEvent[]> {
  const found: LogEvent[] = [];
  for (const { logGroup, logicalId } of functions) {
    let nextToken: string | undefined;
    do {
      const page = await logs
        .send(
          new FilterLogEventsCommand({
            logGroupName: logGroup,
            startTime: from,
            filterPattern: pattern,
            nextToken,
          }),
        )
        .catch((error: Error) => {
          // Lambda makes the group when the function first logs.
          if (error.name === 'ResourceNotFoundException') return { events: [], nextToken: undefined };
          if (error.name === 'InvalidParameterException' && pattern !== undefined)
            throw new WorkshopError(`--filter ${pattern}: ${error.message}`);
          throw error;
        });
      for (const { eventId = '', timestamp = 0, message = '', logStreamName = '' } of page.events ?? [])
        found.push({ id: eventId, function: logicalId, stream: logStreamName, at: timestamp, message });
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return found.sort((one, other) => one.at - other.at);
}

function isNamed({ logicalId, functionName }: Omit<LoggedFunction, 'logGroup'>, name: string): boolean {
  // CDK ends logical ids with eight hex digits.
  return [logicalId, logicalId.replace(/[0-9A-F]{8}$/, ''), functionName].includes(name);
}
