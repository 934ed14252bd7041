import type { AliasRoutingConfiguration } from '@aws-sdk/client-lambda';
import type { PropertyReader } from '../properties.ts';
import { finishOrUndo, inPlace, type Provisioned, type ResourceType, replacement } from '../resource-type.ts';
import { provisionedConcurrencyRule, setProvisionedConcurrency } from './lambda-provisioned-concurrency.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html */
export const lambdaAlias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  properties: {
    Description: inPlace,
    FunctionName: { ...replacement, required: true },
    FunctionVersion: { ...inPlace, required: true },
    Name: { ...replacement, required: true },
    ProvisionedConcurrencyConfig: { ...inPlace, ...provisionedConcurrencyRule },
    RoutingConfig: { ...inPlace, members: ['AdditionalVersionWeights'] },
  },
  attributes: ['AliasArn'],

  async create(properties, context) {
    const { services, call } = context;
    const FunctionName = properties.requiredText('FunctionName');
    const Name = properties.requiredText('Name');
    const { AliasArn = '' } = await services.lambda.CreateAlias(
      {
        FunctionName,
        Name,
        FunctionVersion: properties.requiredText('FunctionVersion'),
        Description: properties.text('Description'),
        RoutingConfig: routingOf(properties),
      },
      call(),
    );
    await finishOrUndo(
      () => setProvisionedConcurrency({ FunctionName, Qualifier: Name }, properties, undefined, context),
      async () => services.lambda.DeleteAlias({ FunctionName, Name }, call()),
    );
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },

  async update(current, properties, previous, context) {
    const { services, call } = context;
    const { FunctionName, Name } = named(current);
    await services.lambda.UpdateAlias(
      {
        FunctionName,
        Name,
        FunctionVersion: properties.requiredText('FunctionVersion'),
        Description: properties.text('Description') ?? '',
        RoutingConfig: routingOf(properties),
      },
      call(),
    );
    await setProvisionedConcurrency({ FunctionName, Qualifier: Name }, properties, previous, context);
    return current;
  },

  async delete(current, _, { services, call }) {
    await services.lambda.DeleteAlias(named(current), call());
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-alias-aliasroutingconfiguration.html */
function routingOf(properties: PropertyReader): AliasRoutingConfiguration {
  const config = properties.value<{ AdditionalVersionWeights?: Record<string, unknown>[] }>('RoutingConfig');
  const weights = (config?.AdditionalVersionWeights ?? []).map(({ FunctionVersion, FunctionWeight }) => [
    String(FunctionVersion),
    Number(FunctionWeight),
  ]);
  return { AdditionalVersionWeights: Object.fromEntries(weights) };
}

/** The function's ARN, and the alias's name behind it. */
function named({ physicalId }: Provisioned): { FunctionName: string; Name: string } {
  const end = physicalId.lastIndexOf(':');
  return { FunctionName: physicalId.slice(0, end), Name: physicalId.slice(end + 1) };
}
