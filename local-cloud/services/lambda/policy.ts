import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Functions, StoredFunction } from './functions.ts';

/** A function's resource policy as a document; undefined when it has no statement. */
export function policyOf(stored: StoredFunction | undefined): string | undefined {
  if (!stored || stored.statements.size === 0) return undefined;
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [...stored.statements.values()] });
}

/** Who may invoke a function, besides its account's own roles.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function createPolicyOperations(cloud: Cloud, functions: Functions) {
  return {
    AddPermission(input: AddPermissionRequest): AddPermissionResponse {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      const id = input.StatementId ?? '';
      if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${id}' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)`,
        );
      }
      if (stored.statements.has(id)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { status: 409 },
        );
      }
      const statement = statementOf(cloud, stored, input);
      stored.statements.set(id, statement);
      stored.policyRevisionId = cloud.uuid();
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission(input: RemovePermissionRequest): object {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      if (!stored.statements.delete(input.StatementId ?? '')) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Statement ${input.StatementId} is not found in resource policy.`,
          {
            status: 404,
          },
        );
      }
      stored.policyRevisionId = cloud.uuid();
      return {};
    },

    GetPolicy(input: GetPolicyRequest): GetPolicyResponse {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      const Policy = policyOf(stored);
      if (!Policy) {
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
          status: 404,
        });
      }
      return { Policy, RevisionId: stored.policyRevisionId };
    },
  };
}

function statementOf(cloud: Cloud, stored: StoredFunction, input: AddPermissionRequest): object {
  if (input.EventSourceToken) throw notSupported("AddPermission's EventSourceToken");
  if (input.FunctionUrlAuthType || input.InvokedViaFunctionUrl) throw notSupported('Function URLs');
  const principal = input.Principal ?? '';
  if (principal === '')
    throw new AwsError(
      'InvalidParameterValueException',
      'The provided principal was invalid. Please check the principal and try again.',
    );
  const like: Record<string, string> = {};
  if (input.SourceArn) like['AWS:SourceArn'] = input.SourceArn;
  const equals: Record<string, string> = {};
  if (input.SourceAccount) equals['AWS:SourceAccount'] = input.SourceAccount;
  if (input.PrincipalOrgID) equals['aws:PrincipalOrgID'] = input.PrincipalOrgID;
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(Object.keys(like).length > 0 && { ArnLike: like }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalElement(cloud, principal),
    Action: input.Action,
    Resource: stored.arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalElement(cloud: Cloud, principal: string): string | Record<string, string> {
  if (principal === '*') return '*';
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:${cloud.partition}:iam::${principal}:root` : principal };
}
