import type { Cors } from '@aws-sdk/client-apigatewayv2';
import { badRequest } from './errors.ts';
import { isHeaderName } from './header-name.ts';

type HeaderLookup = (name: string) => string | undefined;

const METHODS = ['*', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** What a backend says about CORS is ignored when the API is configured for it. */
const CORS_HEADERS: ReadonlySet<string> = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
]);

/**
 * Checks a CORS configuration. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 * @throws BadRequestException for one that browsers could not use
 */
export function checkCors(cors: Cors): void {
  if (cors.AllowCredentials && cors.AllowOrigins?.includes('*')) {
    throw badRequest("allow-credentials is not supported if 'allow-origin' is *");
  }
  for (const origin of cors.AllowOrigins ?? []) {
    if (
      typeof origin !== 'string' ||
      !/^(\*|https?:\/\/\*|[a-z][a-z0-9+.-]*:\/\/\S+)$/i.test(origin) ||
      origin.endsWith('/')
    ) {
      throw badRequest(`Invalid format for origin ${origin}`);
    }
  }
  const method = cors.AllowMethods?.find((name) => !METHODS.includes(String(name).toUpperCase()));
  if (method !== undefined) throw badRequest(`Invalid value for allow-methods: ${method}`);
  for (const header of [...(cors.AllowHeaders ?? []), ...(cors.ExposeHeaders ?? [])]) {
    if (typeof header !== 'string' || !isHeaderName(header))
      throw badRequest(`Invalid header name ${header}`);
  }
  const age = cors.MaxAge ?? 0;
  if (!Number.isInteger(age) || age < -1 || age > 86_400) {
    throw badRequest('max-age must be between -1 and 86400 seconds');
  }
}

/** Whether a request asks for permission instead of doing something. */
export function isPreflight(method: string, header: HeaderLookup): boolean {
  return method === 'OPTIONS' && Boolean(header('origin') && header('access-control-request-method'));
}

/** What the API answers to a preflight request; nothing for an origin that is not allowed. */
export function preflightHeaders(cors: Cors, header: HeaderLookup): Record<string, string> {
  const origin = allowedOrigin(cors, header('origin'));
  if (!origin) return {};
  return {
    'access-control-allow-origin': origin,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...listHeader('access-control-allow-headers', cors.AllowHeaders),
    ...listHeader('access-control-allow-methods', cors.AllowMethods),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

/** What the API adds to every other response. */
export function responseCorsHeaders(cors: Cors, header: HeaderLookup): Record<string, string> {
  const origin = allowedOrigin(cors, header('origin'));
  if (!origin) return {};
  return {
    'access-control-allow-origin': origin,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...listHeader('access-control-expose-headers', cors.ExposeHeaders),
  };
}

export function isCorsHeader(name: string): boolean {
  return CORS_HEADERS.has(name.toLowerCase());
}

function allowedOrigin({ AllowOrigins = [] }: Cors, origin: string | undefined): string | undefined {
  if (!origin) return undefined;
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.some((allowed) => originFits(allowed, origin)) ? origin : undefined;
}

/** `https://*` and `http://*` stand for every origin of that scheme. */
function originFits(allowed: string, origin: string): boolean {
  const given = origin.toLowerCase();
  const wanted = allowed.toLowerCase();
  return wanted.endsWith('://*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}

function listHeader(name: string, values: readonly string[] | undefined): Record<string, string> {
  return values && values.length > 0 ? { [name]: values.join(',') } : {};
}
