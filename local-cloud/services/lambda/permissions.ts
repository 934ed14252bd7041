import type { Cloud, Permission } from '../../service.ts';
import type { Functions } from './functions.ts';
import { functionArn, parseFunctionReference } from './names.ts';
import { policyOf } from './policy.ts';
import { checkTaggedArn } from './tags.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export function createPermissions(cloud: Cloud, functions: Functions) {
  const onFunction =
    (action: string, toRead = false) =>
    (input: { FunctionName?: string; Resource?: string; Qualifier?: string }): Permission[] => {
      const parsed = parseFunctionReference(input.FunctionName ?? input.Resource, {
        qualifier: input.Qualifier,
        toRead,
      });
      const { name, qualifier = input.Qualifier || undefined } = parsed;
      const resourcePolicy = policyOf(functions.find(name), qualifier);
      return [
        {
          action: `lambda:${action}`,
          // A version or an alias is a resource of its own:
          // https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
          resource: functionArn(cloud, name, qualifier),
          ...(resourcePolicy && { resourcePolicy }),
        },
      ];
    };
  /** Of versions and aliases of a function the function's own ARN is what counts. */
  const onWhole =
    (action: string, toRead = false) =>
    (input: { FunctionName: string | undefined; Qualifier?: string | undefined }): Permission[] => {
      const { name } = parseFunctionReference(input.FunctionName, { qualifier: input.Qualifier, toRead });
      return [{ action: `lambda:${action}`, resource: functionArn(cloud, name) }];
    };
  const onTagged =
    (action: string) =>
    (input: { Resource: string | undefined }): Permission[] => {
      const { Resource = '' } = input;
      checkTaggedArn(Resource);
      if (!Resource.includes(':event-source-mapping:')) return onFunction(action)({ Resource });
      return [{ action: `lambda:${action}`, resource: Resource }];
    };
  const onAll = (action: string) => (): Permission[] => [{ action: `lambda:${action}`, resource: '*' }];
  return {
    CreateFunction: onFunction('CreateFunction'),
    GetFunction: onFunction('GetFunction', true),
    GetFunctionConfiguration: onFunction('GetFunctionConfiguration', true),
    UpdateFunctionCode: onFunction('UpdateFunctionCode'),
    UpdateFunctionConfiguration: onFunction('UpdateFunctionConfiguration'),
    DeleteFunction: onFunction('DeleteFunction'),
    ListFunctions: onAll('ListFunctions'),
    PutFunctionConcurrency: onFunction('PutFunctionConcurrency'),
    GetFunctionConcurrency: onFunction('GetFunctionConcurrency'),
    DeleteFunctionConcurrency: onFunction('DeleteFunctionConcurrency'),
    GetAccountSettings: onAll('GetAccountSettings'),
    TagResource: onTagged('TagResource'),
    UntagResource: onTagged('UntagResource'),
    ListTags: onTagged('ListTags'),
    PublishVersion: onWhole('PublishVersion'),
    ListVersionsByFunction: onWhole('ListVersionsByFunction', true),
    CreateAlias: onWhole('CreateAlias'),
    GetAlias: onWhole('GetAlias'),
    UpdateAlias: onWhole('UpdateAlias'),
    DeleteAlias: onWhole('DeleteAlias'),
    ListAliases: onWhole('ListAliases'),
    PutProvisionedConcurrencyConfig: onFunction('PutProvisionedConcurrencyConfig'),
    GetProvisionedConcurrencyConfig: onFunction('GetProvisionedConcurrencyConfig'),
    DeleteProvisionedConcurrencyConfig: onFunction('DeleteProvisionedConcurrencyConfig'),
    ListProvisionedConcurrencyConfigs: onWhole('ListProvisionedConcurrencyConfigs'),
    PutFunctionEventInvokeConfig: onWhole('PutFunctionEventInvokeConfig'),
    UpdateFunctionEventInvokeConfig: onWhole('UpdateFunctionEventInvokeConfig'),
    GetFunctionEventInvokeConfig: onWhole('GetFunctionEventInvokeConfig'),
    DeleteFunctionEventInvokeConfig: onWhole('DeleteFunctionEventInvokeConfig'),
    ListFunctionEventInvokeConfigs: onWhole('ListFunctionEventInvokeConfigs'),
    PutFunctionRecursionConfig: onWhole('PutFunctionRecursionConfig'),
    GetFunctionRecursionConfig: onWhole('GetFunctionRecursionConfig'),
    AddPermission: onFunction('AddPermission'),
    RemovePermission: onFunction('RemovePermission'),
    GetPolicy: onFunction('GetPolicy', true),
    Invoke: onFunction('InvokeFunction', true),
  };
}
