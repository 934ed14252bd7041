import { createHash } from 'node:crypto';
import { partsOf, type SegmentDocument } from './document.ts';
import type { Trace } from './store.ts';

/** What a node of the service map is called, and of what type it is; a service of one's own may have none. */
export interface Identity {
  readonly name: string;
  readonly type: string | undefined;
}

/** What the SDKs tell of an AWS resource that they call. */
interface AwsPart {
  table_name?: unknown;
  queue_url?: unknown;
  bucket_name?: unknown;
  function_name?: unknown;
}

/**
 * The segments of a trace and those that X-Ray adds: one for each call of a service that sends none itself. A call
 * that says that the service is traced waits for its segment.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html#xray-api-traces
 */
export function withInferred({ id: traceId, segments }: Trace): SegmentDocument[] {
  const answered = new Set(segments.map(({ parent_id: parent }) => parent));
  const calls = segments
    .flatMap(({ subsegments = [] }) => partsOf(subsegments))
    .filter((part) => isCall(part) && !answered.has(part.id));
  return [...segments, ...calls.map((call) => inferredFrom(call, traceId))];
}

/** Which node of the service map a segment belongs to. */
export function identityOf(segment: SegmentDocument): Identity {
  if (!segment.inferred) return { name: segment.name, type: segment.origin };
  return targetOf({ ...segment, namespace: segment.origin === 'remote' ? 'remote' : 'aws' });
}

/** The account of the resource that sent a segment, if the segment tells. */
export function accountOf({ aws, resource_arn: arn }: SegmentDocument): string | undefined {
  const { account_id: account } = (aws ?? {}) as { account_id?: unknown };
  if (typeof account === 'string') return account;
  return typeof arn === 'string' ? arn.split(':')[4] || undefined : undefined;
}

function inferredFrom(call: SegmentDocument, traceId: string): SegmentDocument {
  const { name, start_time, end_time, in_progress, error, throttle, fault, cause, http, aws } = call;
  const copied = { end_time, in_progress, error, throttle, fault, cause, http, aws };
  return {
    // The same each time that somebody reads it.
    id: createHash('sha256').update(`${traceId} ${call.id}`).digest('hex').slice(0, 16),
    ...{ name, start_time },
    ...Object.fromEntries(Object.entries(copied).filter(([, value]) => value !== undefined)),
    parent_id: call.id,
    inferred: true,
    trace_id: traceId,
    origin: targetOf(call).type,
  };
}

function isCall({ namespace, http }: SegmentDocument): boolean {
  if (namespace !== 'aws' && namespace !== 'remote') return false;
  return (http?.request as { traced?: unknown } | undefined)?.traced !== true;
}

/**
 * `AWS::DynamoDB::Table` for a table, `AWS::SNS` for a service of which no resource is known, `remote` for the rest.
 * https://docs.aws.amazon.com/xray/latest/api/API_Service.html
 */
function targetOf({ name, namespace, aws }: SegmentDocument): Identity {
  if (namespace === 'remote') return { name, type: 'remote' };
  const called = (aws ?? {}) as AwsPart;
  const resources: readonly (readonly [unknown, string])[] = [
    [called.table_name, 'AWS::DynamoDB::Table'],
    [
      String(called.queue_url ?? '')
        .split('/')
        .at(-1),
      'AWS::SQS::Queue',
    ],
    [called.bucket_name, 'AWS::S3::Bucket'],
    [called.function_name, 'AWS::Lambda'],
  ];
  for (const [resource, type] of resources) {
    if (typeof resource === 'string' && resource !== '') return { name: resource, type };
  }
  return { name, type: name.startsWith('AWS::') ? name : `AWS::${name}` };
}
