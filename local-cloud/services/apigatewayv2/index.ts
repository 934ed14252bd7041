import type { Cloud, Service } from '../../service.ts';
import { createApiOperations } from './api-operations.ts';
import { createApis } from './apis.ts';
import { createDeploymentOperations } from './deployment-operations.ts';
import { createGateway } from './gateway.ts';
import { createIntegrationOperations } from './integration-operations.ts';
import type { LambdaInvoke } from './lambda-integration.ts';
import { createPermissions } from './permissions.ts';
import { createRouteOperations } from './route-operations.ts';
import { createStageOperations } from './stage-operations.ts';
import { createTagOperations } from './tags.ts';

export interface ApiGatewayDependencies {
  /** Lambda, guarded: a function is called only with a permission for this service. */
  lambda: LambdaInvoke;
}

/**
 * Makes the account's HTTP APIs. Each listens on a loopback port of its own, which its `ApiEndpoint` names.
 * WebSocket APIs, authorizers, other integrations than Lambda functions, domain names and access logs are not
 * among what it does.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export function createApiGatewayV2(cloud: Cloud, { lambda }: ApiGatewayDependencies) {
  const apis = createApis(cloud, createGateway(cloud, lambda));
  return {
    name: 'apigateway',
    operations: {
      ...createApiOperations(cloud, apis),
      ...createIntegrationOperations(cloud, apis),
      ...createRouteOperations(cloud, apis),
      ...createStageOperations(cloud, apis),
      ...createDeploymentOperations(apis),
      ...createTagOperations(apis),
    },
    permissions: createPermissions(cloud),
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    stop: () => apis.close(),
  } satisfies Service<object>;
}

export type ApiGatewayV2Operations = ReturnType<typeof createApiGatewayV2>['operations'];
