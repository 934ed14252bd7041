import type { PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { PropertyReader } from '../properties.ts';
import { inPlace, type Provisioned, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
export const lambdaEventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  properties: {
    DestinationConfig: { ...inPlace, members: ['OnFailure', 'OnSuccess'] },
    FunctionName: { ...replacement, required: true },
    MaximumEventAgeInSeconds: inPlace,
    MaximumRetryAttempts: inPlace,
    Qualifier: { ...replacement, required: true },
  },
  attributes: [],

  async create(properties, { services, call }) {
    const target = {
      FunctionName: properties.requiredText('FunctionName'),
      Qualifier: properties.requiredText('Qualifier'),
    };
    await services.lambda.PutFunctionEventInvokeConfig({ ...target, ...settingsOf(properties) }, call());
    return { physicalId: `${target.FunctionName}|${target.Qualifier}`, attributes: {} };
  },

  async update(current, properties, _previous, { services, call }) {
    await services.lambda.PutFunctionEventInvokeConfig(
      { ...targetOf(current), ...settingsOf(properties) },
      call(),
    );
    return current;
  },

  async delete(current, _properties, { services, call }) {
    await services.lambda.DeleteFunctionEventInvokeConfig(targetOf(current), call());
  },
};

function targetOf({ physicalId }: Provisioned): { FunctionName: string; Qualifier: string } {
  const [FunctionName = '', Qualifier = ''] = physicalId.split('|');
  return { FunctionName, Qualifier };
}

function settingsOf(properties: PropertyReader): Omit<PutFunctionEventInvokeConfigRequest, 'FunctionName'> {
  return {
    DestinationConfig: properties.value('DestinationConfig'),
    MaximumEventAgeInSeconds: properties.integer('MaximumEventAgeInSeconds'),
    MaximumRetryAttempts: properties.integer('MaximumRetryAttempts'),
  };
}
