import { AwsError } from '../errors.ts';
import type { Cloud, Principal } from '../service.ts';
import type { Access, AccessRequest, Decision } from './access.ts';
import { type Policy, parsePolicy, type Statement } from './policy.ts';
import type { RequestContext } from './policy-variables.ts';

/** What identities are allowed, as IAM knows it. */
export interface IdentityPolicies {
  /** All policies of a role: inline and attached. A role that is gone has none. */
  policiesOf(roleArn: string): readonly Policy[];
}

type Effect = 'Allow' | 'Deny' | undefined;

/** Services whose resources carry policies: another service reaches them only through one. */
const WITH_RESOURCE_POLICIES = new Set(['lambda', 'sqs', 'sns', 's3', 'events', 'sts']);

/** Documents repeat with every call; the bound only keeps the memory of a long run small. */
const PARSED_LIMIT = 1_000;

/**
 * Makes the evaluation of policies for one account: an explicit Deny wins, then one Allow is enough, whether it
 * comes from the identity or from the resource.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function createAccess(cloud: Cloud, iam: IdentityPolicies): Access {
  const parsed = new Map<string, Policy>();

  function resourcePolicyOf(json: string): Policy {
    const known = parsed.get(json);
    if (known) return known;
    const policy = parsePolicy(json, 'resource');
    if (parsed.size >= PARSED_LIMIT) parsed.clear();
    parsed.set(json, policy);
    return policy;
  }

  return {
    decide(request) {
      const { principal } = request;
      // The account owns everything in it; whoever signs with a key that was never issued is the account.
      if (principal.type === 'account') return { allowed: true };
      const context = completed(cloud, request.context, principal);
      const resourcePolicy = request.resourcePolicy ? resourcePolicyOf(request.resourcePolicy) : undefined;
      const onResource = resourcePolicy && effectOf(resourcePolicy.statements, request, context);
      if (principal.type === 'service') return decideForService(request, onResource);

      const onIdentity = combined(
        iam.policiesOf(principal.roleArn).map(({ statements }) => effectOf(statements, request, context)),
      );
      if (onIdentity === 'Deny') return denied(request, 'explicit', 'identity');
      if (onResource === 'Deny') return denied(request, 'explicit', 'resource');
      return onIdentity || onResource ? { allowed: true } : denied(request, 'implicit', 'identity');
    },
  };
}

/**
 * Whether a role's trust policy lets a caller assume it. A policy that names the caller's account leaves the
 * decision to the caller's own policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 * @param callerIsAllowed whether the caller's own policies allow it
 */
export function mayAssume(
  trustPolicy: Policy,
  principal: Principal,
  context: RequestContext,
  callerIsAllowed: boolean,
): boolean {
  const applying = trustPolicy.statements.filter(
    ({ coversAction, conditions, principals, effect }) =>
      coversAction('sts:assumerole') &&
      conditions.every((holds) => holds(context)) &&
      (principals?.(principal) === 'direct' ||
        (principals?.(principal) === 'account' && (callerIsAllowed || effect === 'Deny'))),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return false;
  return applying.length > 0;
}

/** The keys that depend on the account rather than on the call. */
function completed(cloud: Cloud, context: RequestContext, principal: Principal): RequestContext {
  const now = cloud.clock.now();
  return {
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:requestedregion': cloud.region,
    ...(principal.type === 'role' && { 'aws:principaltype': 'AssumedRole' }),
    ...context,
  };
}

function effectOf(
  statements: readonly Statement[],
  { action, resource, principal }: AccessRequest,
  context: RequestContext,
): Effect {
  const name = action.toLowerCase();
  let effect: Effect;
  for (const statement of statements) {
    if (effect === 'Allow' && statement.effect === 'Allow') continue;
    if (!statement.coversAction(name) || !statement.coversResource(resource, context)) continue;
    if (statement.principals) {
      const match = statement.principals(principal);
      // An Allow for the account only lets the account's own policies decide; a Deny for it binds all in it.
      if (match === 'none' || (match === 'account' && statement.effect === 'Allow')) continue;
    }
    if (!statement.conditions.every((holds) => holds(context))) continue;
    if (statement.effect === 'Deny') return 'Deny';
    effect = 'Allow';
  }
  return effect;
}

function combined(effects: readonly Effect[]): Effect {
  return effects.includes('Deny') ? 'Deny' : effects.find((effect) => effect === 'Allow');
}

function decideForService(request: AccessRequest, onResource: Effect): Decision {
  if (onResource === 'Deny') return denied(request, 'explicit', 'resource');
  const service = request.action.slice(0, request.action.indexOf(':'));
  if (onResource === 'Allow' || !WITH_RESOURCE_POLICIES.has(service)) return { allowed: true };
  return denied(request, 'implicit', 'resource');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denied(
  { principal, action, resource }: AccessRequest,
  reason: 'explicit' | 'implicit',
  policyType: 'identity' | 'resource',
): Decision {
  // SQS names its actions in lower case: https://github.com/aws/serverless-application-model/issues/3633
  const name = action.startsWith('sqs:') ? action.toLowerCase() : action;
  // S3 puts the resource in quotes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
  const named = action.startsWith('s3:') ? `"${resource}"` : resource;
  const because =
    reason === 'explicit'
      ? `with an explicit deny in ${policyType === 'identity' ? 'an' : 'a'} ${policyType}-based policy`
      : `because no ${policyType}-based policy allows the ${name} action`;
  return {
    allowed: false,
    reason,
    message: `User: ${principal.arn} is not authorized to perform: ${name} on resource: ${named} ${because}`,
  };
}

/** The refusal to assume a role, in STS's words. */
export function mayNotAssume(principal: Principal, roleArn: string): AwsError {
  return new AwsError(
    'AccessDenied',
    `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    { status: 403 },
  );
}
