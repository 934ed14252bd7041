import type { Cors, Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { createRouter, type Router } from './router.ts';

/** What an API does with a request, as it was at one time: a deployment holds one. */
export interface Definition {
  readonly cors: Cors | undefined;
  readonly router: Router;
}

/** Takes the routes and integrations as they are now; the router is made when the first request comes. */
export function defineApi(
  routes: Iterable<Route>,
  integrations: Iterable<[string, Integration]>,
  cors: Cors | undefined,
): Definition {
  const frozenRoutes = Array.from(routes, (route) => ({ ...route }));
  const frozenIntegrations = new Map(Array.from(integrations, ([id, one]) => [id, { ...one }] as const));
  let router: Router | undefined;
  return {
    cors: cors && structuredClone(cors),
    router(method, segments) {
      router ??= createRouter(frozenRoutes, frozenIntegrations);
      return router(method, segments);
    },
  };
}
