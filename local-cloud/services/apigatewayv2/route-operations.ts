import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  GetRouteRequest,
  GetRouteResult,
  GetRoutesRequest,
  GetRoutesResponse,
  Route,
  UpdateRouteRequest,
  UpdateRouteResult,
} from '@aws-sdk/client-apigatewayv2';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Apis } from './apis.ts';
import { assignGiven } from './assign.ts';
import { badRequest, conflict, tooMany } from './errors.ts';
import { resourceId } from './ids.ts';
import { QUOTAS, type StoredApi } from './model.ts';
import { pageOf } from './paging.ts';
import { refuseMembers } from './refusals.ts';
import { parseRouteKey } from './route-key.ts';

type RouteSettings = Omit<CreateRouteRequest, 'ApiId'>;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html */
export function createRouteOperations(cloud: Cloud, apis: Apis) {
  return {
    CreateRoute({ ApiId, ...settings }: CreateRouteRequest): CreateRouteResult {
      const api = apis.get(ApiId);
      const route = addRoute(cloud, api, settings);
      apis.changed(api);
      return structuredClone(route);
    },

    GetRoute: ({ ApiId, RouteId }: GetRouteRequest): GetRouteResult =>
      structuredClone(apis.route(apis.get(ApiId), RouteId)),

    GetRoutes: ({ ApiId, ...page }: GetRoutesRequest): GetRoutesResponse =>
      pageOf(structuredClone([...apis.get(ApiId).routes.values()]), page),

    UpdateRoute({ ApiId, RouteId, ...settings }: UpdateRouteRequest): UpdateRouteResult {
      const api = apis.get(ApiId);
      const route = apis.route(api, RouteId);
      checkRoute('UpdateRoute', api, settings, route);
      assignGiven(route, knownSettings(settings));
      apis.changed(api);
      return structuredClone(route);
    },

    DeleteRoute({ ApiId, RouteId }: DeleteRouteRequest): void {
      const api = apis.get(ApiId);
      apis.route(api, RouteId);
      api.routes.delete(RouteId ?? '');
      apis.changed(api);
    },
  };
}

/** Adds a route; the caller deploys it. */
export function addRoute(cloud: Cloud, api: StoredApi, settings: RouteSettings): Route {
  if (settings.RouteKey === undefined) throw badRequest('RouteKey is required');
  checkRoute('CreateRoute', api, settings);
  if (api.routes.size >= QUOTAS.routes) throw tooMany('Routes', QUOTAS.routes);
  const route: Route = {
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    RouteId: resourceId(cloud, 7),
    RouteKey: settings.RouteKey,
  };
  assignGiven(route, knownSettings(settings));
  api.routes.set(route.RouteId ?? '', route);
  return route;
}

function knownSettings({ OperationName, RouteKey, Target }: Partial<RouteSettings>): Partial<Route> {
  return { OperationName, RouteKey, Target };
}

const NOT_SUPPORTED = [
  'ApiKeyRequired',
  'AuthorizationScopes',
  'AuthorizerId',
  'ModelSelectionExpression',
  'RequestModels',
  'RequestParameters',
  'RouteResponseSelectionExpression',
] as const;

function checkRoute(
  operation: string,
  api: StoredApi,
  settings: Partial<RouteSettings>,
  changed?: Route,
): void {
  const { AuthorizationType, RouteKey, Target } = settings;
  if (AuthorizationType !== undefined && AuthorizationType !== 'NONE') {
    throw notSupported(`The authorization type ${AuthorizationType}`);
  }
  refuseMembers(operation, settings, NOT_SUPPORTED);
  if (RouteKey !== undefined) {
    parseRouteKey(RouteKey);
    const same = [...api.routes.values()].find((route) => route.RouteKey === RouteKey);
    if (same && same !== changed) throw conflict(`Route with key ${RouteKey} already exists for this API`);
  }
  if (Target === undefined) return;
  const integrationId = /^integrations\/(.+)$/.exec(Target)?.[1];
  if (!integrationId)
    throw badRequest(`Invalid target ${Target}: it has the form integrations/<integration id>`);
  if (!api.integrations.has(integrationId)) {
    throw badRequest(`Unable to find Integration with ID ${integrationId}`);
  }
}
