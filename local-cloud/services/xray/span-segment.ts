import type { Annotation, SegmentDocument } from './document.ts';
import { type Attributes, type AttributeValue, CLIENT, SERVER, type Span, STATUS_ERROR } from './span.ts';
import { type HttpPart, httpPartOf } from './span-http.ts';

/** Which attributes of a span become annotations. */
const ANNOTATED = 'aws.xray.annotations';

/** The first of them that a span has names the service that a subsegment calls. */
const REMOTE_NAMES = [
  'aws.remote.service',
  'peer.service',
  'db.name',
  'rpc.service',
  'http.host',
  'net.peer.name',
];

/**
 * Turns a span into a segment, or into a subsegment of its parent's.
 * https://aws-otel.github.io/docs/getting-started/x-ray: AWS's own rules, those of the collector's exporter for X-Ray
 * @param newId makes ids for exceptions
 */
export function segmentOf(span: Span, newId: () => string): SegmentDocument & { trace_id: string } {
  // A span that serves a request and one without a parent begin the work of a service.
  const isSegment = span.kind === SERVER || span.parentSpanId === undefined;
  const { http, used } = httpPartOf(span);
  const { 'enduser.id': user, ...attributes } = without(span.attributes, used);
  const resource = isSegment ? prefixed('otel.resource.', span.resource) : {};
  const cause = causeOf(span, newId);
  const namespace = isSegment ? undefined : namespaceOf(span);
  return {
    name: nameOf(span, isSegment),
    id: span.spanId,
    trace_id: traceIdOf(span.traceId),
    ...(span.parentSpanId !== undefined && { parent_id: span.parentSpanId }),
    ...(!isSegment && { type: 'subsegment' }),
    start_time: span.startTime,
    end_time: span.endTime,
    ...(namespace !== undefined && { namespace }),
    ...(typeof user === 'string' && { user }),
    ...(http && { http }),
    ...outcomeOf(span, http),
    ...(cause && { cause }),
    ...annotated({ ...resource, ...attributes }, span.attributes),
    ...(span.links.length > 0 && {
      links: span.links.map(({ traceId, spanId, attributes }) => ({
        ...{ trace_id: traceIdOf(traceId), id: spanId },
        ...(Object.keys(attributes).length > 0 && { attributes }),
      })),
    }),
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids: ids of the W3C too. */
function traceIdOf(id: string): string {
  return `1-${id.slice(0, 8)}-${id.slice(8)}`;
}

function nameOf({ name, attributes, resource }: Span, isSegment: boolean): string {
  const candidates = isSegment
    ? [attributes['aws.local.service'], resource['service.name']]
    : REMOTE_NAMES.map((attribute) => attributes[attribute]);
  const found = [...candidates, name].find((text) => typeof text === 'string' && text !== '');
  return validName(String(found ?? ''));
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html: letters, numbers and some signs. */
function validName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}\s_.:/%&#=+\\\-@]/gu, '').slice(0, 200) || 'span';
}

function namespaceOf({ kind, attributes }: Span): string | undefined {
  if (attributes['rpc.system'] === 'aws-api') return 'aws';
  return kind === CLIENT ? 'remote' : undefined;
}

/** An HTTP status says whose fault it was; without one that does, an error is a fault. */
function outcomeOf({ status }: Span, http: HttpPart | undefined): object {
  const code = http?.response?.status ?? 0;
  if (code === 429) return { error: true, throttle: true };
  if (code >= 400 && code <= 499) return { error: true };
  return status.code === STATUS_ERROR || (code >= 500 && code <= 599) ? { fault: true } : {};
}

function causeOf({ events, status }: Span, newId: () => string): object | undefined {
  const thrown = events.filter(({ name }) => name === 'exception');
  const exceptions = thrown.map(({ attributes }) => ({
    id: newId(),
    type: attributes['exception.type'],
    message: attributes['exception.message'],
  }));
  if (exceptions.length === 0 && status.code === STATUS_ERROR && status.message !== '') {
    return { exceptions: [{ id: newId(), message: status.message }] };
  }
  return exceptions.length > 0 ? { exceptions } : undefined;
}

/** What the span names is an annotation, where it can be; the rest is metadata, which nobody searches. */
function annotated(values: Attributes, { [ANNOTATED]: names, ...attributes }: Attributes): object {
  const wanted = new Set(Array.isArray(names) ? names : []);
  const annotations: Record<string, Annotation> = {};
  const metadata: Attributes = {};
  // A name also brings back what went into the http part.
  const named = Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.has(name)));
  for (const [name, value] of Object.entries({ ...values, ...named })) {
    if (name === ANNOTATED && Array.isArray(value)) continue;
    if (wanted.has(name) && isAnnotation(value)) annotations[name.replaceAll(/[^A-Za-z0-9.]/g, '_')] = value;
    else metadata[name] = value;
  }
  return {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(Object.keys(metadata).length > 0 && { metadata: { default: metadata } }),
  };
}

function isAnnotation(value: AttributeValue): value is Annotation {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function prefixed(prefix: string, attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]));
}

function without(attributes: Attributes, names: ReadonlySet<string>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.has(name)));
}
