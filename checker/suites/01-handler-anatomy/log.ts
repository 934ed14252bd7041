import assert from 'node:assert/strict';
import { type Fixtures, functionLog, type InvocationLog } from '../../fixtures.ts';
import { cut } from './receiver.ts';

/** The log of each invocation of a function, oldest first. */
export async function logOf(
  journal: Fixtures['journal'],
  functionName: string,
): Promise<readonly InvocationLog[]> {
  return functionLog((await journal()).entries, functionName).invocations;
}

/**
 * The level of a log event, in whichever format it was written: a JSON object with a level, a word in front, or the
 * level that Lambda's console puts before the message.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function levelOf(event: string): string {
  const [, consoleLevel, message = event] = /^\d{4}-\S+Z\t[^\t]*\t([A-Z]+)\t([\s\S]*)$/.exec(event) ?? [];
  const own = jsonLevel(message) ?? /^\W{0,2}(warn(?:ing)?|error|fatal|info|debug)\b/i.exec(message)?.[1];
  const level = (own ?? consoleLevel ?? '').toUpperCase();
  return level === 'WARNING' ? 'WARN' : level === 'FATAL' || level === 'CRITICAL' ? 'ERROR' : level;
}

function jsonLevel(message: string): string | undefined {
  try {
    const { level, severity } = JSON.parse(message) as { level?: unknown; severity?: unknown };
    const named = level ?? severity;
    // Loggers that write numbers: https://github.com/pinojs/pino/blob/main/docs/api.md#logger-level
    if (typeof named === 'number') return named >= 50 ? 'ERROR' : named >= 40 ? 'WARN' : 'INFO';
    return typeof named === 'string' ? named : undefined;
  } catch {
    return undefined;
  }
}

/** Asserts that an invocation wrote an event of this level, and returns those. */
export function assertLogged({ events }: InvocationLog, level: string, what: string): readonly string[] {
  const found = events.filter((event) => levelOf(event) === level);
  assert(
    found.length > 0,
    events.length === 0
      ? `${what} left nothing in the log; it should log at level ${level}.`
      : `${what} logged ${events.map((event) => `${levelOf(event) || 'without a level'}: ${cut(event).trimEnd()}`).join(' | ')}; one event should have the level ${level}.`,
  );
  return found;
}

/** Asserts that an invocation wrote no event of this level: an alarm counts them. */
export function assertNotLogged({ events }: InvocationLog, level: string, what: string): void {
  const found = events.find((event) => levelOf(event) === level);
  assert(
    found === undefined,
    `${what} logged at level ${level}, too: ${cut(found).trimEnd()}. An alarm that counts this level goes off for a client's mistake.`,
  );
}

/** A line of a stack, as V8 writes it, in plain text or in JSON. */
export const stackFrame = /(?:^|\n|\\n|")\s*at .+[:(].+\d/;
