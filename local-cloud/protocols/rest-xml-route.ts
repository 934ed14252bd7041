import { NormalizedSchema } from '@smithy/core/schema';
import type { WireRequest, WireService } from './types.ts';

/** What a request to S3 is about. */
export interface S3Address {
  bucket?: string;
  key?: string;
}

/**
 * Finds bucket and object: in the host (`bucket.localhost`, `bucket.s3.localhost`) or in the path.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @returns undefined for a path whose percent-encoding is malformed
 */
export function addressOf({ headers, path }: WireRequest): S3Address | undefined {
  const bucketInHost = bucketOfHost(headers.host ?? '');
  const [bucket, key] = bucketInHost ? [bucketInHost, path.slice(1)] : splitPath(path);
  try {
    return {
      ...(bucket && { bucket: decodeURIComponent(bucket) }),
      ...(key && { key: decodeURIComponent(key) }),
    };
  } catch {
    return undefined;
  }
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!name.endsWith('.localhost')) return undefined;
  const labels = name.slice(0, -'.localhost'.length);
  return labels.replace(/(^|\.)s3([.-][a-z]{2}(-[a-z]+)+-\d)?$/, '') || undefined;
}

function splitPath(path: string): [string, string] {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? [path.slice(1), ''] : [path.slice(1, slash), path.slice(slash + 1)];
}

interface Route {
  operation: string;
  method: string;
  level: 'account' | 'bucket' | 'object';
  /** Query parameters without which it is another operation: `uploads`, `uploadId` … */
  queries: readonly string[];
  /** Headers of the same kind: `x-amz-copy-source`. */
  headers: readonly string[];
}

const routesOfService = new WeakMap<WireService, readonly Route[]>();

/** Finds the operation that a request asks for: of those that fit, the one that demands most. */
export function routeOf(
  service: WireService,
  request: WireRequest,
  { bucket, key }: S3Address,
): string | undefined {
  let routes = routesOfService.get(service);
  if (!routes) {
    routes = routesOf(service);
    routesOfService.set(service, routes);
  }
  const level = key !== undefined ? 'object' : bucket !== undefined ? 'bucket' : 'account';
  const fitting = routes.filter(
    (route) =>
      route.method === request.method &&
      route.level === level &&
      route.queries.every((name) => request.query.has(name)) &&
      route.headers.every((name) => request.headers[name] !== undefined),
  );
  const most = fitting[0] && demandsOf(fitting[0]);
  const best = fitting.filter((route) => demandsOf(route) === most);
  const named = request.query.get('x-id');
  return (best.find(({ operation }) => operation === named) ?? best[0])?.operation;
}

function routesOf(service: WireService): Route[] {
  const routes: Route[] = [];
  for (const [operation, schema] of service.operations) {
    const http = (schema[3] as { http?: [string, string, number] }).http;
    const [path = '', query = ''] = http?.[1].split('?') ?? [];
    if (!http || (path !== '/' && path !== '/{Key+}')) continue;
    const input = NormalizedSchema.of(schema[4]);
    const members = input.isUnitSchema() ? [] : [...input.structIterator()];
    const required = members.slice(0, requiredCount(schema[4])).map(([, member]) => member.getMergedTraits());
    const hasBucket = members.some(
      ([name, member]) => name === 'Bucket' && member.getMergedTraits().httpLabel,
    );
    const literal = query.split('&').map((pair) => pair.split('=')[0] ?? '');
    routes.push({
      operation,
      method: http[0],
      level: path !== '/' ? 'object' : hasBucket ? 'bucket' : 'account',
      queries: [
        ...literal.filter((name) => name !== '' && name !== 'x-id'),
        ...required.flatMap(({ httpQuery }) => (httpQuery ? [String(httpQuery)] : [])),
      ],
      headers: required.flatMap(({ httpHeader }) => (httpHeader ? [String(httpHeader).toLowerCase()] : [])),
    });
  }
  return routes.sort((a, b) => demandsOf(b) - demandsOf(a) || (a.operation < b.operation ? -1 : 1));
}

function demandsOf({ queries, headers }: Route): number {
  return queries.length + headers.length;
}

/** A structure's schema is `[3, namespace, name, traits, names, members, how many of them are required]`. */
function requiredCount(schema: unknown): number {
  const count: unknown = Array.isArray(schema) ? schema[6] : 0;
  return typeof count === 'number' ? count : 0;
}
