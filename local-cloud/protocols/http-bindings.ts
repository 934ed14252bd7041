import type { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../errors.ts';
import type { WireRequest, WireService } from './types.ts';

/** The parts of the HTTP binding traits that the REST protocols share. https://smithy.io/2.0/spec/http-bindings.html */
interface Route {
  operation: string;
  method: string;
  pattern: RegExp;
  labelNames: readonly string[];
  /** Query parameters that the route itself demands, as in `?acl` or `?x-id=…`. */
  demands: readonly string[];
  literalLength: number;
}

const routesOfService = new WeakMap<WireService, readonly Route[]>();

/** Finds the operation whose method and path fit; the most literal route wins. */
export function matchRoute(
  service: WireService,
  request: WireRequest,
): { operation: string; labels: Record<string, string> } | undefined {
  let routes = routesOfService.get(service);
  if (!routes) {
    routes = routesOf(service);
    routesOfService.set(service, routes);
  }
  for (const route of routes) {
    if (route.method !== request.method) continue;
    const match = route.pattern.exec(request.path);
    if (!match || !route.demands.every((name) => request.query.has(name))) continue;
    const labels: Record<string, string> = {};
    for (const [index, name] of route.labelNames.entries())
      labels[name] = decodeLabel(match[index + 1] ?? '');
    return { operation: route.operation, labels };
  }
  return undefined;
}

/** The member that is the whole body. */
export interface PayloadMember {
  name: string;
  schema: NormalizedSchema;
}

/** Reads the members that travel outside the body, and says which member the body is, if the shape has one. */
export function readBindings(
  shape: NormalizedSchema,
  labels: Readonly<Record<string, string>>,
  request: WireRequest,
): { members: Record<string, unknown>; payload?: PayloadMember } {
  const members: Record<string, unknown> = {};
  let payload: PayloadMember | undefined;
  for (const [name, member] of shape.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpPayload) {
      payload = { name, schema: member };
      continue;
    }
    if (traits.httpPrefixHeaders) {
      members[name] = headersWith(String(traits.httpPrefixHeaders), request);
      continue;
    }
    let text: string | undefined;
    if (traits.httpLabel) text = labels[name];
    else if (traits.httpHeader) text = request.headers[String(traits.httpHeader).toLowerCase()];
    else if (traits.httpQuery && member.isListSchema()) {
      const all = request.query.getAll(String(traits.httpQuery));
      if (all.length > 0) members[name] = all.map((item) => fromText(member.getValueSchema(), item));
      continue;
    } else if (traits.httpQuery) text = request.query.get(String(traits.httpQuery)) ?? undefined;
    if (text !== undefined) members[name] = fromText(member, text);
  }
  return { members, payload };
}

/** Splits an output into status, headers, payload and what belongs into the body. */
export function bindOutput(
  schema: StaticOperationSchema,
  shape: NormalizedSchema,
  output: object,
): {
  status: number;
  headers: Record<string, string>;
  payload: (PayloadMember & { value: unknown }) | undefined;
  bodyMembers: Record<string, unknown>;
} {
  const http = httpTrait(schema);
  let status = http ? http[2] : 200;
  const headers: Record<string, string> = {};
  let payload: (PayloadMember & { value: unknown }) | undefined;
  const bodyMembers: Record<string, unknown> = {};
  if (shape.isUnitSchema()) return { status, headers, payload, bodyMembers };
  for (const [name, member] of shape.structIterator()) {
    const value = (output as Record<string, unknown>)[name];
    const traits = member.getMergedTraits();
    if (traits.httpResponseCode) status = typeof value === 'number' ? value : status;
    else if (traits.httpHeader) {
      if (value !== undefined && value !== null)
        headers[String(traits.httpHeader).toLowerCase()] = toText(value);
    } else if (traits.httpPrefixHeaders) {
      for (const [key, text] of Object.entries((value as Record<string, string> | undefined) ?? {}))
        headers[String(traits.httpPrefixHeaders).toLowerCase() + key.toLowerCase()] = text;
    } else if (traits.httpPayload) payload = { name, schema: member, value };
    else bodyMembers[name] = value;
  }
  return { status, headers, payload, bodyMembers };
}

function routesOf(service: WireService): Route[] {
  const routes: Route[] = [];
  for (const [operation, schema] of service.operations) {
    const http = httpTrait(schema);
    if (!http) continue;
    const [path = '', query = ''] = http[1].split('?');
    const labelNames: string[] = [];
    const pattern = path
      .split('/')
      .map((segment) => {
        const label = /^\{(\w+)(\+?)\}$/.exec(segment);
        if (!label) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        labelNames.push(label[1] as string);
        return label[2] ? '(.+)' : '([^/]+)';
      })
      .join('/');
    routes.push({
      operation,
      method: http[0],
      pattern: new RegExp(`^${pattern}/?$`),
      labelNames,
      demands: query.split('&').flatMap((pair) => (pair ? [pair.split('=')[0] as string] : [])),
      literalLength: path.replace(/\{[^}]*\}/g, '').length,
    });
  }
  return routes.sort((a, b) => b.demands.length - a.demands.length || b.literalLength - a.literalLength);
}

function httpTrait(schema: StaticOperationSchema): [string, string, number] | undefined {
  const traits = schema[3];
  return typeof traits === 'object' ? (traits.http as [string, string, number] | undefined) : undefined;
}

function headersWith(prefix: string, { headers }: WireRequest): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name.startsWith(prefix)) found[name.slice(prefix.length)] = value;
  }
  return found;
}

function fromText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isListSchema())
    return text.split(',').map((item) => fromText(schema.getValueSchema(), item.trim()));
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (Number.isNaN(number)) throw new AwsError('SerializationException', `'${text}' is not a number.`);
    return number;
  }
  return text;
}

function toText(value: unknown): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('SerializationException', `The path has a malformed percent-encoding: ${text}`);
  }
}
