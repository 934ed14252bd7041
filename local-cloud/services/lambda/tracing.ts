import { rolePrincipal } from '../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../service.ts';
import { type Daemon, openDaemon } from '../xray/daemon.ts';
import type { XRayOperations } from '../xray/index.ts';
import { createSampler } from '../xray/sampler.ts';
import type { EnvironmentConfig } from './environment.ts';
import type { FunctionError } from './function-error.ts';
import { newSegmentId, newTraceHeader, parseTraceHeader, writeTraceHeader } from './trace-header.ts';

/** How X-Ray sees one invocation: what Lambda does, the function within it, and the handler's run within that. */
export interface InvocationTrace {
  readonly traceId: string;
  readonly callerId: string | undefined;
  readonly serviceId: string;
  readonly functionId: string;
  readonly invocationId: string;
  /** Trace headers of the messages of a batch. */
  readonly linked: readonly string[];
  readonly acceptedAt: number;
}

/** When an invocation began and ended, in epoch milliseconds of cloud time. */
export interface InvocationTimes {
  /** The environment was there, or began to start. */
  startedAt: number;
  initMs: number | undefined;
  handlerAt: number;
  handlerEndedAt: number;
  endedAt: number;
}

/** What came of an invocation, for X-Ray. */
export interface TracedOutcome {
  functionArn: string;
  requestId: string;
  times?: InvocationTimes;
  error?: FunctionError;
  throttled?: boolean;
}

export type Tracing = ReturnType<typeof createTracing>;

/** So many functions' runs are remembered, to know whose role a subsegment is sent with. */
const MOST_SENDERS = 10_000;

type Sender = Pick<EnvironmentConfig, 'functionName' | 'roleArn'>;

/**
 * Makes Lambda's part in tracing: it decides what is sampled, writes two segments for each invocation, and runs the
 * daemon that functions send their subsegments to. All of it is sent with the function's role; without the right to
 * do so it is lost.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export function createTracing(cloud: Cloud, xray: Pick<Guarded<XRayOperations>, 'PutTraceSegments'>) {
  const isSampled = createSampler(cloud);
  const senders = new Map<string, Sender>();
  const signal = new AbortController().signal;
  let daemon: Promise<Daemon> | undefined;

  function remember(id: string, sender: Sender): void {
    senders.set(id, sender);
    if (senders.size > MOST_SENDERS) senders.delete(senders.keys().next().value as string);
  }

  async function send(documents: readonly string[], { functionName, roleArn }: Sender): Promise<void> {
    const call: Call = {
      principal: rolePrincipal(cloud, roleArn, functionName),
      requestId: cloud.uuid(),
      signal,
      background: true,
    };
    // A denial is in the journal; the function does not hear of it, as on AWS.
    await Promise.resolve(xray.PutTraceSegments({ TraceSegmentDocuments: [...documents] }, call)).catch(
      () => {},
    );
  }

  /** A subsegment names the run of the handler that it belongs to; one within another names its trace at least. */
  function receive(document: string): void {
    const sender = senderOf(document);
    if (sender) void send([document], sender);
  }

  function senderOf(document: string): Sender | undefined {
    try {
      const { trace_id: traceId, parent_id: parentId } = JSON.parse(document) as Record<string, unknown>;
      return senders.get(String(parentId)) ?? senders.get(String(traceId));
    } catch {
      return undefined;
    }
  }

  return {
    /** Where functions find the daemon; it is opened with the first. */
    async daemonAddress(): Promise<string> {
      daemon ??= openDaemon(receive);
      return (await daemon).address;
    },

    /**
     * Decides whether an invocation is traced.
     * @param header that the request came with, or a new one
     * @param linked trace headers of the messages of a batch
     * @returns the header for the function, and its trace if there is one
     */
    begin(
      header: string,
      config: Sender & Pick<EnvironmentConfig, 'traced'>,
      linked: readonly string[] = [],
    ): { traceHeader: string; trace?: InvocationTrace } {
      const given = parseTraceHeader(header) ?? parseTraceHeader(newTraceHeader(cloud));
      if (!given) return { traceHeader: header };
      const sampled = given.sampled ?? (config.traced && isSampled());
      if (!sampled) {
        const parent = given.parent ?? newSegmentId(cloud);
        return { traceHeader: writeTraceHeader({ ...given, parent, sampled }) };
      }
      const trace: InvocationTrace = {
        traceId: given.root,
        callerId: given.parent,
        serviceId: newSegmentId(cloud),
        functionId: newSegmentId(cloud),
        invocationId: newSegmentId(cloud),
        linked,
        acceptedAt: cloud.clock.now(),
      };
      remember(trace.traceId, config);
      remember(trace.invocationId, config);
      return { traceHeader: writeTraceHeader({ ...given, parent: trace.invocationId, sampled }), trace };
    },

    /** Sends the segments of an invocation that is over. */
    async end(trace: InvocationTrace, config: Sender, outcome: TracedOutcome): Promise<void> {
      // What the handler sent to the daemon before it answered is on its way through the same event loop.
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
      const segments: object[] = [serviceSegment(cloud, trace, config, outcome)];
      if (outcome.times) {
        segments.push(functionSegment(cloud, trace, config, { ...outcome, times: outcome.times }));
      }
      await send(
        segments.map((segment) => JSON.stringify(segment)),
        config,
      );
    },

    async close(): Promise<void> {
      const opened = daemon;
      daemon = undefined;
      (await opened)?.close();
    },
  };
}

function serviceSegment(
  cloud: Cloud,
  trace: InvocationTrace,
  { functionName }: Sender,
  outcome: TracedOutcome,
) {
  const { throttled, error, requestId, functionArn } = outcome;
  return {
    name: functionName,
    id: trace.serviceId,
    trace_id: trace.traceId,
    ...(trace.callerId !== undefined && { parent_id: trace.callerId }),
    start_time: trace.acceptedAt / 1000,
    end_time: cloud.clock.now() / 1000,
    origin: 'AWS::Lambda',
    resource_arn: functionArn,
    http: { response: { status: throttled ? 429 : 200 } },
    aws: { request_id: requestId },
    ...(throttled && { throttle: true, error: true }),
    ...(error && { fault: true }),
    ...linksOf(trace),
  };
}

function functionSegment(
  cloud: Cloud,
  trace: InvocationTrace,
  { functionName }: Sender,
  { functionArn, requestId, error, times }: TracedOutcome & { times: InvocationTimes },
) {
  const { startedAt, initMs, handlerAt, handlerEndedAt, endedAt } = times;
  const part = (name: string, id: string, from: number, to: number, more: object = {}) => ({
    ...{ name, id, start_time: from / 1000, end_time: to / 1000 },
    ...more,
  });
  return {
    ...part(functionName, trace.functionId, initMs === undefined ? handlerAt : startedAt, endedAt),
    trace_id: trace.traceId,
    parent_id: trace.serviceId,
    origin: 'AWS::Lambda::Function',
    resource_arn: functionArn,
    aws: {
      account_id: cloud.accountId,
      function_arn: functionArn,
      request_id: requestId,
      resource_names: [functionName],
    },
    ...(error && { fault: true }),
    subsegments: [
      ...(initMs === undefined
        ? []
        : [part('Initialization', newSegmentId(cloud), startedAt, startedAt + initMs)]),
      part('Invocation', trace.invocationId, handlerAt, handlerEndedAt, error && faultOf(cloud, error)),
      part('Overhead', newSegmentId(cloud), handlerEndedAt, endedAt),
    ],
  };
}

function faultOf(cloud: Cloud, { errorType, errorMessage }: FunctionError): object {
  const exception = { id: newSegmentId(cloud), type: errorType, message: errorMessage };
  return { fault: true, cause: { exceptions: [exception] } };
}

/**
 * A batch of messages is a trace of its own, linked to those that the messages belong to.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
 */
function linksOf({ linked }: InvocationTrace): object {
  const links = linked.flatMap((header) => {
    const { root, parent } = parseTraceHeader(header) ?? {};
    if (root === undefined || parent === undefined) return [];
    return [
      {
        trace_id: root,
        id: parent,
        attributes: { ReferenceType: 'parent', 'aws.xray.reserved.reference_type': 'parent' },
      },
    ];
  });
  return links.length > 0 ? { links } : {};
}
