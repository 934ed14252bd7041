import type { SystemLevel } from './log-settings.ts';

/** What a function's platform log tells, in the JSON format. Durations are milliseconds. */
export type PlatformEvent =
  | {
      type: 'platform.initStart';
      record: {
        initializationType: string;
        phase: 'init';
        runtimeVersion: string;
        runtimeVersionArn: string;
        functionName: string;
        functionVersion: string;
        instanceId: string;
        /** Bytes. */
        instanceMaxMemory: number;
      };
    }
  | { type: 'platform.initRuntimeDone'; record: InitRecord }
  | { type: 'platform.initReport'; record: InitRecord & { metrics: { durationMs: number } } }
  | {
      type: 'platform.start';
      record: { requestId: string; functionArn: string; version: string };
    }
  | {
      type: 'platform.runtimeDone';
      record: {
        requestId: string;
        status: Status;
        errorType?: string;
        metrics: { durationMs: number; producedBytes: number };
      };
    }
  | {
      type: 'platform.report';
      record: {
        requestId: string;
        metrics: {
          durationMs: number;
          billedDurationMs: number;
          memorySizeMB: number;
          maxMemoryUsedMB: number;
          initDurationMs?: number;
        };
        status: Status;
        errorType?: string;
      };
    };

export type Status = 'success' | 'error' | 'timeout';

interface InitRecord {
  initializationType: string;
  phase: 'init';
  status: Status;
  errorType?: string;
}

/** One line of JSON. https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
export function platformLine(time: number, { type, record }: PlatformEvent): string {
  return JSON.stringify({ time: new Date(time).toISOString(), type, record });
}

/**
 * The level that Lambda gives an event.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html#monitoring-cloudwatchlogs-log-level-mapping
 */
export function levelOf(event: PlatformEvent): SystemLevel {
  switch (event.type) {
    case 'platform.initStart':
    case 'platform.start':
      return 'INFO';
    case 'platform.report':
      return event.record.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.initReport':
      if (event.record.status !== 'success') return 'WARN';
      return event.record.initializationType === 'on-demand' ? 'DEBUG' : 'INFO';
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return event.record.status === 'success' ? 'DEBUG' : 'WARN';
  }
}
