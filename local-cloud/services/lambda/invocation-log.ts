import { arnOf, type Cloud } from '../../service.ts';
import type { Environment, InitOutcome, InvocationOutcome } from './environment.ts';
import type { LogWriter } from './log-writer.ts';
import { createFilter, createJsonLog, createTextLog } from './platform-log.ts';
import type { PoolRequest } from './pool.ts';
import { billedDuration, type Report, scaledDuration } from './report.ts';

/** What Lambda writes around an invocation, in the log of its environment and in the account's journal. */
export interface InvocationLog {
  /** One log event of the function itself. */
  write(text: string): void;
  initStart(): void;
  /** Sends the log, and counts what an init costs that no invocation waited for. */
  initEnd(init: InitOutcome): Promise<void>;
  start(request: PoolRequest): void;
  /**
   * Writes the report, sends the log and counts what the invocation costs.
   * @param initMs of a cold start
   * @returns the last 4 KB of the invocation's log
   */
  end(request: PoolRequest, outcome: InvocationOutcome, initMs: number | undefined): Promise<string>;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: LogType Tail */
const TAIL_BYTES = 4096;

export function createInvocationLog(
  cloud: Cloud,
  environment: Environment,
  writer: LogWriter,
): InvocationLog {
  const { config } = environment;
  const resource = arnOf(cloud, 'lambda', `function:${config.functionName}`);
  let tail: string[] = [];
  let tailLength = 0;

  const isJson = config.logging.format === 'JSON';
  const platform = (isJson ? createJsonLog : createTextLog)(cloud, environment, write);
  const isTooDetailed = createFilter(environment);

  function write(text: string): void {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    writer.write(text);
    tail.push(line);
    tailLength += line.length;
    while (tailLength - (tail[0]?.length ?? 0) > TAIL_BYTES) tailLength -= tail.shift()?.length ?? 0;
  }

  function forgetTail(): void {
    tail = [];
    tailLength = 0;
  }

  return {
    write(text) {
      if (!isTooDetailed(text)) write(text);
    },
    initStart: () => platform.initStart(),
    initEnd(init) {
      platform.initEnd(init);
      if (config.initializationType === 'on-demand') return Promise.resolve();
      recordCost(init.durationMs);
      forgetTail();
      return writer.flush();
    },
    start: (request) => platform.start(request),
    async end(request, outcome, initMs) {
      const { requestId } = request;
      const crashed = !environment.alive && !outcome.timedOut;
      const report: Report = {
        requestId,
        durationMs: outcome.timedOut
          ? outcome.durationMs
          : scaledDuration(
              { wallMs: outcome.durationMs, cpuMs: outcome.cpuMs },
              config.memoryMb,
              request.timeoutSeconds * 1000,
            ),
        initMs,
        memoryMb: config.memoryMb,
        maxMemoryMb: Math.min(outcome.maxMemoryMb, config.memoryMb),
        status: outcome.timedOut ? 'timeout' : crashed ? 'error' : undefined,
        errorType: outcome.error?.errorType,
        trace: request.trace,
      };
      platform.end(request, outcome, report, crashed);
      record(request, report);
      const text = tail.join('');
      forgetTail();
      await writer.flush();
      return Buffer.from(text).subarray(-TAIL_BYTES).toString('utf8');
    },
  };

  function record({ requestId, invocationType }: PoolRequest, report: Report): void {
    const { functionName, version, memoryMb } = config;
    const billedMs = billedDuration(report);
    cloud.journal.record({
      type: 'invocation',
      functionName,
      version,
      environmentId: environment.id,
      requestId,
      invocationType,
      durationMs: report.durationMs,
      billedMs,
      ...(report.initMs !== undefined && { initMs: report.initMs }),
      memoryMb,
      maxMemoryUsedMb: report.maxMemoryMb,
      ...(report.errorType && { error: report.errorType }),
    });
    cloud.journal.record({ type: 'cost', unit: 'lambda-request', resource, amount: 1 });
    recordCost(billedMs);
  }

  /** @param billedMs of an invocation, or of an init; https://aws.amazon.com/lambda/pricing/ */
  function recordCost(billedMs: number): void {
    const amount = (Math.ceil(billedMs) / 1000) * (config.memoryMb / 1024);
    cloud.journal.record({ type: 'cost', unit: 'gb-second', resource, amount });
  }
}
