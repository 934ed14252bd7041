import { badRequest } from './errors.ts';

/** One part of a route's path, between slashes. */
export type RouteSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

/** `$default`, or a method and a path. */
export type RouteKey =
  | { readonly kind: 'default' }
  | {
      readonly kind: 'path';
      readonly method: string;
      readonly path: string;
      readonly segments: readonly RouteSegment[];
    };

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/**
 * Reads a route key. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @throws BadRequestException for what is no route key
 */
export function parseRouteKey(key: string): RouteKey {
  if (key === '$default') return { kind: 'default' };
  const [, method = '', path = ''] = /^(\S+) (\/\S*)$/.exec(key) ?? [];
  if (!METHODS.includes(method)) throw malformed(key);
  // A request with a trailing slash has another path; a route cannot ask for one.
  if (path.length > 1 && path.endsWith('/')) throw malformed(key);
  const segments = path
    .slice(1)
    .split('/')
    .map((text) => parseSegment(key, text));
  if (segments.slice(0, -1).some(({ kind }) => kind === 'greedy')) {
    throw badRequest(`A greedy path variable must be at the end of the resource path: ${key}`);
  }
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw badRequest(`The path variable ${twice} occurs more than once: ${key}`);
  return { kind: 'path', method, path, segments };
}

function parseSegment(key: string, text: string): RouteSegment {
  const variable = /^\{([\w.:-]+)(\+?)\}$/.exec(text);
  if (variable) return { kind: variable[2] ? 'greedy' : 'variable', name: variable[1] as string };
  if (/[{}]/.test(text)) throw malformed(key);
  return { kind: 'literal', text };
}

function malformed(key: string) {
  return badRequest(
    `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default": ${key}`,
  );
}
