import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import pc from 'picocolors';
import { findStack, type RunningCloud } from './running-cloud.ts';

/** Real time between two looks at a stack that is being worked on, in milliseconds. */
const LOOK_MS = 200;

export interface StackWork {
  cloud: RunningCloud;
  stackName: string;
  signal: AbortSignal;
  /** Takes a line for each resource that changes. */
  say: (line: string) => void;
}

/**
 * Waits until CloudFormation is done with a stack, and says what happens to its resources.
 * @param seen ids of events from before
 * @returns the stack as it is now; undefined when it was deleted
 */
export async function followStack(
  { cloud, stackName, signal, say }: StackWork,
  seen: ReadonlySet<string>,
): Promise<Stack | undefined> {
  const shown = new Set(seen);
  const id = (await findStack(cloud, stackName))?.StackId ?? stackName;
  for (;;) {
    signal.throwIfAborted();
    // By its id: a deleted stack is found by that alone.
    const stack = await findStack(cloud, id);
    const fresh = (await eventsOf(cloud, id)).filter(({ EventId = '' }) => !shown.has(EventId));
    for (const event of fresh.reverse()) {
      shown.add(event.EventId ?? '');
      const line = eventLine(event, id);
      if (line !== undefined) say(line);
    }
    const status = stack?.StackStatus ?? 'DELETE_COMPLETE';
    if (status === 'DELETE_COMPLETE') return undefined;
    if (!status.endsWith('_IN_PROGRESS')) return stack;
    await pause(LOOK_MS, signal);
  }
}

/** Ids of all that happened to a stack so far. */
export async function seenEvents(cloud: RunningCloud, stackName: string): Promise<ReadonlySet<string>> {
  return new Set((await eventsOf(cloud, stackName)).map(({ EventId = '' }) => EventId));
}

/** Deletes a stack and waits. Returns the stack if it is still there. */
export async function deleteStack(work: StackWork): Promise<Stack | undefined> {
  const { cloud, stackName } = work;
  const stack = await findStack(cloud, stackName);
  if (!stack) return undefined;
  const StackName = stack.StackId ?? stackName;
  const seen = await seenEvents(cloud, StackName);
  await cloud.cloudformation.send(new DeleteStackCommand({ StackName }));
  return followStack({ ...work, stackName: StackName }, seen);
}

/** Resolves after so many milliseconds of real time, or rejects when the command is interrupted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Newest first. */
async function eventsOf({ cloudformation }: RunningCloud, StackName: string): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudformation
      .send(new DescribeStackEventsCommand({ StackName, NextToken }))
      .catch((error: Error) => {
        if (/does not exist/.test(error.message)) return { StackEvents: [], NextToken: undefined };
        throw error;
      });
    events.push(...(page.StackEvents ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return events;
}

function eventLine(event: StackEvent, stackId: string): string | undefined {
  const { ResourceStatus = '', LogicalResourceId = '', ResourceType = '', ResourceStatusReason } = event;
  const failed = ResourceStatus.endsWith('_FAILED') || ResourceStatus.includes('ROLLBACK');
  if (ResourceStatus.endsWith('_IN_PROGRESS') && !failed) return undefined;
  if (event.PhysicalResourceId === stackId && !failed) return undefined;
  const paint = failed ? pc.red : pc.green;
  const reason = failed && ResourceStatusReason ? `  ${ResourceStatusReason}` : '';
  return `${paint(ResourceStatus.padEnd(16))} ${ResourceType.padEnd(32)} ${LogicalResourceId}${reason}`;
}
