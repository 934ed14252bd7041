import type { AnnotationValue, ServiceId, TraceSummary } from '@aws-sdk/client-xray';
import { type Annotation, partsOf, type SegmentDocument } from './document.ts';
import { accountOf, identityOf, withInferred } from './inferred.ts';
import { rootCauses } from './root-cause.ts';
import type { Trace } from './store.ts';

/**
 * What GetTraceSummaries tells of a trace.
 * https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html
 */
export function summarize(trace: Trace): TraceSummary {
  const { id, segments } = trace;
  const all = withInferred(trace);
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
    // A fault that the root coped with is none of the trace's.
    HasFault: root?.fault === true,
    HasError: root?.error === true,
    HasThrottle: parts.some(({ throttle }) => throttle === true),
    IsPartial: parts.some(({ in_progress }) => in_progress === true),
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
    ServiceIds: servicesOf(all),
    ResourceARNs: [...new Set(segments.map(({ resource_arn: arn }) => arn))].flatMap((arn) =>
      typeof arn === 'string' ? [{ ARN: arn }] : [],
    ),
    InstanceIds: [],
    AvailabilityZones: [],
    ...(root && { EntryPoint: serviceOf(root) }),
    FaultRootCauses: rootCauses(all, 'fault'),
    ErrorRootCauses: rootCauses(all, 'error'),
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

function servicesOf(segments: readonly SegmentDocument[]): ServiceId[] {
  const services = segments.map(serviceOf);
  const keys = services.map(({ Name, Type }) => JSON.stringify([Name, Type]));
  return services.filter((_service, index) => keys.indexOf(keys[index] ?? '') === index);
}

function serviceOf(segment: SegmentDocument): ServiceId {
  const { name, type } = identityOf(segment);
  const account = accountOf(segment);
  return {
    Name: name,
    Names: [name],
    ...(account !== undefined && { AccountId: account }),
    ...(type !== undefined && { Type: type }),
  };
}

/** The times are sums of fractions. */
function seconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
