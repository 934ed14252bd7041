import type {
  CreateIntegrationRequest,
  CreateIntegrationResult,
  DeleteIntegrationRequest,
  GetIntegrationRequest,
  GetIntegrationResult,
  GetIntegrationsRequest,
  GetIntegrationsResponse,
  Integration,
  UpdateIntegrationRequest,
  UpdateIntegrationResult,
} from '@aws-sdk/client-apigatewayv2';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Apis } from './apis.ts';
import { assignGiven } from './assign.ts';
import { badRequest, conflict, tooMany } from './errors.ts';
import { resourceId } from './ids.ts';
import { functionOfUri } from './lambda-integration.ts';
import { QUOTAS, type StoredApi } from './model.ts';
import { pageOf } from './paging.ts';
import { refuseMembers } from './refusals.ts';

type IntegrationSettings = Omit<CreateIntegrationRequest, 'ApiId'>;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
export function createIntegrationOperations(cloud: Cloud, apis: Apis) {
  return {
    CreateIntegration({ ApiId, ...settings }: CreateIntegrationRequest): CreateIntegrationResult {
      const api = apis.get(ApiId);
      const integration = addIntegration(cloud, api, settings);
      apis.changed(api);
      return structuredClone(integration);
    },

    GetIntegration: ({ ApiId, IntegrationId }: GetIntegrationRequest): GetIntegrationResult =>
      structuredClone(apis.integration(apis.get(ApiId), IntegrationId)),

    GetIntegrations: ({ ApiId, ...page }: GetIntegrationsRequest): GetIntegrationsResponse =>
      pageOf(structuredClone([...apis.get(ApiId).integrations.values()]), page),

    UpdateIntegration({
      ApiId,
      IntegrationId,
      ...settings
    }: UpdateIntegrationRequest): UpdateIntegrationResult {
      const api = apis.get(ApiId);
      const integration = apis.integration(api, IntegrationId);
      const { IntegrationType, IntegrationMethod, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } =
        integration;
      const before = { IntegrationMethod, IntegrationUri, PayloadFormatVersion, TimeoutInMillis };
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      checkIntegration('UpdateIntegration', { ...before, IntegrationType, ...given });
      assignGiven(integration, knownSettings(settings));
      apis.changed(api);
      return structuredClone(integration);
    },

    DeleteIntegration({ ApiId, IntegrationId }: DeleteIntegrationRequest): void {
      const api = apis.get(ApiId);
      apis.integration(api, IntegrationId);
      const users = [...api.routes.values()].filter(
        ({ Target }) => Target === `integrations/${IntegrationId}`,
      );
      if (users.length > 0) {
        const keys = users.map(({ RouteKey }) => RouteKey).join(', ');
        throw conflict(
          `Cannot delete Integration '${IntegrationId}' due to Route(s) [${keys}] referencing it`,
        );
      }
      api.integrations.delete(IntegrationId ?? '');
      apis.changed(api);
    },
  };
}

/** Adds an integration; the caller deploys it. */
export function addIntegration(cloud: Cloud, api: StoredApi, settings: IntegrationSettings): Integration {
  checkIntegration('CreateIntegration', settings);
  if (api.integrations.size >= QUOTAS.integrations) throw tooMany('Integrations', QUOTAS.integrations);
  const integration: Integration = {
    ConnectionType: 'INTERNET',
    IntegrationId: resourceId(cloud, 7),
    IntegrationMethod: 'POST',
    IntegrationType: 'AWS_PROXY',
    TimeoutInMillis: QUOTAS.longestTimeoutMs,
  };
  assignGiven(integration, knownSettings(settings));
  api.integrations.set(integration.IntegrationId ?? '', integration);
  return integration;
}

function knownSettings(settings: Partial<IntegrationSettings>): Partial<Integration> {
  const { Description, IntegrationMethod, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } = settings;
  return { Description, IntegrationMethod, IntegrationUri, PayloadFormatVersion, TimeoutInMillis };
}

const NOT_SUPPORTED = [
  'ConnectionId',
  'ContentHandlingStrategy',
  'CredentialsArn',
  'IntegrationSubtype',
  'PassthroughBehavior',
  'RequestParameters',
  'RequestTemplates',
  'ResponseParameters',
  'TemplateSelectionExpression',
  'TlsConfig',
] as const;

function checkIntegration(operation: string, settings: IntegrationSettings): void {
  const {
    IntegrationType: type,
    ConnectionType,
    IntegrationUri,
    IntegrationMethod,
    PayloadFormatVersion,
  } = settings;
  if (!type) throw badRequest('IntegrationType is required');
  if (type !== 'AWS_PROXY') throw notSupported(`The integration type ${type}`);
  refuseMembers(operation, settings, NOT_SUPPORTED);
  if (ConnectionType === 'VPC_LINK') throw notSupported('The connection type VPC_LINK');
  functionOfUri(IntegrationUri ?? '');
  if (IntegrationMethod !== undefined && IntegrationMethod !== 'POST') {
    throw badRequest('Lambda functions are called with the integration method POST');
  }
  // "If you create a Lambda integration by using the AWS CLI, CloudFormation, or an SDK, you must specify it."
  if (PayloadFormatVersion !== '1.0' && PayloadFormatVersion !== '2.0') {
    throw badRequest('PayloadFormatVersion is a required parameter for integration. Valid values: 1.0, 2.0');
  }
  const timeout = settings.TimeoutInMillis ?? QUOTAS.longestTimeoutMs;
  if (!Number.isInteger(timeout) || timeout < QUOTAS.shortestTimeoutMs || timeout > QUOTAS.longestTimeoutMs) {
    throw badRequest(
      `Timeout should be between ${QUOTAS.shortestTimeoutMs} ms and ${QUOTAS.longestTimeoutMs} ms`,
    );
  }
}
