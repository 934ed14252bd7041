import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import type { AsyncQueue } from './async/queue.ts';
import type { Concurrency } from './concurrency.ts';
import type { EnvironmentConfig } from './environment.ts';
import { checkEventJson } from './event-json.ts';
import type { Functions, StoredFunction } from './functions.ts';
import { parseQualified } from './names.ts';
import type { Pool, PoolRequest, PoolResult } from './pool.ts';
import { enterFunction, loopDetected } from './recursion.ts';
import { newTraceHeader } from './trace-header.ts';
import type { Tracing } from './tracing.ts';
import type { FunctionVersion } from './versions.ts';

/** Synchronous and asynchronous payloads. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_EVENT_BYTES = { RequestResponse: 6_291_456, DryRun: 6_291_456, Event: 1_048_576 } as const;

/** Runs one event on a function, when a concurrency slot is free. */
export interface Invoker {
  /** A function that is in a loop with itself is not run. */
  run(
    stored: StoredFunction,
    event: Uint8Array,
    options: Pick<PoolRequest, 'requestId' | 'invocationType' | 'clientContext'> & {
      traceHeader?: string;
      /** Trace headers of the messages of a batch. */
      linked?: readonly string[];
    },
  ): Promise<PoolResult | { throttled: string } | { isLoop: true }>;
}

export function createInvoker(
  cloud: Cloud,
  {
    functions,
    pool,
    concurrency,
    tracing,
  }: { functions: Functions; pool: Pool; concurrency: Concurrency; tracing: Tracing },
): Invoker {
  return {
    async run(stored, event, options) {
      const config = environmentConfig(stored);
      const entry = functions.entry(stored.name);
      const given = options.traceHeader ?? newTraceHeader(cloud);
      const { traceHeader: entered, isLoop } = enterFunction(given, entry);
      if (isLoop && entry.recursiveLoop === 'Terminate') {
        const { requestId } = options;
        cloud.journal.record({ type: 'recursion', functionName: stored.name, requestId });
        return { isLoop };
      }
      const { traceHeader, trace } = tracing.begin(entered, config, options.linked);
      const told = { functionArn: stored.arn, requestId: options.requestId };
      const slot = concurrency.acquire(stored.name, pool.hasProvisioned(config));
      if ('throttled' in slot) {
        cloud.journal.record({ type: 'throttle', functionName: stored.name, reason: slot.throttled });
        if (trace) await tracing.end(trace, config, { ...told, throttled: true });
        return slot;
      }
      try {
        const result = await pool.invoke({
          ...options,
          traceHeader,
          trace,
          event,
          config,
          timeoutSeconds: stored.settings.timeoutSeconds,
          functionArn: stored.arn,
        });
        if (trace) await tracing.end(trace, config, { ...told, times: result.times, error: result.error });
        return result;
      } finally {
        slot.release();
      }
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function createInvokeOperation(functions: Functions, invoker: Invoker, queue: AsyncQueue) {
  return async (input: InvocationRequest, call: Call): Promise<InvocationResponse> => {
    const type = input.InvocationType ?? 'RequestResponse';
    if (!isInvocationType(type)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
      );
    }
    if (input.DurableExecutionName) throw notSupported("Lambda's DurableExecutionName");
    if (input.TenantId) throw notSupported("Lambda's TenantId");
    const stored = invoked(functions, input);
    const event = eventOf(input.Payload as Uint8Array | undefined, LARGEST_EVENT_BYTES[type]);
    const clientContext = clientContextOf(input.ClientContext);
    if (type === 'DryRun') return { StatusCode: 204 };
    if (type === 'Event') {
      // The client context is for synchronous invocations only.
      const target = () => ({
        entry: functions.entry(input.FunctionName),
        stored: invoked(functions, input),
      });
      const { requestId, traceHeader } = call;
      queue.accept({ requestId, target, payload: event, traceHeader });
      return { StatusCode: 202 };
    }
    const run = () =>
      invoker.run(stored, event, {
        requestId: call.requestId,
        invocationType: 'RequestResponse',
        clientContext,
        traceHeader: call.traceHeader,
      });
    // The caller only waits: the environment itself holds the clock, or sets it aside in a long poll of its own.
    const outcome = await (call.work ? call.work.suspend(run) : run());
    if ('isLoop' in outcome) throw loopDetected();
    if ('throttled' in outcome) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        members: { Reason: outcome.throttled, Type: 'User' },
      });
    }
    return {
      StatusCode: 200,
      ExecutedVersion: stored.version,
      Payload: outcome.payload as Uint8Array as InvocationResponse['Payload'],
      ...(outcome.error && { FunctionError: 'Unhandled' }),
      ...(input.LogType === 'Tail' && { LogResult: Buffer.from(outcome.log).toString('base64') }),
    };
  };
}

/** Who names no version is told of `$LATEST` when the function is not there; a handler sees the ARN that was named. */
function invoked(functions: Functions, { FunctionName, Qualifier }: InvocationRequest): StoredFunction {
  const { qualifier } = parseQualified(FunctionName, Qualifier, true);
  const { arn, ...stored } = functions.pick(FunctionName, qualifier ?? '$LATEST');
  return { ...stored, arn: qualifier === undefined ? functions.entry(FunctionName).arn : arn };
}

function clientContextOf(encoded: string | undefined): string | undefined {
  if (!encoded) return undefined;
  try {
    const json = Buffer.from(encoded, 'base64').toString('utf8');
    JSON.parse(json);
    return json;
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}

function isInvocationType(type: string): type is keyof typeof LARGEST_EVENT_BYTES {
  return Object.hasOwn(LARGEST_EVENT_BYTES, type);
}

function eventOf(payload: Uint8Array | undefined, largestBytes: number): Uint8Array {
  if (!payload || payload.length === 0) return Buffer.from('{}');
  if (payload.length > largestBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${largestBytes} bytes for the InvokeFunction operation`,
      { status: 413 },
    );
  }
  checkEventJson(payload);
  return payload;
}

/** What an environment for a version is made from. */
export function environmentConfig(stored: FunctionVersion): EnvironmentConfig {
  const { settings } = stored;
  return {
    functionName: stored.name,
    version: stored.version,
    deploymentId: stored.deploymentId,
    initializationType: 'on-demand',
    runtime: settings.runtime,
    handler: settings.handler,
    memoryMb: settings.memoryMb,
    roleArn: settings.roleArn,
    variables: settings.variables ?? {},
    taskRoot: stored.code.folder,
    logging: settings.logging,
    traced: settings.tracing === 'Active',
  };
}
