import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
export const apigatewayv2Integration: ResourceType = {
  type: 'AWS::ApiGatewayV2::Integration',
  properties: {
    ApiId: { ...replacement, required: true },
    ConnectionId: notHere,
    ConnectionType: { ...notHere, except: ['INTERNET'] },
    ContentHandlingStrategy: notHere,
    CredentialsArn: notHere,
    Description: inPlace,
    IntegrationMethod: inPlace,
    IntegrationSubtype: notHere,
    IntegrationType: { ...replacement, required: true },
    IntegrationUri: inPlace,
    PassthroughBehavior: notHere,
    PayloadFormatVersion: inPlace,
    RequestParameters: { ...notHere, except: [{}] },
    RequestTemplates: notHere,
    ResponseParameters: { ...notHere, except: [{}] },
    TemplateSelectionExpression: notHere,
    TimeoutInMillis: inPlace,
    TlsConfig: notHere,
  },
  attributes: ['IntegrationId'],

  async create(properties, { services, call }) {
    const { IntegrationId = '' } = await services.apigatewayv2.CreateIntegration(
      {
        ApiId: properties.requiredText('ApiId'),
        IntegrationType: properties.requiredText('IntegrationType') as 'AWS_PROXY',
        ...settingsOf(properties),
      },
      call(),
    );
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },

  async update(current, properties, _, { services, call }) {
    await services.apigatewayv2.UpdateIntegration(
      {
        ApiId: properties.requiredText('ApiId'),
        IntegrationId: current.physicalId,
        // What is taken out of the template goes back to its default.
        TimeoutInMillis: 30_000,
        Description: '',
        ...given(settingsOf(properties)),
      },
      call(),
    );
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    await services.apigatewayv2.DeleteIntegration(
      { ApiId: properties.requiredText('ApiId'), IntegrationId: physicalId },
      call(),
    );
  },
};

function settingsOf(properties: PropertyReader) {
  return {
    Description: properties.text('Description'),
    IntegrationMethod: properties.text('IntegrationMethod'),
    IntegrationUri: properties.text('IntegrationUri'),
    PayloadFormatVersion: properties.text('PayloadFormatVersion'),
    TimeoutInMillis: properties.integer('TimeoutInMillis'),
  };
}

function given<T extends object>(settings: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
