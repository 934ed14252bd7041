import { notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export const lambdaPermission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  properties: {
    Action: { ...replacement, required: true },
    EventSourceToken: notHere,
    FunctionName: { ...replacement, required: true },
    FunctionUrlAuthType: notHere,
    InvokedViaFunctionUrl: notHere,
    Principal: { ...replacement, required: true },
    PrincipalOrgID: notHere,
    SourceAccount: replacement,
    SourceArn: replacement,
  },
  attributes: ['Id'],

  async create(properties, { services, call, newName }) {
    const StatementId = newName(100);
    await services.lambda.AddPermission(
      {
        StatementId,
        FunctionName: properties.requiredText('FunctionName'),
        Action: properties.requiredText('Action'),
        Principal: properties.requiredText('Principal'),
        SourceAccount: properties.text('SourceAccount'),
        SourceArn: properties.text('SourceArn'),
      },
      call(),
    );
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },

  async delete({ physicalId }, properties, { services, call }) {
    await services.lambda.RemovePermission(
      { FunctionName: properties.requiredText('FunctionName'), StatementId: physicalId },
      call(),
    );
  },
};
