import pc from 'picocolors';
import type { LogEvent } from './function-logs.ts';

/** One execution of a function, as its log tells it. A retry of an event has the same request id. */
export interface Execution {
  requestId: string;
  function: string;
  /** Cloud time of its START in epoch milliseconds. */
  startedAt: number;
  /** 1 for the first execution with this request id. */
  attempt: number;
  cold: boolean;
  /** What the function itself logged. */
  lines: readonly LogEvent[];
  /** Absent while it is under way. */
  report?: Report;
}

interface Report {
  at: number;
  durationMs: number;
  billedMs: number;
  memoryMb: number;
  maxMemoryUsedMb: number;
  initMs?: number;
  /** `error` or `timeout`; absent when it returned, and when an error was the handler's own. */
  status?: string;
}

/**
 * Groups log events by execution. An execution environment runs one at a time, so in its log stream all between START
 * and REPORT is one execution's. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 * @param events oldest first
 * @returns oldest first
 */
export function executionsOf(events: readonly LogEvent[]): readonly Execution[] {
  const executions: (Execution & { lines: LogEvent[] })[] = [];
  const running = new Map<string, Execution & { lines: LogEvent[] }>();
  const fresh = new Set<string>();
  const attempts = new Map<string, number>();
  for (const event of events) {
    const platform = readPlatform(event.message);
    if (platform?.type === 'init') fresh.add(event.stream);
    if (platform?.type === 'start') {
      const attempt = (attempts.get(platform.requestId) ?? 0) + 1;
      attempts.set(platform.requestId, attempt);
      const begun = {
        requestId: platform.requestId,
        function: event.function,
        startedAt: event.at,
        attempt,
        cold: fresh.delete(event.stream),
        lines: [],
      };
      executions.push(begun);
      running.set(event.stream, begun);
    }
    const current = running.get(event.stream);
    if (!current) continue;
    if (platform?.type === 'report') {
      current.report = { ...platform.report, at: event.at };
      running.delete(event.stream);
    } else if (!platform) current.lines.push(event);
  }
  return executions;
}

/** An execution as lines: what it was, what it logged, how it ended. */
export function executionLines(execution: Execution): readonly string[] {
  const { requestId, startedAt, attempt, cold, report } = execution;
  const when = new Date(startedAt).toISOString();
  const retry = attempt > 1 ? pc.yellow(`  attempt ${attempt}`) : '';
  const init = report?.initMs === undefined ? '' : `, init ${report.initMs} ms`;
  const start = cold ? pc.cyan(`  cold start${init}`) : '';
  const lines = [`${pc.dim(when)} ${pc.bold(execution.function)} ${requestId}${start}${retry}`];
  for (const { at, message } of execution.lines)
    lines.push(`  ${offset(at - startedAt)}  ${withoutPrefix(message, requestId)}`);
  if (!report) return [...lines, `  ${pc.dim('under way, or its environment ended without a report')}`];
  const { durationMs, billedMs, memoryMb, maxMemoryUsedMb, status } = report;
  const ended = status ? pc.red(status) : 'ended';
  const facts = `${durationMs} ms, billed ${billedMs} ms, ${maxMemoryUsedMb} of ${memoryMb} MB`;
  return [...lines, `  ${offset(report.at - startedAt)}  ${ended} after ${facts}`];
}

type Platform =
  | { type: 'init' }
  | { type: 'other' }
  | { type: 'start'; requestId: string }
  | { type: 'report'; report: Omit<Report, 'at'> };

/** What Lambda itself logged, in its text or its JSON format; undefined for what the function logged. */
function readPlatform(message: string): Platform | undefined {
  const start = /^START RequestId: (\S+)/.exec(message);
  if (start) return { type: 'start', requestId: start[1] ?? '' };
  if (message.startsWith('INIT_START ')) return { type: 'init' };
  if (/^END RequestId: |^INIT_REPORT /.test(message)) return { type: 'other' };
  if (message.startsWith('REPORT RequestId: ')) {
    const number = (name: string) => Number(new RegExp(`\\t${name}: ([\\d.]+)`).exec(message)?.[1]);
    const initMs = number('Init Duration');
    return {
      type: 'report',
      report: {
        durationMs: number('Duration'),
        billedMs: number('Billed Duration'),
        memoryMb: number('Memory Size'),
        maxMemoryUsedMb: number('Max Memory Used'),
        ...(!Number.isNaN(initMs) && { initMs }),
        status: /\tStatus: (\w+)/.exec(message)?.[1],
      },
    };
  }
  return message.startsWith('{') ? readJsonPlatform(message) : undefined;
}

interface PlatformRecord {
  requestId?: string;
  status?: string;
  metrics?: {
    durationMs?: number;
    billedDurationMs?: number;
    memorySizeMB?: number;
    maxMemoryUsedMB?: number;
    initDurationMs?: number;
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function readJsonPlatform(message: string): Platform | undefined {
  let parsed: { type?: unknown; record?: PlatformRecord };
  try {
    parsed = JSON.parse(message);
  } catch {
    return undefined;
  }
  const { type, record = {} } = parsed;
  if (typeof type !== 'string' || !type.startsWith('platform.')) return undefined;
  if (type === 'platform.initStart') return { type: 'init' };
  if (type === 'platform.start') return { type: 'start', requestId: record.requestId ?? '' };
  if (type !== 'platform.report') return { type: 'other' };
  const { metrics = {}, status } = record;
  return {
    type: 'report',
    report: {
      durationMs: metrics.durationMs ?? 0,
      billedMs: metrics.billedDurationMs ?? 0,
      memoryMb: metrics.memorySizeMB ?? 0,
      maxMemoryUsedMb: metrics.maxMemoryUsedMB ?? 0,
      ...(metrics.initDurationMs !== undefined && { initMs: metrics.initDurationMs }),
      ...(status !== 'success' && { status }),
    },
  };
}

/** The text format begins each line with time and request id, which the heading has. */
function withoutPrefix(message: string, requestId: string): string {
  const parts = message.trimEnd().split('\t');
  return parts[1] === requestId ? parts.slice(2).join(' ') : parts.join(' ');
}

function offset(ms: number): string {
  return pc.dim(`+${ms} ms`.padStart(9));
}
