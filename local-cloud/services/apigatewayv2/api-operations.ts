import type {
  CreateApiRequest,
  CreateApiResponse,
  DeleteApiRequest,
  DeleteCorsConfigurationRequest,
  GetApiRequest,
  GetApiResponse,
  GetApisRequest,
  GetApisResponse,
  UpdateApiRequest,
  UpdateApiResponse,
} from '@aws-sdk/client-apigatewayv2';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Apis } from './apis.ts';
import { assignGiven } from './assign.ts';
import { checkCors } from './cors.ts';
import { badRequest } from './errors.ts';
import { addIntegration } from './integration-operations.ts';
import type { StoredApi } from './model.ts';
import { pageOf } from './paging.ts';
import { refuseMembers } from './refusals.ts';
import { parseRouteKey } from './route-key.ts';
import { addRoute } from './route-operations.ts';
import { addStage } from './stage-operations.ts';
import { checkTags } from './tags.ts';

const METHOD_SELECTION = '${request.method} ${request.path}';

export function createApiOperations(cloud: Cloud, apis: Apis) {
  return {
    /** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html#CreateApi */
    async CreateApi(input: CreateApiRequest): Promise<CreateApiResponse> {
      if (input.ProtocolType === 'WEBSOCKET') throw notSupported('The protocol type WEBSOCKET');
      if (input.ProtocolType !== 'HTTP') {
        throw badRequest('Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]');
      }
      checkName(input.Name);
      if (!input.Name) throw badRequest('API name is required');
      checkSettings('CreateApi', input);
      refuseMembers('CreateApi', input, ['CredentialsArn']);
      checkTags(input.Tags ?? {});
      if (input.RouteKey !== undefined) parseRouteKey(input.RouteKey);
      const api = await apis.create({
        ApiKeySelectionExpression: '$request.header.x-api-key',
        CorsConfiguration: input.CorsConfiguration,
        Description: input.Description,
        DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
        IpAddressType: 'ipv4',
        Name: input.Name,
        ProtocolType: 'HTTP',
        RouteSelectionExpression: METHOD_SELECTION,
        Tags: input.Tags ?? {},
        Version: input.Version,
      });
      if (input.Target === undefined) return structuredClone(api.description);
      try {
        quickCreate(cloud, apis, api, input.Target, input.RouteKey);
      } catch (error) {
        await apis.delete(api.id);
        throw error;
      }
      return structuredClone(api.description);
    },

    GetApi: ({ ApiId }: GetApiRequest): GetApiResponse => structuredClone(apis.get(ApiId).description),

    GetApis: (input: GetApisRequest): GetApisResponse =>
      pageOf(
        apis.all().map(({ description }) => structuredClone(description)),
        input,
      ),

    /** Members that are not given stay as they are. */
    UpdateApi(input: UpdateApiRequest): UpdateApiResponse {
      const api = apis.get(input.ApiId);
      checkName(input.Name);
      checkSettings('UpdateApi', input);
      refuseMembers('UpdateApi', input, ['CredentialsArn', 'Target', 'RouteKey']);
      const { description } = api;
      assignGiven(description, {
        CorsConfiguration: input.CorsConfiguration,
        Description: input.Description,
        DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint,
        Name: input.Name,
        Version: input.Version,
      });
      if (input.CorsConfiguration) apis.changed(api);
      return structuredClone(description);
    },

    async DeleteApi({ ApiId }: DeleteApiRequest): Promise<void> {
      await apis.delete(ApiId);
    },

    DeleteCorsConfiguration({ ApiId }: DeleteCorsConfigurationRequest): void {
      const api = apis.get(ApiId);
      delete api.description.CorsConfiguration;
      apis.changed(api);
    },
  };
}

/** A `$default` stage, and a route to one function. API Gateway keeps these parts to itself. */
function quickCreate(cloud: Cloud, apis: Apis, api: StoredApi, target: string, RouteKey = '$default'): void {
  if (/^https?:/.test(target)) throw notSupported("CreateApi's Target with an HTTP URL");
  const { IntegrationId } = addIntegration(cloud, api, {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: target,
    PayloadFormatVersion: '2.0',
  });
  addRoute(cloud, api, { RouteKey, Target: `integrations/${IntegrationId}` });
  addStage(cloud, api, { StageName: '$default', AutoDeploy: true });
  for (const part of [...api.integrations.values(), ...api.routes.values(), ...api.stages.values()]) {
    part.ApiGatewayManaged = true;
  }
  apis.changed(api);
}

function checkName(name: string | undefined): void {
  if (name !== undefined && (name === '' || name.length > 128)) {
    throw badRequest('API name must have 1 to 128 characters');
  }
}

type Settings = Pick<
  CreateApiRequest,
  | 'ApiKeySelectionExpression'
  | 'CorsConfiguration'
  | 'DisableSchemaValidation'
  | 'IpAddressType'
  | 'RouteSelectionExpression'
>;

function checkSettings(operation: string, input: Settings): void {
  refuseMembers(operation, input, ['ApiKeySelectionExpression', 'DisableSchemaValidation']);
  if (input.IpAddressType !== undefined && input.IpAddressType !== 'ipv4') {
    throw notSupported(`The IP address type ${input.IpAddressType}`);
  }
  const { RouteSelectionExpression: selection } = input;
  if (selection !== undefined && selection !== METHOD_SELECTION) {
    throw badRequest(`For HTTP APIs, the routeSelectionExpression must be ${METHOD_SELECTION}`);
  }
  if (input.CorsConfiguration) checkCors(input.CorsConfiguration);
}
