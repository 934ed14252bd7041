import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';
import { type PropertyReader, readProperties } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import { tagsOf, updateTags } from './apigatewayv2-api.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export const apigatewayv2Stage: ResourceType = {
  type: 'AWS::ApiGatewayV2::Stage',
  properties: {
    AccessLogSettings: notHere,
    AccessPolicyId: notHere,
    ApiId: { ...replacement, required: true },
    AutoDeploy: inPlace,
    ClientCertificateId: notHere,
    DefaultRouteSettings: {
      ...inPlace,
      members: [
        'DataTraceEnabled',
        'DetailedMetricsEnabled',
        'LoggingLevel',
        'ThrottlingBurstLimit',
        'ThrottlingRateLimit',
      ],
    },
    DeploymentId: inPlace,
    Description: inPlace,
    RouteSettings: inPlace,
    StageName: { ...replacement, required: true },
    StageVariables: inPlace,
    Tags: inPlace,
  },
  attributes: [],

  async create(properties, { services, call }) {
    const StageName = properties.requiredText('StageName');
    await services.apigatewayv2.CreateStage({ ...settingsOf(properties), Tags: tagsOf(properties) }, call());
    return { physicalId: StageName, attributes: {} };
  },

  async update(current, properties, previous, context) {
    const { services, call } = context;
    const settings = settingsOf(properties);
    await services.apigatewayv2.UpdateStage({ ...settings, Description: settings.Description ?? '' }, call());
    const { ApiId, StageName } = settings;
    await updateTags(`/apis/${ApiId}/stages/${StageName}`, properties, previous, context);
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    await services.apigatewayv2.DeleteStage(
      { ApiId: properties.requiredText('ApiId'), StageName: physicalId },
      call(),
    );
  },
};

function settingsOf(properties: PropertyReader) {
  const routes = properties.value<Record<string, Record<string, unknown>>>('RouteSettings') ?? {};
  const variables = properties.value<Record<string, unknown>>('StageVariables') ?? {};
  return {
    ApiId: properties.requiredText('ApiId'),
    AutoDeploy: properties.flag('AutoDeploy') ?? false,
    DefaultRouteSettings: routeSettingsOf(properties.value('DefaultRouteSettings')),
    DeploymentId: properties.text('DeploymentId'),
    Description: properties.text('Description'),
    RouteSettings: Object.fromEntries(
      Object.entries(routes).map(([key, settings]) => [key, routeSettingsOf(settings) ?? {}]),
    ),
    StageName: properties.requiredText('StageName'),
    StageVariables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function routeSettingsOf(given: Record<string, unknown> | undefined): RouteSettings | undefined {
  if (!given) return undefined;
  const settings = readProperties(given);
  return {
    DataTraceEnabled: settings.flag('DataTraceEnabled'),
    DetailedMetricsEnabled: settings.flag('DetailedMetricsEnabled'),
    LoggingLevel: settings.text('LoggingLevel') as RouteSettings['LoggingLevel'],
    ThrottlingBurstLimit: settings.integer('ThrottlingBurstLimit'),
    ThrottlingRateLimit: settings.number('ThrottlingRateLimit'),
  };
}
