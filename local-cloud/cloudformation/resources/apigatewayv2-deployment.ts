import { inPlace, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-deployment.html */
export const apigatewayv2Deployment: ResourceType = {
  type: 'AWS::ApiGatewayV2::Deployment',
  properties: {
    ApiId: { ...replacement, required: true },
    Description: inPlace,
    StageName: replacement,
  },
  attributes: ['DeploymentId'],

  async create(properties, { services, call }) {
    const { DeploymentId = '' } = await services.apigatewayv2.CreateDeployment(
      {
        ApiId: properties.requiredText('ApiId'),
        Description: properties.text('Description'),
        StageName: properties.text('StageName'),
      },
      call(),
    );
    return { physicalId: DeploymentId, attributes: { DeploymentId } };
  },

  async update(current, properties, _, { services, call }) {
    await services.apigatewayv2.UpdateDeployment(
      {
        ApiId: properties.requiredText('ApiId'),
        DeploymentId: current.physicalId,
        Description: properties.text('Description') ?? '',
      },
      call(),
    );
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    await services.apigatewayv2.DeleteDeployment(
      { ApiId: properties.requiredText('ApiId'), DeploymentId: physicalId },
      call(),
    );
  },
};
