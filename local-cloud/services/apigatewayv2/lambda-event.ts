import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiRequest } from './request.ts';
import type { Match } from './router.ts';

/** What an event says besides the request itself. */
export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  /** Host, with the port, under which the client reached the API. */
  readonly domainName: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
  /** Cloud time in epoch milliseconds. */
  readonly time: number;
}

/**
 * The event of payload format 2.0; what a request does not have is absent, not null.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.proxy-format
 */
export function eventV2(
  request: ApiRequest,
  { target, pathParameters }: Match,
  context: EventContext,
): APIGatewayProxyEventV2 {
  const routeKey = target.route.RouteKey;
  const cookies = valuesOf(request, 'cookie')
    .flatMap((line) => line.split(/;\s*/))
    .filter((cookie) => cookie !== '');
  const query = joined(request.query);
  const path = decodedPath(request);
  const { body, isBase64Encoded } = eventBody(request);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(
      request.headers
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => name !== 'cookie'),
    ),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.apiId,
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.header('user-agent') ?? '',
      },
      requestId: context.requestId,
      routeKey,
      stage: context.stage,
      time: commonLogTime(context.time),
      timeEpoch: context.time,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters: { ...pathParameters } }),
    ...(body !== undefined && { body }),
    isBase64Encoded,
    ...(hasEntries(context.stageVariables) && { stageVariables: { ...context.stageVariables } }),
  };
}

/** The identity of a caller who did not sign; the type asks for more than HTTP APIs send. */
type IdentityV1 = Omit<APIGatewayProxyEvent['requestContext']['identity'], 'apiKey' | 'apiKeyId'>;

type EventV1 = Omit<APIGatewayProxyEvent, 'requestContext'> & {
  version: '1.0';
  requestContext: Omit<APIGatewayProxyEvent['requestContext'], 'identity' | 'authorizer'> & {
    identity: IdentityV1;
  };
};

/** The event of payload format 1.0; what a request does not have is null. */
export function eventV1(
  request: ApiRequest,
  { target, pathParameters }: Match,
  context: EventContext,
): EventV1 {
  const resource = target.key.kind === 'path' ? target.key.path : '$default';
  const headers = request.headers.map(([name, value]) => [canonicalName(name), value] as const);
  const { body, isBase64Encoded } = eventBody(request);
  return {
    version: '1.0',
    resource,
    // Recorded: `path` stays encoded here, `requestContext.path` does not.
    path: request.encodedPath,
    httpMethod: request.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    queryStringParameters: request.query.length > 0 ? Object.fromEntries(request.query) : null,
    multiValueQueryStringParameters: request.query.length > 0 ? grouped(request.query) : null,
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.apiId,
      extendedRequestId: context.requestId,
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: request.header('user-agent') ?? '',
        userArn: null,
      },
      path: decodedPath(request),
      protocol: request.protocol,
      requestId: context.requestId,
      requestTime: commonLogTime(context.time),
      requestTimeEpoch: context.time,
      resourceId: target.route.RouteKey,
      resourcePath: resource,
      stage: context.stage,
    },
    pathParameters: Object.keys(pathParameters).length > 0 ? { ...pathParameters } : null,
    stageVariables: hasEntries(context.stageVariables) ? { ...context.stageVariables } : null,
    body: body ?? null,
    isBase64Encoded,
  };
}

/** API Gateway decodes the path, and loses what follows a decoded question mark. */
function decodedPath({ segments }: ApiRequest): string {
  return `/${segments.join('/')}`.replace(/\?.*$/s, '');
}

/**
 * Text only for the types that were seen to stay text on AWS; everything else is base64, forms and bodies
 * without a type included.
 */
const TEXT_TYPE = /^(text\/.*|application\/(json|xml|javascript))$/i;

function eventBody(request: ApiRequest): { body: string | undefined; isBase64Encoded: boolean } {
  if (request.body.length === 0) return { body: undefined, isBase64Encoded: false };
  const type = (request.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
  const isBase64Encoded = !TEXT_TYPE.test(type);
  return { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(time: number): string {
  const [, day, month, year, clock] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

function valuesOf(request: ApiRequest, name: string): string[] {
  return request.headers.flatMap(([given, value]) => (given.toLowerCase() === name ? [value] : []));
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return Object.fromEntries(groups);
}

/** Values of the same name are joined with commas. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** Format 1.0 keeps the client's spelling, but writes these its own way whatever was sent. */
const CANONICAL = new Map(
  ['Content-Length', 'Content-Type', 'Host', 'User-Agent', 'X-Amzn-Trace-Id'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

function canonicalName(name: string): string {
  return CANONICAL.get(name.toLowerCase()) ?? name;
}

function hasEntries(record: Readonly<Record<string, string>> | undefined): boolean {
  return record !== undefined && Object.keys(record).length > 0;
}
