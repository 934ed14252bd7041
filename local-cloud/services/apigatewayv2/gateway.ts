import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';
import type { Work } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { isCorsHeader, isPreflight, preflightHeaders, responseCorsHeaders } from './cors.ts';
import { type LambdaInvoke, runLambda } from './lambda-integration.ts';
import { type ApiResponse, gatewayResponse } from './lambda-response.ts';
import { QUOTAS, type StoredApi, type StoredStage } from './model.ts';
import type { ApiRequest } from './request.ts';
import type { Match } from './router.ts';
import { createTokenBucket, limitOf, type TokenBucket } from './throttle.ts';

/** What became of a request. */
export interface Answer {
  readonly response: ApiResponse;
  readonly stage?: string;
  readonly routeKey?: string;
  /** Refused because there were too many; not billed. */
  readonly throttled?: true;
  /** Why an integration failed, in the words of who refused. */
  readonly integrationError?: string;
}

/** Answers the requests to one account's APIs. */
export interface Gateway {
  answer(api: StoredApi, request: ApiRequest, requestId: string, work: Work): Promise<Answer>;
}

const NOT_FOUND = gatewayResponse(404, 'Not Found');

/**
 * Makes the data plane: stage, CORS, route, throttling, integration, in this order.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function createGateway(cloud: Cloud, lambda: LambdaInvoke): Gateway {
  const accountBucket = createTokenBucket(cloud.clock.now);
  /** One bucket for each route of a stage. They go with the stage. */
  const routeBuckets = new WeakMap<StoredStage, Map<string, TokenBucket>>();

  function throttled(stage: StoredStage, routeKey: string): boolean {
    const buckets = routeBuckets.get(stage) ?? new Map<string, TokenBucket>();
    routeBuckets.set(stage, buckets);
    const bucket = buckets.get(routeKey) ?? createTokenBucket(cloud.clock.now);
    buckets.set(routeKey, bucket);
    const own = ownSettings(stage, routeKey);
    return !bucket(limitOf(own, stage.DefaultRouteSettings)) || !accountBucket(QUOTAS.account);
  }

  async function callIntegration(
    api: StoredApi,
    stage: StoredStage,
    match: Match,
    request: ApiRequest,
    requestId: string,
    work: Work,
  ): Promise<Answer> {
    const routeKey = match.target.route.RouteKey;
    const outcome = { stage: stage.StageName, routeKey };
    if (throttled(stage, routeKey)) {
      return { ...outcome, response: gatewayResponse(429, 'Too Many Requests'), throttled: true };
    }
    const { integration } = match.target;
    if (!integration) return { ...outcome, response: NOT_FOUND };
    const result = await runLambda(cloud, lambda, {
      api,
      stage,
      match,
      integration,
      request,
      requestId,
      work,
    });
    return { ...outcome, ...result };
  }

  return {
    async answer(api, request, requestId, work) {
      const selected = api.description.DisableExecuteApiEndpoint
        ? undefined
        : selectStage(api, request.segments);
      const definition = selected && api.deployments.get(selected.stage.DeploymentId ?? '')?.definition;
      if (!selected || !definition) return { response: NOT_FOUND };
      const { stage, segments } = selected;
      const { cors, router } = definition;
      if (cors && isPreflight(request.method, request.header)) {
        const headers = Object.entries(preflightHeaders(cors, request.header));
        return { stage: stage.StageName, response: { status: 204, headers, body: Buffer.alloc(0) } };
      }
      const match = router(request.method, segments);
      const answer = match
        ? await callIntegration(api, stage, match, request, requestId, work)
        : { stage: stage.StageName, response: NOT_FOUND };
      if (!cors) return answer;
      const headers = [
        ...answer.response.headers.filter(([name]) => !isCorsHeader(name)),
        ...Object.entries(responseCorsHeaders(cors, request.header)),
      ];
      return { ...answer, response: { ...answer.response, headers } };
    },
  };
}

/** A named stage takes the requests whose path begins with its name; `$default` takes the others. */
function selectStage(
  api: StoredApi,
  segments: readonly string[],
): { stage: StoredStage; segments: readonly string[] } | undefined {
  const [first = '', ...others] = segments;
  const named = first === '$default' ? undefined : api.stages.get(first);
  if (named) return { stage: named, segments: others.length > 0 ? others : [''] };
  const fallback = api.stages.get('$default');
  return fallback && { stage: fallback, segments };
}

function ownSettings({ RouteSettings: settings }: StoredStage, routeKey: string): RouteSettings | undefined {
  return settings && Object.hasOwn(settings, routeKey) ? settings[routeKey] : undefined;
}
