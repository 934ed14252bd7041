import type { Cloud } from '../../service.ts';
import type { Environment, InitOutcome, InvocationOutcome } from './environment.ts';
import { APPLICATION_LEVELS, type ApplicationLevel, SYSTEM_LEVELS } from './log-settings.ts';
import { runtimeVersionArn, runtimeVersionName } from './names.ts';
import { levelOf, type PlatformEvent, platformLine, type Status } from './platform-events.ts';
import type { PoolRequest } from './pool.ts';
import { billedDuration, type Report, reportLine } from './report.ts';

/** What Lambda itself says in a function's log. */
export interface PlatformLog {
  initStart(): void;
  initEnd(init: InitOutcome): void;
  start(request: PoolRequest): void;
  /** @param crashed the process ended before it answered */
  end(request: PoolRequest, outcome: InvocationOutcome, report: Report, crashed: boolean): void;
}

/** The text format. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export function createTextLog(
  cloud: Cloud,
  { config }: Environment,
  write: (text: string) => void,
): PlatformLog {
  return {
    initStart() {
      const arn = runtimeVersionArn(cloud, config.runtime);
      write(
        `INIT_START Runtime Version: ${runtimeVersionName(config.runtime)}\tRuntime Version ARN: ${arn}\n`,
      );
    },
    initEnd({ durationMs, timedOut, error }) {
      const status = timedOut ? 'timeout' : error ? `error\tError Type: ${error.errorType}` : undefined;
      if (!status) return;
      write(`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${status}\n`);
    },
    start({ requestId }) {
      write(`START RequestId: ${requestId} Version: ${config.version}\n`);
    },
    end({ requestId, timeoutSeconds }, outcome, report, crashed) {
      if (outcome.timedOut) {
        const at = new Date(cloud.clock.now()).toISOString();
        write(`${at} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n\n`);
      } else if (crashed && outcome.error) {
        write(`${outcome.error.errorMessage}\n${outcome.error.errorType}\n`);
      }
      write(`END RequestId: ${requestId}\n`);
      write(reportLine(report));
    },
  };
}

/** The JSON format, from the function's level for system logs on. */
export function createJsonLog(
  cloud: Cloud,
  { config, logStream }: Environment,
  write: (text: string) => void,
): PlatformLog {
  const least = SYSTEM_LEVELS.indexOf(config.logging.systemLevel);
  const { initializationType } = config;

  function say(event: PlatformEvent): void {
    if (SYSTEM_LEVELS.indexOf(levelOf(event)) >= least) write(platformLine(cloud.clock.now(), event));
  }

  return {
    initStart() {
      say({
        type: 'platform.initStart',
        record: {
          initializationType,
          phase: 'init',
          runtimeVersion: runtimeVersionName(config.runtime),
          runtimeVersionArn: runtimeVersionArn(cloud, config.runtime),
          functionName: config.functionName,
          functionVersion: config.version,
          instanceId: logStream,
          instanceMaxMemory: config.memoryMb * 1024 * 1024,
        },
      });
    },
    initEnd({ durationMs, timedOut, error }) {
      const status = statusOf(timedOut, error);
      const record = {
        initializationType,
        phase: 'init' as const,
        status,
        ...(error && { errorType: error.errorType }),
      };
      say({ type: 'platform.initRuntimeDone', record });
      say({ type: 'platform.initReport', record: { ...record, metrics: { durationMs: round(durationMs) } } });
    },
    start({ requestId, functionArn }) {
      say({ type: 'platform.start', record: { requestId, functionArn, version: config.version } });
    },
    end({ requestId }, outcome, report) {
      const status = statusOf(outcome.timedOut, outcome.error);
      const errorType =
        outcome.error && !outcome.timedOut ? { errorType: outcome.error.errorType } : undefined;
      const durationMs = round(report.durationMs);
      const producedBytes = outcome.error ? 0 : outcome.payload.length;
      say({
        type: 'platform.runtimeDone',
        record: { requestId, status, ...errorType, metrics: { durationMs, producedBytes } },
      });
      const metrics = {
        durationMs,
        billedDurationMs: billedDuration(report),
        memorySizeMB: report.memoryMb,
        maxMemoryUsedMB: report.maxMemoryMb,
        ...(report.initMs !== undefined && { initDurationMs: round(report.initMs) }),
      };
      say({ type: 'platform.report', record: { requestId, metrics, status, ...errorType } });
    },
  };
}

/**
 * What a function writes past the runtime's console: JSON with a level is filtered too, all else counts as INFO.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 * @returns whether an event of the function itself is too detailed for its log
 */
export function createFilter({ config }: Environment): (text: string) => boolean {
  const { format, applicationLevel } = config.logging;
  if (format === 'Text') return () => false;
  const least = APPLICATION_LEVELS.indexOf(applicationLevel);
  return (text) => APPLICATION_LEVELS.indexOf(levelIn(text) ?? 'INFO') < least;
}

function levelIn(text: string): ApplicationLevel | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { level } = JSON.parse(text) as { level?: unknown };
    return APPLICATION_LEVELS.find((known) => known === String(level).toUpperCase());
  } catch {
    return undefined;
  }
}

function statusOf(timedOut: boolean | undefined, error: object | undefined): Status {
  if (timedOut) return 'timeout';
  return error ? 'error' : 'success';
}

/** Microseconds. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
