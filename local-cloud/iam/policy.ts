import { AwsError } from '../errors.ts';
import { type Condition, compileConditions } from './conditions.ts';
import { arnMatcher, globMatcher, type Matcher } from './pattern.ts';
import { hasVariables, type RequestContext, substitute } from './policy-variables.ts';
import { compilePrincipals, type PrincipalMatcher } from './principals.ts';

/** What a policy hangs on: an identity, a resource, or a role (who may assume it). */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** A policy document, compiled. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Only in policies of resources and of trust. */
  readonly principals?: PrincipalMatcher;
  /** @param action lower-case */
  readonly coversAction: Matcher;
  readonly coversResource: (resource: string, context: RequestContext) => boolean;
  readonly conditions: readonly Condition[];
}

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const MALFORMED = 'MalformedPolicyDocumentException';
const VERSIONS = ['2012-10-17', '2008-10-17'];

/**
 * Reads and checks a policy document.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @param json the document as text
 * @throws MalformedPolicyDocumentException in AWS's words; UnsupportedOperation for what this account does not evaluate
 */
export function parsePolicy(json: string, kind: PolicyKind): Policy {
  const document = objectOf(readJson(json));
  if (!document || Object.keys(document).some((name) => !['Version', 'Id', 'Statement'].includes(name))) {
    throw syntaxError();
  }
  const { Version = '2008-10-17', Statement } = document;
  if (!VERSIONS.includes(String(Version))) throw syntaxError();
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) throw syntaxError();
  const variables = Version === '2012-10-17';
  const ids = new Set<unknown>();
  return {
    statements: statements.map((statement: unknown) => {
      const elements = objectOf(statement);
      if (!elements) throw syntaxError();
      if (elements.Sid !== undefined && ids.size === ids.add(elements.Sid).size) {
        throw malformed('Statement IDs (SID) in a single policy must be unique.');
      }
      return compileStatement(elements, kind, variables);
    }),
  };
}

/**
 * Checks the policy document of a resource for the service that keeps it.
 * @param json the document as text
 * @param refuse makes the service's own error of what IAM says about a malformed document
 * @throws what `refuse` made; UnsupportedOperation for what this account does not evaluate
 */
export function checkResourcePolicy(json: string, refuse: (message: string) => AwsError): void {
  try {
    parsePolicy(json, 'resource');
  } catch (error) {
    if (error instanceof AwsError && error.name === MALFORMED) throw refuse(error.message);
    throw error;
  }
}

function compileStatement(
  elements: Record<string, unknown>,
  kind: PolicyKind,
  variables: boolean,
): Statement {
  const { Effect, Sid, Condition: condition = {} } = elements;
  if (Object.keys(elements).some((name) => !ELEMENTS.has(name))) throw syntaxError();
  if (Effect !== 'Allow' && Effect !== 'Deny') throw syntaxError();
  if (kind === 'identity' && Sid !== undefined && !/^[0-9A-Za-z]*$/.test(String(Sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  const conditions = objectOf(condition);
  if (!conditions || Object.values(conditions).some((keys) => !objectOf(keys))) throw syntaxError();
  return {
    effect: Effect,
    principals: readPrincipals(elements, kind),
    coversAction: readActions(elements, kind),
    coversResource: readResources(elements, kind, variables),
    conditions: compileConditions(conditions as Record<string, Record<string, unknown>>),
  };
}

function readPrincipals(
  { Principal, NotPrincipal }: Record<string, unknown>,
  kind: PolicyKind,
): PrincipalMatcher | undefined {
  const given = Principal ?? NotPrincipal;
  if (kind === 'identity') {
    if (given !== undefined) throw malformed('Policy document should not specify a principal.');
    return undefined;
  }
  if (given === undefined || (Principal !== undefined && NotPrincipal !== undefined)) {
    throw malformed('Missing required field Principal');
  }
  const matcher = compilePrincipals(given, malformed);
  return Principal !== undefined
    ? matcher
    : (principal) => (matcher(principal) === 'none' ? 'direct' : 'none');
}

function readActions({ Action, NotAction }: Record<string, unknown>, kind: PolicyKind): Matcher {
  const given = Action ?? NotAction;
  if (given === undefined) throw malformed('Policy statement must contain actions.');
  if (Action !== undefined && NotAction !== undefined) throw syntaxError();
  const actions = textsOf(given);
  for (const action of actions) checkAction(action, kind);
  const matchers = actions.map((action) => globMatcher(action.toLowerCase()));
  const wanted = Action !== undefined;
  return (action) => matchers.some((matches) => matches(action)) === wanted;
}

function checkAction(action: string, kind: PolicyKind): void {
  if (action === '*' && kind !== 'trust') return;
  const parts = action.split(':');
  if (parts.length === 1) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (parts.length > 2) throw malformed('Actions/Condition can contain only one colon.');
  if (!/^[\w-]+$/.test(parts[0] ?? '')) throw malformed(`Vendor ${parts[0]} is not valid`);
  if (kind === 'trust' && parts[0]?.toLowerCase() !== 'sts') {
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
}

function readResources(
  { Resource, NotResource }: Record<string, unknown>,
  kind: PolicyKind,
  variables: boolean,
): Statement['coversResource'] {
  const given = Resource ?? NotResource;
  if (kind === 'trust') {
    if (given !== undefined) throw malformed('Has prohibited field Resource');
    return () => true;
  }
  if (given === undefined) throw malformed('Policy statement must contain resources.');
  if (Resource !== undefined && NotResource !== undefined) throw syntaxError();
  const resources = textsOf(given);
  for (const resource of resources) {
    if (resource === '*' || resource.startsWith('arn:') || (variables && hasVariables(resource))) continue;
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  const matchers = resources.map((resource) => resourceMatcher(resource, variables));
  const wanted = Resource !== undefined;
  return (resource, context) => matchers.some((matches) => matches(resource, context)) === wanted;
}

function resourceMatcher(pattern: string, variables: boolean): Statement['coversResource'] {
  if (!variables || !hasVariables(pattern)) return arnMatcher(pattern);
  return (resource, context) => {
    const substituted = substitute(pattern, context);
    return substituted !== undefined && arnMatcher(substituted)(resource);
  };
}

function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.some((entry) => typeof entry !== 'string')) throw syntaxError();
  return list as string[];
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

function syntaxError(): AwsError {
  return malformed('Syntax errors in policy.');
}

function malformed(message: string): AwsError {
  return new AwsError(MALFORMED, message);
}
