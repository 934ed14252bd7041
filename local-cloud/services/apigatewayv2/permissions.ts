import type { Cloud, Permission } from '../../service.ts';

/** What the operations' inputs say about the resource. */
interface Named {
  ApiId?: string;
  IntegrationId?: string;
  RouteId?: string;
  StageName?: string;
  DeploymentId?: string;
  RouteKey?: string;
  ResourceArn?: string;
}

type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * API Gateway's actions are HTTP methods, on paths of its own API.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
export function createPermissions(cloud: Cloud) {
  const on =
    (verb: Verb, path: (input: Named) => string) =>
    (input: Named): Permission[] => [
      {
        action: `apigateway:${verb}`,
        resource: `arn:${cloud.partition}:apigateway:${cloud.region}::${path(input)}`,
      },
    ];
  const onAll = (verb: Verb) => () => on(verb, () => '/apis')({});
  const api = ({ ApiId }: Named) => `/apis/${ApiId}`;
  const part = (name: string) => (input: Named) => `${api(input)}/${name}`;
  const integration = (input: Named) => `${api(input)}/integrations/${input.IntegrationId}`;
  const route = (input: Named) => `${api(input)}/routes/${input.RouteId}`;
  const stage = (input: Named) => `${api(input)}/stages/${input.StageName}`;
  const deployment = (input: Named) => `${api(input)}/deployments/${input.DeploymentId}`;
  const tags = ({ ResourceArn }: Named) => `/tags/${encodeURIComponent(ResourceArn ?? '')}`;
  return {
    CreateApi: onAll('POST'),
    GetApi: on('GET', api),
    GetApis: onAll('GET'),
    UpdateApi: on('PATCH', api),
    DeleteApi: on('DELETE', api),
    DeleteCorsConfiguration: on('DELETE', part('cors')),
    CreateIntegration: on('POST', part('integrations')),
    GetIntegration: on('GET', integration),
    GetIntegrations: on('GET', part('integrations')),
    UpdateIntegration: on('PATCH', integration),
    DeleteIntegration: on('DELETE', integration),
    CreateRoute: on('POST', part('routes')),
    GetRoute: on('GET', route),
    GetRoutes: on('GET', part('routes')),
    UpdateRoute: on('PATCH', route),
    DeleteRoute: on('DELETE', route),
    CreateStage: on('POST', part('stages')),
    GetStage: on('GET', stage),
    GetStages: on('GET', part('stages')),
    UpdateStage: on('PATCH', stage),
    DeleteStage: on('DELETE', stage),
    DeleteRouteSettings: on('DELETE', (input) => `${stage(input)}/routesettings/${input.RouteKey}`),
    CreateDeployment: on('POST', part('deployments')),
    GetDeployment: on('GET', deployment),
    GetDeployments: on('GET', part('deployments')),
    UpdateDeployment: on('PATCH', deployment),
    DeleteDeployment: on('DELETE', deployment),
    GetTags: on('GET', tags),
    TagResource: on('POST', tags),
    UntagResource: on('DELETE', tags),
  };
}
