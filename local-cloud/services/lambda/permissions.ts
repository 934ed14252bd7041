import type { Cloud, Permission } from '../../service.ts';
import type { Functions } from './functions.ts';
import { functionArn, parseFunctionReference } from './names.ts';
import { policyOf } from './policy.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export function createPermissions(cloud: Cloud, functions: Functions) {
  const onFunction =
    (action: string) =>
    (input: { FunctionName?: string; Resource?: string }): Permission[] => {
      const { name } = parseFunctionReference(input.FunctionName ?? input.Resource);
      const resourcePolicy = policyOf(functions.find(name));
      return [
        {
          action: `lambda:${action}`,
          resource: functionArn(cloud, name),
          ...(resourcePolicy && { resourcePolicy }),
        },
      ];
    };
  const onAll = (action: string) => (): Permission[] => [{ action: `lambda:${action}`, resource: '*' }];
  return {
    CreateFunction: onFunction('CreateFunction'),
    GetFunction: onFunction('GetFunction'),
    GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
    UpdateFunctionCode: onFunction('UpdateFunctionCode'),
    UpdateFunctionConfiguration: onFunction('UpdateFunctionConfiguration'),
    DeleteFunction: onFunction('DeleteFunction'),
    ListFunctions: onAll('ListFunctions'),
    PutFunctionConcurrency: onFunction('PutFunctionConcurrency'),
    GetFunctionConcurrency: onFunction('GetFunctionConcurrency'),
    DeleteFunctionConcurrency: onFunction('DeleteFunctionConcurrency'),
    GetAccountSettings: onAll('GetAccountSettings'),
    TagResource: onFunction('TagResource'),
    UntagResource: onFunction('UntagResource'),
    ListTags: onFunction('ListTags'),
    AddPermission: onFunction('AddPermission'),
    RemovePermission: onFunction('RemovePermission'),
    GetPolicy: onFunction('GetPolicy'),
    Invoke: onFunction('InvokeFunction'),
  };
}
