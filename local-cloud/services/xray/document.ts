import { z } from 'zod';

/** A value of an annotation: what traces can be searched by. */
export type Annotation = string | number | boolean;

/**
 * A segment, or a subsegment that was sent on its own.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface SegmentDocument {
  name: string;
  id: string;
  trace_id?: string;
  parent_id?: string;
  /** Epoch seconds. */
  start_time: number;
  end_time?: number;
  in_progress?: boolean;
  type?: string;
  namespace?: string;
  origin?: string;
  user?: string;
  error?: boolean;
  throttle?: boolean;
  fault?: boolean;
  http?: {
    request?: { method?: string; url?: string; user_agent?: string; client_ip?: string };
    response?: { status?: number };
  };
  annotations?: Readonly<Record<string, Annotation>>;
  subsegments?: SegmentDocument[];
  [member: string]: unknown;
}

/** Why a document is not taken in, in the shape of UnprocessedTraceSegments. */
export interface Refusal {
  Id?: string;
  ErrorCode: string;
  Message: string;
}

/** https://docs.aws.amazon.com/general/latest/gr/xray.html */
const LARGEST_DOCUMENT_BYTES = 65_536;

const hexId = /^[0-9a-fA-F]{16}$/;
/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
const traceId = /^1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}$/;

/** Letters, numbers and whitespace of any script, and these symbols. */
const segmentName = /^[\p{L}\p{N}\p{Z}\s_.:/%&#=+\\\-@]+$/u;

const annotation = z.union([z.string(), z.number(), z.boolean()]);
const part = z.looseObject({
  name: z.string().min(1).max(200).regex(segmentName),
  id: z.string().regex(hexId),
  start_time: z.number().nonnegative(),
  end_time: z.number().nonnegative().optional(),
  in_progress: z.boolean().optional(),
  parent_id: z.string().regex(hexId).optional(),
  error: z.boolean().optional(),
  throttle: z.boolean().optional(),
  fault: z.boolean().optional(),
  annotations: z.record(z.string(), annotation).optional(),
  get subsegments() {
    return z.array(part).optional();
  },
});
const document = part
  .extend({ trace_id: z.string().regex(traceId), type: z.literal('subsegment').optional() })
  // https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
  .refine(({ type, parent_id: parent }) => !type || parent !== undefined, {
    path: ['parent_id'],
    message: 'a subsegment that is sent on its own has a parent',
  });

/** All parts of these segments, the outer before the inner. */
export function partsOf(segments: readonly SegmentDocument[]): SegmentDocument[] {
  return segments.flatMap((segment) => [segment, ...partsOf(segment.subsegments ?? [])]);
}

/** Whether a text is a trace id: `1-<8 hex digits>-<24 hex digits>`. */
export function isTraceId(text: string): boolean {
  return traceId.test(text);
}

/** Reads one document that somebody sent. */
export function readDocument(
  text: string,
): { document: SegmentDocument & { trace_id: string } } | { refusal: Refusal } {
  if (Buffer.byteLength(text) > LARGEST_DOCUMENT_BYTES) return refuse('TooLarge', 'segment');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return refuse('ParseError', 'segment');
  }
  const read = document.safeParse(given);
  const { id: Id } = (given ?? {}) as { id?: unknown };
  if (!read.success) {
    const { path = [] } = read.error.issues[0] ?? {};
    const refused = refuse(codeOf(given, path), path.includes('subsegments') ? 'subsegment' : kindOf(given));
    return typeof Id === 'string' ? { refusal: { Id, ...refused.refusal } } : refused;
  }
  if (read.data.end_time === undefined && !read.data.in_progress) {
    return { refusal: { Id: read.data.id, ...refuse('MissingEndTime', kindOf(given)).refusal } };
  }
  return { document: read.data as SegmentDocument & { trace_id: string } };
}

/** Members whose absence or form has a code of its own: `MissingId`, `InvalidName` … */
const CODES: Readonly<Record<string, string>> = {
  trace_id: 'TraceId',
  id: 'Id',
  name: 'Name',
  start_time: 'StartTime',
  end_time: 'EndTime',
};

function codeOf(given: unknown, path: readonly PropertyKey[]): string {
  const code = CODES[String(path.at(-1))];
  if (!code) return 'InvalidSegment';
  let value = given;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return `${value === undefined ? 'Missing' : 'Invalid'}${code}`;
}

function kindOf(given: unknown): 'segment' | 'subsegment' {
  const { type } = (given ?? {}) as { type?: unknown };
  return type === 'subsegment' ? 'subsegment' : 'segment';
}

/** The words in which X-Ray refuses a document. */
function refuse(ErrorCode: string, kind: 'segment' | 'subsegment'): { refusal: Refusal } {
  return { refusal: { ErrorCode, Message: `Invalid ${kind}. ErrorCode: ${ErrorCode}, Cause: null` } };
}
