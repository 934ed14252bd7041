import pc from 'picocolors';
import type { JournalEntry } from '../../local-cloud/journal.ts';

/**
 * What happened in an account as lines, oldest first, each with the time since the first.
 * Log lines, what Lambda does to keep them, idle polls and what is only counted for the bill are left out.
 * @param entries of the account's journal
 * @param resources of the stack, by logical id, under which they are shown
 */
export function timelineOf(
  entries: readonly JournalEntry[],
  resources: Readonly<Record<string, { physicalId: string }>>,
): readonly string[] {
  const names = Object.entries(resources).map(
    ([logicalId, { physicalId }]) => [physicalId.slice(physicalId.lastIndexOf('/') + 1), logicalId] as const,
  );
  const shown = entries.flatMap((entry) => {
    const text = isHousekeeping(entry) ? undefined : describe(entry);
    if (text === undefined) return [];
    const named = names.reduce((sofar, [own, name]) => (own ? sofar.replaceAll(own, name) : sofar), text);
    return [{ at: startOf(entry), text: named }];
  });
  shown.sort((one, other) => one.at - other.at);
  const start = shown[0]?.at ?? 0;
  return shown.map(({ at, text }) => `${pc.dim(`+${since(at - start)}`)}  ${text}`);
}

/** Calls that Lambda makes all the time, whatever a handler does. */
function isHousekeeping(entry: JournalEntry): boolean {
  if (entry.type !== 'call' || entry.error !== undefined) return false;
  return entry.service === 'logs' || (entry.service === 'sqs' && entry.operation === 'ReceiveMessage');
}

/** Calls and invocations are journaled at their end; a reader wants to see them where they began. */
function startOf(entry: JournalEntry): number {
  if (entry.type === 'call' || entry.type === 'request') return entry.at - entry.durationMs;
  if (entry.type === 'invocation') return entry.at - entry.durationMs;
  if (entry.type === 'cold-start') return entry.at - entry.initMs;
  return entry.at;
}

function describe(entry: JournalEntry): string | undefined {
  switch (entry.type) {
    case 'request':
      return `request     ${entry.method} ${entry.path} → ${entry.status} ${took(entry.durationMs)}${
        entry.integrationError ? `  ${pc.red(entry.integrationError)}` : ''
      }`;
    case 'call':
      return `call        ${entry.service}:${entry.operation}  ${entry.resources.map(nameOf).join(', ')} ${took(
        entry.durationMs,
      )}  ${pc.dim(`by ${nameOf(entry.principal)}`)}${entry.error ? `  ${pc.red(entry.error)}` : ''}`;
    case 'denial':
      return `${pc.red('denied')}      ${entry.action} on ${entry.resource}  ${pc.dim(`by ${nameOf(entry.principal)}`)}`;
    case 'delivery':
      return `delivery    ${nameOf(entry.from)} → ${nameOf(entry.to)}  ${plural(entry.messageIds.length, 'message')}`;
    case 'cold-start':
      return `cold start  ${entry.functionName}  init ${took(entry.initMs)}`;
    case 'invocation':
      return `invocation  ${entry.functionName}  ${took(entry.durationMs)}, billed ${entry.billedMs} ms, ${
        entry.maxMemoryUsedMb
      } of ${entry.memoryMb} MB  ${pc.dim(entry.requestId)}${entry.error ? `  ${pc.red(entry.error)}` : ''}`;
    case 'throttle':
      return `${pc.yellow('throttled')}   ${entry.functionName}  ${entry.reason}`;
    case 'retry':
      return `retry       ${nameOf(entry.what)}  attempt ${entry.attempt} after ${took(entry.delayMs)}`;
    case 'async-event':
      return `async       ${entry.functionName}  ${entry.what} at the age of ${took(entry.ageMs)}${
        entry.reason ? `  ${pc.red(entry.reason)}` : ''
      }`;
    case 'recursion':
      return `${pc.red('loop')}        ${entry.functionName} was not run  ${pc.dim(entry.requestId)}`;
    case 'expiry':
      return `expired     ${nameOf(entry.resource)}  ${plural(entry.count, 'item')}`;
    case 'alarm':
      return `alarm       ${entry.alarmName}  ${entry.from} → ${entry.to}  ${pc.dim(entry.reason)}`;
    case 'environment-end':
      return `env ended   ${entry.functionName}  ${entry.reason}`;
    default:
      return undefined;
  }
}

/** An ARN's last parts are what a reader knows it by. */
function nameOf(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const name = arn.split(':').slice(5).join(':');
  return name.startsWith('assumed-role/') ? (name.split('/').at(-1) ?? name) : name;
}

function took(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Number(ms.toFixed(1))} ms`;
}

function since(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`.padStart(10);
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
