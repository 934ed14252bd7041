import type { Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { parseRouteKey, type RouteKey, type RouteSegment } from './route-key.ts';

/** A route of an API with what it leads to. */
export interface RouteTarget {
  readonly route: Route & { RouteKey: string };
  readonly key: RouteKey;
  readonly integration: Integration | undefined;
}

export interface Match {
  readonly target: RouteTarget;
  /** Decoded values of the path's variables. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request; undefined when none fits. */
export type Router = (method: string, segments: readonly string[]) => Match | undefined;

/**
 * Makes the router of an API.
 * A full match comes before one with a greedy variable, and that before `$default`; among several the most
 * specific one wins. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function createRouter(
  routes: readonly Route[],
  integrations: ReadonlyMap<string, Integration>,
): Router {
  const targets = routes.map((route): RouteTarget => {
    const RouteKey = route.RouteKey ?? '';
    const integrationId = route.Target?.replace(/^integrations\//, '');
    return {
      route: { ...route, RouteKey },
      key: parseRouteKey(RouteKey),
      integration: integrationId ? integrations.get(integrationId) : undefined,
    };
  });
  const byPath = targets
    .flatMap((target) => (target.key.kind === 'path' ? [{ target, key: target.key }] : []))
    .sort((a, b) => moreSpecificFirst(a.key, b.key));
  const fallback = targets.find(({ key }) => key.kind === 'default');

  return (method, segments) => {
    for (const { target, key } of byPath) {
      if (key.method !== 'ANY' && key.method !== method) continue;
      const pathParameters = matchSegments(key.segments, segments);
      if (pathParameters) return { target, pathParameters };
    }
    return fallback && { target: fallback, pathParameters: {} };
  };
}

/** The values of the variables if the path fits, segment by segment. */
function matchSegments(
  wanted: readonly RouteSegment[],
  given: readonly string[],
): Record<string, string> | undefined {
  const last = wanted.at(-1);
  if (last?.kind === 'greedy' ? given.length < wanted.length : given.length !== wanted.length)
    return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? '';
    if (segment.kind === 'greedy') {
      // It takes the rest, which may be empty: `/api/{proxy+}` takes `/api/` but not `/api`.
      values[segment.name] = given.slice(index).join('/');
    } else if (segment.kind === 'variable') {
      if (text === '') return undefined;
      values[segment.name] = text;
    } else if (segment.text !== text) return undefined;
  }
  return values;
}

type PathKey = Extract<RouteKey, { kind: 'path' }>;

const RANK = { literal: 0, variable: 1, greedy: 2 } as const;

function moreSpecificFirst(a: PathKey, b: PathKey): number {
  const greedy = Number(isGreedy(a)) - Number(isGreedy(b));
  if (greedy !== 0) return greedy;
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (!other) break;
    const rank = RANK[segment.kind] - RANK[other.kind];
    if (rank !== 0) return rank;
  }
  // The same path: a route for the method comes before one for any method.
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function isGreedy({ segments }: PathKey): boolean {
  return segments.at(-1)?.kind === 'greedy';
}
