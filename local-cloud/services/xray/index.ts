import type {
  BatchGetTracesRequest,
  BatchGetTracesResult,
  GetSamplingRulesRequest,
  GetSamplingRulesResult,
  GetTraceSummariesRequest,
  GetTraceSummariesResult,
  PutTelemetryRecordsRequest,
  PutTelemetryRecordsResult,
  PutTraceSegmentsRequest,
  PutTraceSegmentsResult,
} from '@aws-sdk/client-xray';
import { AwsError, notSupported } from '../../errors.ts';
import { arnOf, type Cloud, type Permission, type Permissions, type Service } from '../../service.ts';
import { newSegmentId } from '../lambda/trace-header.ts';
import { isTraceId, readDocument } from './document.ts';
import { compileFilter } from './filter-expression.ts';
import { type PutSpansRequest, type PutSpansResult, putSpans } from './put-spans.ts';
import { createTraceStore, RETENTION_MS, type Trace } from './store.ts';
import { summarize } from './summary.ts';

export type XRayOperations = ReturnType<typeof createOperations>;

/** https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html */
const MOST_TRACES_AT_ONCE = 5;
/** AWS does not say how many summaries an answer has. */
const SUMMARIES_PER_PAGE = 100;

/**
 * Makes the account's X-Ray: segments are taken in and traces are read. Groups, sampling rules of one's own and the
 * service graph are refused by name.
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
      if (!TraceIds) throw invalidRequest('TraceIds are required.');
      if (TraceIds.length > MOST_TRACES_AT_ONCE) {
        throw invalidRequest(`At most ${MOST_TRACES_AT_ONCE} traces can be read at once.`);
      }
      const malformed = TraceIds.find((id) => !isTraceId(id));
      if (malformed !== undefined) throw invalidRequest(`Invalid trace id: ${malformed}`);
      const found = TraceIds.flatMap((id) => traces.get(id) ?? []);
      return {
        Traces: found.map(describe),
        UnprocessedTraceIds: TraceIds.filter((id) => !found.some((trace) => trace.id === id)),
      };
    },

    /** https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html */
    GetTraceSummaries(input: GetTraceSummariesRequest): GetTraceSummariesResult {
      const { StartTime, EndTime, FilterExpression, NextToken } = input;
      if (input.Sampling || input.SamplingStrategy) throw notSupported('A sample of the summaries in X-Ray');
      if (!StartTime || !EndTime) throw invalidRequest('StartTime and EndTime are required.');
      if (EndTime <= StartTime) throw invalidRequest('The end of the time range is not after its beginning.');
      const isWanted = FilterExpression ? compileFilter(FilterExpression) : () => true;
      const timesOf = TIMES[input.TimeRangeType ?? 'TraceId'];
      if (!timesOf) throw invalidRequest(`Invalid TimeRangeType: ${input.TimeRangeType}`);
      const summaries = traces
        .all()
        .filter((trace) => trace.segments.length > 0)
        .filter((trace) => timesOf(trace).some((at) => at >= StartTime.getTime() && at < EndTime.getTime()))
        .filter(isWanted)
        .map(summarize)
        .reverse();
      const first = NextToken === undefined ? 0 : pageOf(NextToken);
      const next = first + SUMMARIES_PER_PAGE;
      return {
        TraceSummaries: summaries.slice(first, next),
        ApproximateTime: new Date(cloud.clock.now()),
        TracesProcessedCount: summaries.length,
        ...(next < summaries.length && { NextToken: Buffer.from(String(next)).toString('base64') }),
      };
    },

    /** The rule that every account has. https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html */
    GetSamplingRules(_input: GetSamplingRulesRequest): GetSamplingRulesResult {
      const SamplingRule = {
        RuleName: 'Default',
        RuleARN: arnOf(cloud, 'xray', 'sampling-rule/Default'),
        ResourceARN: '*',
        Priority: 10_000,
        FixedRate: 0.05,
        ReservoirSize: 1,
        ServiceName: '*',
        ServiceType: '*',
        Host: '*',
        HTTPMethod: '*',
        URLPath: '*',
        Version: 1,
        Attributes: {},
      };
      const epoch = new Date(0);
      return { SamplingRuleRecords: [{ SamplingRule, CreatedAt: epoch, ModifiedAt: epoch }] };
    },

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
    Segments: trace.segments.map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
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

function pageOf(token: string): number {
  const page = Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(page) || page < 0) throw invalidRequest('Invalid NextToken.');
  return page;
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
