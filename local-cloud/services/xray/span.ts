import { z } from 'zod';

/** A value of an attribute: scalars, lists and maps of them. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | Attributes;
export type Attributes = { [name: string]: AttributeValue };

/** What a span says, with what its resource says. Times are in seconds since the epoch. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Undefined for the first span of a trace. */
  parentSpanId: string | undefined;
  name: string;
  kind: number;
  startTime: number;
  endTime: number;
  attributes: Attributes;
  resource: Attributes;
  events: readonly { name: string; attributes: Attributes }[];
  links: readonly { traceId: string; spanId: string; attributes: Attributes }[];
  status: { code: number; message: string };
}

/** https://opentelemetry.io/docs/specs/otel/trace/api/#spankind, as numbers of the protocol. */
export const SERVER = 2;
export const CLIENT = 3;

/** https://opentelemetry.io/docs/specs/otel/trace/api/#set-status */
export const STATUS_ERROR = 2;

/** Each span of a request as it was sent, with the attributes of its resource. */
export interface SentSpan {
  span: unknown;
  resource: Attributes;
}

const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullish();

/** Zero bytes are no id. https://opentelemetry.io/docs/specs/otel/trace/api/#spancontext */
const idOf = (digits: number) =>
  z
    .string()
    .regex(
      new RegExp(`^(?!0+$)[0-9a-fA-F]{${digits}}$`),
      `${digits} hexadecimal digits expected, not all of them 0`,
    )
    .transform((id) => id.toLowerCase());

/** 64-bit integers are decimal strings; numbers are taken too. https://protobuf.dev/programming-guides/json/ */
const integer = z.union([z.string().regex(/^-?\d+$/), z.int()]).transform(Number);
const nanoseconds = z
  .union([z.string().regex(/^\d+$/), z.int().positive()])
  .refine((time) => Number(time) > 0, 'a time is expected')
  .transform(secondsOf);

const anyValue: z.ZodType<AttributeValue> = z.lazy(() =>
  z
    .object({
      stringValue: z.string().optional(),
      boolValue: z.boolean().optional(),
      intValue: integer.optional(),
      doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).optional(),
      bytesValue: z.string().optional(),
      arrayValue: z.object({ values: list(anyValue) }).optional(),
      kvlistValue: z.object({ values: attributes }).optional(),
    })
    .transform(
      ({ stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue }) =>
        stringValue ??
        boolValue ??
        intValue ??
        doubleValue ??
        bytesValue ??
        (arrayValue && (arrayValue.values ?? [])) ??
        kvlistValue?.values ??
        null,
    ),
);

const attributes: z.ZodType<Attributes> = z.lazy(() =>
  list(z.object({ key: z.string(), value: anyValue.nullish() })).transform((pairs) =>
    Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value ?? null])),
  ),
);

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
const span = z.object({
  traceId: idOf(32),
  spanId: idOf(16),
  parentSpanId: z.union([z.literal('').transform(() => undefined), idOf(16)]).nullish(),
  name: z.string().default(''),
  kind: z.int().min(0).max(5).default(0),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: list(z.object({ name: z.string().default(''), attributes })),
  links: list(z.object({ traceId: idOf(32), spanId: idOf(16), attributes })),
  status: z.object({ code: z.int().default(0), message: z.string().default('') }).nullish(),
});

const request = z.object({
  resourceSpans: list(
    z.object({
      resource: z.object({ attributes }).nullish(),
      scopeSpans: list(z.object({ spans: list(z.unknown()) })),
    }),
  ),
});

/**
 * Reads an ExportTraceServiceRequest in OTLP's JSON; members that are not known are ignored, as the protocol wants it.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * @returns its spans, still as they were sent; undefined when it is no such request
 */
export function readSpans(given: unknown): SentSpan[] | undefined {
  const { data } = request.safeParse(given);
  return (
    data?.resourceSpans?.flatMap(({ resource, scopeSpans }) =>
      (scopeSpans ?? []).flatMap(({ spans }) =>
        (spans ?? []).map((span) => ({ span, resource: resource?.attributes ?? {} })),
      ),
    ) ??
    (data && [])
  );
}

/**
 * Reads one span.
 * @returns the span, or why it is none
 */
export function readSpan({ span: given, resource }: SentSpan): { span: Span } | { refusal: string } {
  const { data, error } = span.safeParse(given);
  if (error) {
    const [issue] = error.issues;
    return { refusal: `${issue?.path.join('.') || 'span'}: ${issue?.message}` };
  }
  const {
    startTimeUnixNano: startTime,
    endTimeUnixNano: endTime,
    parentSpanId,
    events,
    links,
    status,
  } = data;
  if (endTime < startTime) return { refusal: 'endTimeUnixNano: the span ends before it starts' };
  const { traceId, spanId, name, kind, attributes } = data;
  return {
    span: {
      ...{ traceId, spanId, name, kind, attributes, resource, startTime, endTime },
      parentSpanId: parentSpanId ?? undefined,
      events: events ?? [],
      links: links ?? [],
      status: status ?? { code: 0, message: '' },
    },
  };
}

/** To the microsecond: a number does not hold more of a time since the epoch. */
function secondsOf(nanoseconds: string | number): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1_000_000;
}
