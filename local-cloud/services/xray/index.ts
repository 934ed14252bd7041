import type {
  BatchGetTracesRequest,
  BatchGetTracesResult,
  GetTraceSummariesRequest,
  GetTraceSummariesResult,
  PutTelemetryRecordsRequest,
  PutTelemetryRecordsResult,
  PutTraceSegmentsRequest,
  PutTraceSegmentsResult,
} from '@aws-sdk/client-xray';
import { notSupported } from '../../errors.ts';
import type { Cloud, Permission, Permissions, Service } from '../../service.ts';
import { newSegmentId } from '../lambda/trace-header.ts';
import { readDocument } from './document.ts';
import { compileFilter } from './filter-expression.ts';
import { createGraphOperations } from './graph-operations.ts';
import { withInferred } from './inferred.ts';
import { pageOf } from './paging.ts';
import { type PutSpansRequest, type PutSpansResult, putSpans } from './put-spans.ts';
import { invalidRequest, requireTimeRange, requireTraceIds } from './requests.ts';
import { createSamplingOperations } from './sampling-operations.ts';
import { createTraceStore, RETENTION_MS, type Trace } from './store.ts';
import { summarize } from './summary.ts';

export type XRayOperations = ReturnType<typeof createOperations>;

/** https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html */
const MOST_TRACES_AT_ONCE = 5;
/** AWS refuses a longer range; its reference does not tell the limit. */
const LONGEST_SUMMARIES_HOURS = 24;
/** AWS does not say how many summaries an answer has. */
const SUMMARIES_PER_PAGE = 100;

/**
 * Makes the account's X-Ray: segments are taken in, traces and their graphs are read. Groups and sampling rules
 * of one's own are refused by name.
 * https://docs.aws.amazon.com/xray/latest/api/Welcome.html
 */
export function createXRay(cloud: Cloud): Service<XRayOperations> {
  const operations = createOperations(cloud);
  return {
    name: 'xray',
    operations,
    permissions: permissionsOf(operations),
    accessDenied: { code: 'AccessDeniedException', status: 403 },
  };
}

function createOperations(cloud: Cloud) {
  const traces = createTraceStore(cloud.clock);
  return {
    /** https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html */
    PutTraceSegments({ TraceSegmentDocuments }: PutTraceSegmentsRequest): PutTraceSegmentsResult {
      if (!TraceSegmentDocuments) throw invalidRequest('TraceSegmentDocuments are required.');
      const UnprocessedTraceSegments = TraceSegmentDocuments.flatMap((text) => {
        const read = readDocument(text);
        if ('refusal' in read) return [read.refusal];
        traces.put(read.document);
        return [];
      });
      return { UnprocessedTraceSegments };
    },

    /** The OTLP endpoint; the operation is called what its IAM action is called. */
    PutSpans: (request: PutSpansRequest): PutSpansResult =>
      putSpans(cloud, request, traces.put, () => newSegmentId(cloud)),

    /** https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html */
    BatchGetTraces({ TraceIds }: BatchGetTracesRequest): BatchGetTracesResult {
      const ids = requireTraceIds(TraceIds);
      if (ids.length > MOST_TRACES_AT_ONCE) {
        throw invalidRequest(`At most ${MOST_TRACES_AT_ONCE} traces can be read at once.`);
      }
      const found = [...new Set(ids)].flatMap((id) => traces.get(id) ?? []);
      return {
        Traces: found.map(describe),
        UnprocessedTraceIds: ids.filter((id) => !found.some((trace) => trace.id === id)),
      };
    },

    /** https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html */
    GetTraceSummaries(input: GetTraceSummariesRequest): GetTraceSummariesResult {
      if (input.Sampling || input.SamplingStrategy) throw notSupported('A sample of the summaries in X-Ray');
      const { from, to } = requireTimeRange(input, LONGEST_SUMMARIES_HOURS);
      const isWanted = input.FilterExpression ? compileFilter(input.FilterExpression) : () => true;
      const timesOf = TIMES[input.TimeRangeType ?? 'TraceId'];
      if (!timesOf) throw invalidRequest(`Invalid TimeRangeType: ${input.TimeRangeType}`);
      const summaries = traces
        .all()
        .filter((trace) => trace.segments.length > 0)
        .filter((trace) => timesOf(trace).some((at) => at >= from && at < to))
        .filter(isWanted)
        .map(summarize)
        .reverse();
      const { page, next } = pageOf(summaries, input.NextToken, SUMMARIES_PER_PAGE);
      return {
        TraceSummaries: page,
        ApproximateTime: new Date(cloud.clock.now()),
        TracesProcessedCount: summaries.length,
        ...next,
      };
    },

    ...createGraphOperations(traces),
    ...createSamplingOperations(cloud),

    /** Only the daemon's own health is in it. https://docs.aws.amazon.com/xray/latest/api/API_PutTelemetryRecords.html */
    PutTelemetryRecords: (input: PutTelemetryRecordsRequest): PutTelemetryRecordsResult => {
      if (!Array.isArray(input.TelemetryRecords)) throw invalidRequest('TelemetryRecords are required.');
      return {};
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
function permissionsOf(operations: XRayOperations): Permissions<XRayOperations> {
  const entries = Object.keys(operations).map((name) => [
    name,
    (): readonly Permission[] => [{ action: `xray:${name}`, resource: '*' }],
  ]);
  return Object.fromEntries(entries) as Permissions<XRayOperations>;
}

function describe(trace: Trace): NonNullable<BatchGetTracesResult['Traces']>[number] {
  return {
    Id: trace.id,
    Duration: summarize(trace).Duration,
    LimitExceeded: false,
    Segments: withInferred(trace).map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
  };
}

/**
 * The times of a trace that a range can be about, in epoch milliseconds.
 * https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
 */
const TIMES: Readonly<Record<string, (trace: Trace) => readonly number[]>> = {
  TraceId: (trace) => [startOf(trace)],
  Event: ({ updatedAt }) => [updatedAt],
  Service: ({ segments }) => segments.flatMap(({ end_time: end }) => (end === undefined ? [] : [end * 1000])),
};

/**
 * The id of a trace has the second in which it began, if it is one of X-Ray's own: those of the W3C are random, and
 * then it began with its first segment. A time that no segment can be from is random.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
function startOf({ id, segments }: Trace): number {
  const first = Math.min(...segments.map(({ start_time }) => start_time)) * 1000;
  const born = Number.parseInt(id.slice(2, 10), 16) * 1000;
  return Math.abs(first - born) <= RETENTION_MS ? born : first;
}
