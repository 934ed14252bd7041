import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import { checkResourcePolicy } from '../../iam/policy.ts';
import type { Cloud } from '../../service.ts';
import { aliasNotFound, type FunctionEntry, type Functions, functionNotFound } from './functions.ts';
import { ALIAS_NAME, functionArn, parseQualified } from './names.ts';
import { checkRevision, renewRevision, revisionOf } from './revisions.ts';

/** The resource policy of a function, or of one of its versions or aliases. */
export interface ResourcePolicy {
  /** By their id. */
  readonly statements: Map<string, object>;
}

/**
 * A resource policy as a document; undefined when it has no statement. A version or an alias has one of its own: who
 * may invoke the function may not yet invoke those.
 */
export function policyOf(entry: FunctionEntry | undefined, qualifier = ''): string | undefined {
  const policy = entry?.policies.get(qualifier === '$LATEST' ? '' : qualifier);
  if (!policy || policy.statements.size === 0) return undefined;
  return documentOf([...policy.statements.values()]);
}

function documentOf(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}

/** Who may invoke a function, besides its account's own roles.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function createPolicyOperations(cloud: Cloud, functions: Functions) {
  /** The function, and the policy for what a request names. */
  function find(input: { FunctionName: string | undefined; Qualifier?: string | undefined }) {
    const { qualifier = '' } = parseQualified(input.FunctionName, input.Qualifier);
    const entry = functions.entry(input.FunctionName);
    if (qualifier === '$LATEST') {
      throw new AwsError(
        'InvalidParameterValueException',
        'We currently do not support adding policies for $LATEST.',
      );
    }
    const arn = functionArn(cloud, entry.name, qualifier || undefined);
    const policy = entry.policies.get(qualifier);
    return { entry, arn, qualifier, policy };
  }

  /** The same for a change, which needs the version or the alias to be there. */
  function findToChange(input: { FunctionName: string | undefined; Qualifier?: string | undefined }) {
    const found = find(input);
    const { entry, arn, qualifier } = found;
    if (!qualifier || entry.versions.has(qualifier) || entry.aliases.has(qualifier)) return found;
    throw ALIAS_NAME.test(qualifier) ? aliasNotFound(arn) : functionNotFound(arn);
  }

  return {
    AddPermission(input: AddPermissionRequest): AddPermissionResponse {
      checkMembers(input);
      const { entry, arn, qualifier, policy = { statements: new Map() } } = findToChange(input);
      const id = input.StatementId ?? '';
      checkRevision(revisionOf(entry, qualifier), input.RevisionId);
      if (policy.statements.has(id)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { status: 409 },
        );
      }
      const statement = statementOf(cloud, arn, input);
      checkDocument(documentOf([...policy.statements.values(), statement]));
      policy.statements.set(id, statement);
      entry.policies.set(qualifier, policy);
      renewRevision(cloud, entry, qualifier);
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission(input: RemovePermissionRequest): object {
      const { name } = parseQualified(input.FunctionName, input.Qualifier);
      if (!functions.find(name)) throw notFound(`No policy found for: ${functionArn(cloud, name)}`);
      const { entry, qualifier, policy } = findToChange(input);
      if (!policy?.statements.size) throw notFound('No policy is associated with the given resource.');
      checkRevision(revisionOf(entry, qualifier), input.RevisionId);
      if (!policy.statements.delete(input.StatementId ?? '')) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      renewRevision(cloud, entry, qualifier);
      return {};
    },

    GetPolicy(input: GetPolicyRequest): GetPolicyResponse {
      const { entry, qualifier } = find(input);
      const Policy = policyOf(entry, qualifier);
      if (!Policy) throw notFound('The resource you requested does not exist.');
      return { Policy, RevisionId: revisionOf(entry, qualifier) };
    },
  };
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 });
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const PATTERNS = {
  StatementId: ['statementId', '([a-zA-Z0-9-_]+)'],
  Action: ['action', '(lambda:[*]|lambda:[a-zA-Z]+|[*])'],
  SourceArn: [
    'sourceArn',
    'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)',
  ],
  SourceAccount: ['sourceAccount', '\\d{12}'],
} as const;
const REQUIRED: readonly string[] = ['StatementId', 'Action'];
const LONGEST_STATEMENT_ID = 100;

function checkMembers(input: AddPermissionRequest): void {
  for (const [name, [member, pattern]] of Object.entries(PATTERNS)) {
    const value = input[name as keyof typeof PATTERNS];
    if (value === undefined && !REQUIRED.includes(name)) continue;
    if (value === undefined) throw constraint(value, member, 'not be null');
    if (!new RegExp(`^${pattern}$`).test(value)) {
      throw constraint(value, member, `satisfy regular expression pattern: ${pattern}`);
    }
  }
  if ((input.StatementId ?? '').length > LONGEST_STATEMENT_ID) {
    throw constraint(
      input.StatementId,
      'statementId',
      `have length less than or equal to ${LONGEST_STATEMENT_ID}`,
    );
  }
}

function constraint(value: string | undefined, member: string, must: string): AwsError {
  const shown = value === undefined ? 'null' : `'${value}'`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}

/** Resource-based policy: 20 KB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_POLICY_BYTES = 20_480;

/** The members are right by now, all but the principal. */
function checkDocument(document: string): void {
  const bytes = Buffer.byteLength(document);
  if (bytes > LARGEST_POLICY_BYTES) {
    throw new AwsError(
      'PolicyLengthExceededException',
      `The final policy size (${bytes}) is bigger than the limit (${LARGEST_POLICY_BYTES}).`,
    );
  }
  checkResourcePolicy(
    document,
    () =>
      new AwsError(
        'InvalidParameterValueException',
        'The provided principal was invalid. Please check the principal and try again.',
      ),
  );
}

function statementOf(cloud: Cloud, arn: string, input: AddPermissionRequest): object {
  if (input.EventSourceToken) throw notSupported("AddPermission's EventSourceToken");
  if (input.FunctionUrlAuthType || input.InvokedViaFunctionUrl) throw notSupported('Function URLs');
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
    Principal: principalElement(cloud, input.Principal ?? ''),
    Action: input.Action,
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalElement(cloud: Cloud, principal: string): string | Record<string, string> {
  if (principal === '*') return '*';
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:${cloud.partition}:iam::${principal}:root` : principal };
}
