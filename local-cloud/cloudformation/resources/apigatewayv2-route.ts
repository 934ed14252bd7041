import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html */
export const apigatewayv2Route: ResourceType = {
  type: 'AWS::ApiGatewayV2::Route',
  properties: {
    ApiId: { ...replacement, required: true },
    ApiKeyRequired: { ...notHere, except: [false] },
    AuthorizationScopes: { ...notHere, except: [[]] },
    AuthorizationType: { ...notHere, except: ['NONE'] },
    AuthorizerId: notHere,
    ModelSelectionExpression: notHere,
    OperationName: inPlace,
    RequestModels: notHere,
    RequestParameters: notHere,
    RouteKey: { ...inPlace, required: true },
    RouteResponseSelectionExpression: notHere,
    Target: inPlace,
  },
  attributes: ['RouteId'],

  async create(properties, { services, call }) {
    const { RouteId = '' } = await services.apigatewayv2.CreateRoute(settingsOf(properties), call());
    return { physicalId: RouteId, attributes: { RouteId } };
  },

  async update(current, properties, _, { services, call }) {
    await services.apigatewayv2.UpdateRoute(
      { ...settingsOf(properties), RouteId: current.physicalId },
      call(),
    );
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    await services.apigatewayv2.DeleteRoute(
      { ApiId: properties.requiredText('ApiId'), RouteId: physicalId },
      call(),
    );
  },
};

function settingsOf(properties: PropertyReader) {
  return {
    ApiId: properties.requiredText('ApiId'),
    OperationName: properties.text('OperationName'),
    RouteKey: properties.requiredText('RouteKey'),
    Target: properties.text('Target'),
  };
}
