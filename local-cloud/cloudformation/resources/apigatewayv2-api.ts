import type { Cors } from '@aws-sdk/client-apigatewayv2';
import { type PropertyReader, readProperties, tagChanges } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html */
export const apigatewayv2Api: ResourceType = {
  type: 'AWS::ApiGatewayV2::Api',
  properties: {
    ApiKeySelectionExpression: notHere,
    BasePath: notHere,
    Body: notHere,
    BodyS3Location: notHere,
    CorsConfiguration: {
      ...inPlace,
      members: [
        'AllowCredentials',
        'AllowHeaders',
        'AllowMethods',
        'AllowOrigins',
        'ExposeHeaders',
        'MaxAge',
      ],
    },
    CredentialsArn: notHere,
    Description: inPlace,
    DisableExecuteApiEndpoint: inPlace,
    DisableSchemaValidation: notHere,
    FailOnWarnings: notHere,
    IpAddressType: { ...notHere, except: ['ipv4'] },
    Name: { ...inPlace, required: true },
    ProtocolType: { ...replacement, required: true },
    RouteKey: notHere,
    RouteSelectionExpression: replacement,
    Tags: inPlace,
    Target: notHere,
    Version: inPlace,
  },
  attributes: ['ApiEndpoint', 'ApiId'],
  address: ({ physicalId, attributes }, region) => ({
    onAws: `https://${physicalId}.execute-api.${region}.amazonaws.com`,
    here: String(attributes.ApiEndpoint),
  }),

  async create(properties, { services, call }) {
    const { ApiId = '', ApiEndpoint } = await services.apigatewayv2.CreateApi(
      {
        ...settingsOf(properties),
        Name: properties.requiredText('Name'),
        ProtocolType: properties.requiredText('ProtocolType') as 'HTTP',
        RouteSelectionExpression: properties.text('RouteSelectionExpression'),
        Tags: tagsOf(properties),
      },
      call(),
    );
    return { physicalId: ApiId, attributes: { ApiEndpoint, ApiId } };
  },

  async update(current, properties, previous, context) {
    const { services, call } = context;
    const ApiId = current.physicalId;
    const settings = settingsOf(properties);
    await services.apigatewayv2.UpdateApi(
      {
        ApiId,
        Name: properties.requiredText('Name'),
        ...settings,
        Description: settings.Description ?? '',
        DisableExecuteApiEndpoint: settings.DisableExecuteApiEndpoint ?? false,
        Version: settings.Version ?? '',
      },
      call(),
    );
    if (!settings.CorsConfiguration && previous.value('CorsConfiguration')) {
      await services.apigatewayv2.DeleteCorsConfiguration({ ApiId }, call());
    }
    await updateTags(`/apis/${ApiId}`, properties, previous, context);
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.apigatewayv2.DeleteApi({ ApiId: physicalId }, call());
  },
};

/** API Gateway's tags are an object; those that a resource has from its stack come as a list. */
export function tagsOf(properties: PropertyReader): Record<string, string> {
  const tags = properties.value<object>('Tags') ?? {};
  return Array.isArray(tags)
    ? properties.tags()
    : Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/** Changes the tags of an API or a stage. */
export async function updateTags(
  path: string,
  properties: PropertyReader,
  previous: PropertyReader,
  { services, call, region }: ResourceContext,
): Promise<void> {
  const ResourceArn = `arn:aws:apigateway:${region}::${path}`;
  const { set, remove } = tagChanges(tagsOf(previous), tagsOf(properties));
  if (Object.keys(set).length > 0) {
    await services.apigatewayv2.TagResource({ ResourceArn, Tags: set }, call());
  }
  if (remove.length > 0) {
    await services.apigatewayv2.UntagResource({ ResourceArn, TagKeys: remove }, call());
  }
}

function settingsOf(properties: PropertyReader) {
  return {
    CorsConfiguration: corsOf(properties.value('CorsConfiguration')),
    Description: properties.text('Description'),
    DisableExecuteApiEndpoint: properties.flag('DisableExecuteApiEndpoint'),
    Version: properties.text('Version'),
  };
}

function corsOf(given: Record<string, unknown> | undefined): Cors | undefined {
  if (!given) return undefined;
  const cors = readProperties(given);
  return {
    AllowCredentials: cors.flag('AllowCredentials'),
    AllowHeaders: cors.texts('AllowHeaders'),
    AllowMethods: cors.texts('AllowMethods'),
    AllowOrigins: cors.texts('AllowOrigins'),
    ExposeHeaders: cors.texts('ExposeHeaders'),
    MaxAge: cors.integer('MaxAge'),
  };
}
