import type { AnnotationValue, ServiceId, TraceSummary } from '@aws-sdk/client-xray';
import type { Annotation, SegmentDocument } from './document.ts';
import type { Trace } from './store.ts';

/** All parts of a trace, the outer before the inner. */
export function partsOf(segments: readonly SegmentDocument[]): SegmentDocument[] {
  return segments.flatMap((segment) => [segment, ...partsOf(segment.subsegments ?? [])]);
}

/**
 * What GetTraceSummaries tells of a trace.
 * https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html
 */
export function summarize({ id, segments }: Trace): TraceSummary {
  const parts = partsOf(segments);
  const [root] = segments.filter(({ parent_id: parent }) => !segments.some((other) => other.id === parent));
  const start = Math.min(...segments.map(({ start_time }) => start_time));
  const end = Math.max(...parts.map((part) => part.end_time ?? part.start_time));
  const { request, response } = root?.http ?? {};
  return {
    Id: id,
    StartTime: new Date(start * 1000),
    MatchedEventTime: new Date(start * 1000),
    Duration: seconds(end - start),
    ResponseTime: seconds(root ? (root.end_time ?? end) - root.start_time : end - start),
    HasFault: parts.some(({ fault }) => fault),
    HasError: parts.some(({ error }) => error),
    HasThrottle: parts.some(({ throttle }) => throttle),
    IsPartial: parts.some(({ in_progress }) => in_progress),
    Http: {
      HttpURL: request?.url,
      HttpMethod: request?.method,
      HttpStatus: response?.status,
      UserAgent: request?.user_agent,
      ClientIp: request?.client_ip,
    },
    Annotations: annotationsOf(segments),
    Users: segments.flatMap((segment) =>
      segment.user === undefined ? [] : [{ UserName: segment.user, ServiceIds: [serviceOf(segment)] }],
    ),
    ServiceIds: segments.map(serviceOf),
    ...(root && { EntryPoint: serviceOf(root) }),
    Revision: parts.length,
  };
}

function annotationsOf(segments: readonly SegmentDocument[]): NonNullable<TraceSummary['Annotations']> {
  const found: NonNullable<TraceSummary['Annotations']> = {};
  for (const segment of segments) {
    for (const { annotations = {} } of partsOf([segment])) {
      for (const [key, value] of Object.entries(annotations)) {
        found[key] = [
          ...(found[key] ?? []),
          { AnnotationValue: annotationValue(value), ServiceIds: [serviceOf(segment)] },
        ];
      }
    }
  }
  return found;
}

function annotationValue(value: Annotation): AnnotationValue {
  if (typeof value === 'number') return { NumberValue: value };
  return typeof value === 'boolean' ? { BooleanValue: value } : { StringValue: value };
}

function serviceOf({ name, origin }: SegmentDocument): ServiceId {
  return { Name: name, Names: [name], ...(origin !== undefined && { Type: origin }) };
}

/** The times are sums of fractions. */
function seconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
