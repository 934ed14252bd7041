import type { Integration } from '@aws-sdk/client-apigatewayv2';
import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import type { Work } from '../../clock.ts';
import { servicePrincipal } from '../../iam/credentials.ts';
import { arnOf, type Call, type Cloud } from '../../service.ts';
import { badRequest } from './errors.ts';
import { type EventContext, eventV1, eventV2 } from './lambda-event.ts';
import { type ApiResponse, gatewayResponse, responseV1, responseV2 } from './lambda-response.ts';
import { QUOTAS, type StoredApi, type StoredStage } from './model.ts';
import type { ApiRequest } from './request.ts';
import type { Match } from './router.ts';

/** The part of Lambda that API Gateway uses, guarded. */
export interface LambdaInvoke {
  Invoke(input: InvocationRequest, call: Call): InvocationResponse | Promise<InvocationResponse>;
}

interface LambdaRun {
  readonly api: StoredApi;
  readonly stage: StoredStage;
  readonly match: Match;
  readonly integration: Integration;
  readonly request: ApiRequest;
  readonly requestId: string;
  /** The request's own work, set aside while the function runs. */
  readonly work: Work;
}

interface LambdaResult {
  readonly response: ApiResponse;
  readonly integrationError?: string;
}

/** A client that leaves does not end the invocation. */
const NEVER = new AbortController().signal;

const FUNCTION_ARN =
  /(arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140})(?::(\$LATEST|[A-Za-z0-9_-]+))?(?:\/invocations)?$/;

/**
 * Reads the function behind an integration's URI: its ARN, or the ARN in the form of REST APIs
 * (`arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<arn>/invocations`).
 * @throws BadRequestException for anything else
 */
export function functionOfUri(uri: string): { FunctionName: string; Qualifier?: string } {
  const [, FunctionName, Qualifier] = FUNCTION_ARN.exec(uri) ?? [];
  if (!FunctionName) {
    throw badRequest(`Invalid function ARN or invalid uri: ${uri}`);
  }
  return { FunctionName, ...(Qualifier && { Qualifier }) };
}

/** Calls the function behind a route, at most as long as the integration waits. */
export async function runLambda(cloud: Cloud, lambda: LambdaInvoke, run: LambdaRun): Promise<LambdaResult> {
  const limitMs = run.integration.TimeoutInMillis ?? QUOTAS.longestTimeoutMs;
  // The function has work of its own: it goes on after the client has been told that it takes too long.
  const invocation = cloud.clock.begin();
  const answered = invoke(cloud, lambda, run, invocation).finally(() => invocation.end());
  return run.work.suspend(async () => {
    let giveUp = () => {};
    const late = new Promise<LambdaResult>((resolve) => {
      const timer = cloud.clock.schedule(cloud.clock.now() + limitMs, 'work', () =>
        resolve({
          response: gatewayResponse(503, 'Service Unavailable'),
          integrationError: `The integration did not answer within ${limitMs} ms.`,
        }),
      );
      giveUp = () => timer.cancel();
    });
    try {
      return await Promise.race([answered, late]);
    } finally {
      giveUp();
    }
  });
}

/** Never rejects: whatever goes wrong is an answer to the client. */
async function invoke(
  cloud: Cloud,
  lambda: LambdaInvoke,
  { api, stage, match, integration, request, requestId }: LambdaRun,
  work: Work,
): Promise<LambdaResult> {
  const context: EventContext = {
    accountId: cloud.accountId,
    apiId: api.id,
    domainName: request.header('host') ?? '',
    stage: stage.StageName,
    stageVariables: stage.StageVariables,
    requestId,
    time: Math.floor(cloud.clock.now()),
  };
  const inV1 = integration.PayloadFormatVersion === '1.0';
  const event = inV1 ? eventV1(request, match, context) : eventV2(request, match, context);
  try {
    const { Payload, FunctionError } = await lambda.Invoke(
      { ...functionOfUri(integration.IntegrationUri ?? ''), Payload: Buffer.from(JSON.stringify(event)) },
      {
        principal: servicePrincipal(
          cloud,
          'apigateway.amazonaws.com',
          sourceArn(cloud, api, stage, match, request.method),
        ),
        requestId: cloud.uuid(),
        signal: NEVER,
        work,
        traceHeader: request.header('x-amzn-trace-id'),
        sourceIp: request.sourceIp,
        userAgent: request.header('user-agent'),
      },
    );
    const payload = Buffer.from((Payload as Uint8Array | undefined) ?? []).toString('utf8');
    if (FunctionError) {
      return { response: gatewayResponse(500, 'Internal Server Error'), integrationError: payload };
    }
    return { response: inV1 ? responseV1(payload) : responseV2(payload) };
  } catch (error) {
    return { response: refusedInvocation(error), integrationError: messageOf(error) };
  }
}

/**
 * What a function's permission for API Gateway is compared with.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
function sourceArn(
  cloud: Cloud,
  api: StoredApi,
  stage: StoredStage,
  { target }: Match,
  method: string,
): string {
  const route = target.key.kind === 'path' ? `${method}${target.key.path}` : '$default';
  return arnOf(cloud, 'execute-api', `${api.id}/${stage.StageName}/${route}`);
}

/** Lambda did not run the function. */
function refusedInvocation(error: unknown): ApiResponse {
  const code = error instanceof Error ? error.name : '';
  // Lambda's limit of 6 MB is below that of API Gateway.
  if (code === 'RequestTooLargeException') return gatewayResponse(413, 'Request Entity Too Large');
  if (code === 'TooManyRequestsException') return gatewayResponse(503, 'Service Unavailable');
  return gatewayResponse(500, 'Internal Server Error');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
