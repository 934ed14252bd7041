import type { AwsError } from '../errors.ts';
import type { Principal } from '../service.ts';

/**
 * How a policy names a caller: by itself (`direct`), or by its account, which only lets the account's own
 * policies decide (`account`).
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

const ACCOUNT = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/;
const PRINCIPAL_ARN = /^arn:aws:(?:iam::\d{12}:(?:role|user)\/|sts::\d{12}:assumed-role\/).+$/;

/**
 * Compiles a Principal element.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @param invalid makes the error of the policy that holds the element
 */
export function compilePrincipals(
  element: unknown,
  invalid: (message: string) => AwsError,
): PrincipalMatcher {
  if (element === '*') return () => 'direct';
  if (element === null || typeof element !== 'object' || Array.isArray(element)) {
    throw invalid('Invalid principal in policy');
  }
  const matchers = Object.entries(element).flatMap(([type, values]) => {
    const list: unknown[] = Array.isArray(values) ? values : [values];
    return list.map((value) => compilePrincipal(type, String(value), invalid));
  });
  if (matchers.length === 0) throw invalid('Invalid principal in policy');
  return (principal) => {
    const matches = matchers.map((matcher) => matcher(principal));
    if (matches.includes('direct')) return 'direct';
    return matches.includes('account') ? 'account' : 'none';
  };
}

function compilePrincipal(
  type: string,
  value: string,
  invalid: (message: string) => AwsError,
): PrincipalMatcher {
  switch (type) {
    case 'AWS':
      return compileAwsPrincipal(value, invalid);
    case 'Service':
      if (!/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(value)) {
        throw invalid(`Invalid principal in policy: "SERVICE":"${value}"`);
      }
      return (principal) => (principal.type === 'service' && principal.service === value ? 'direct' : 'none');
    // Nobody signs in here through an identity provider or as a CanonicalUser: such a principal matches no caller.
    case 'Federated':
    case 'CanonicalUser':
      return () => 'none';
    default:
      throw invalid(`Invalid principal in policy: "${type}":"${value}"`);
  }
}

function compileAwsPrincipal(value: string, invalid: (message: string) => AwsError): PrincipalMatcher {
  if (value === '*') return () => 'direct';
  const account = ACCOUNT.exec(value)?.[1];
  if (account) {
    return (principal) => {
      if (principal.type === 'service' || principal.accountId !== account) return 'none';
      return principal.type === 'account' ? 'direct' : 'account';
    };
  }
  if (!PRINCIPAL_ARN.test(value)) throw invalid(`Invalid principal in policy: "AWS":"${value}"`);
  return (principal) => {
    const names = principal.type === 'role' ? [principal.arn, principal.roleArn] : [principal.arn];
    return names.includes(value) ? 'direct' : 'none';
  };
}
