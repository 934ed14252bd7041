import { arnOf, type Cloud } from '../../service.ts';
import type { Environment, InitOutcome, InvocationOutcome } from './environment.ts';
import type { LogWriter } from './log-writer.ts';
import type { PoolRequest } from './pool.ts';
import { billedDuration, type Report, reportLine, scaledDuration } from './report.ts';

/** What Lambda writes around an invocation, in the log of its environment and in the account's journal. */
export interface InvocationLog {
  /** One log event of the function itself. */
  write(text: string): void;
  initStart(runtime: string): void;
  initEnd(init: InitOutcome): void;
  start(requestId: string): void;
  /**
   * Writes END and REPORT, sends the log and counts what the invocation costs.
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
  let tail: string[] = [];
  let tailLength = 0;

  function write(text: string): void {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    writer.write(text);
    tail.push(line);
    tailLength += line.length;
    while (tailLength - (tail[0]?.length ?? 0) > TAIL_BYTES) tailLength -= tail.shift()?.length ?? 0;
  }

  return {
    write,
    initStart(runtime) {
      const arn = `arn:${cloud.partition}:lambda:${cloud.region}::runtime:${runtime}-local`;
      write(`INIT_START Runtime Version: ${runtime}\tRuntime Version ARN: ${arn}\n`);
    },
    initEnd({ durationMs, timedOut, error }) {
      const status = timedOut ? 'timeout' : error ? `error\tError Type: ${error.errorType}` : undefined;
      if (!status) return;
      write(`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${status}\n`);
    },
    start(requestId) {
      write(`START RequestId: ${requestId} Version: ${config.version}\n`);
    },
    async end(request, outcome, initMs) {
      const { requestId } = request;
      const crashed = !environment.alive && !outcome.timedOut;
      if (outcome.timedOut) {
        const seconds = request.timeoutSeconds.toFixed(2);
        const at = new Date(cloud.clock.now()).toISOString();
        write(`${at} ${requestId} Task timed out after ${seconds} seconds\n\n`);
      } else if (crashed && outcome.error) {
        write(`${outcome.error.errorMessage}\n${outcome.error.errorType}\n`);
      }
      write(`END RequestId: ${requestId}\n`);
      const report: Report = {
        requestId,
        durationMs: outcome.timedOut
          ? outcome.durationMs
          : scaledDuration(outcome.durationMs, outcome.cpuMs, config.memoryMb),
        initMs,
        memoryMb: config.memoryMb,
        maxMemoryMb: Math.min(outcome.maxMemoryMb, config.memoryMb),
        status: outcome.timedOut ? 'timeout' : crashed ? 'error' : undefined,
        errorType: outcome.error?.errorType,
      };
      write(reportLine(report));
      record(request, report);
      const text = tail.join('');
      tail = [];
      tailLength = 0;
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
    const resource = arnOf(cloud, 'lambda', `function:${functionName}`);
    const gbSeconds = (billedMs / 1000) * (memoryMb / 1024);
    cloud.journal.record({ type: 'cost', unit: 'lambda-request', resource, amount: 1 });
    cloud.journal.record({ type: 'cost', unit: 'gb-second', resource, amount: gbSeconds });
  }
}
