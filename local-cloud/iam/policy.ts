import { AwsError } from '../errors.ts';
import { type Condition, compileConditions } from './conditions.ts';
import { arnMatcher, globMatcher, type Matcher } from './pattern.ts';
import { checkAction, checkIdentityRules, refuseSameIds } from './policy-rules.ts';
import { checkSyntax, MALFORMED, malformed, objectOf, syntaxError } from './policy-syntax.ts';
import { hasVariables, type RequestContext, substitute } from './policy-variables.ts';
import { compilePrincipals, type PrincipalMatcher } from './principals.ts';

/**
 * What a policy hangs on: an identity (inline), any number of them (managed), a resource, or a role (who may
 * assume it).
 */
export type PolicyKind = 'identity' | 'managed' | 'resource' | 'trust';

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

const VERSIONS = ['2012-10-17', '2008-10-17'];

/** Who may assume a role, and how. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const TRUST_ACTIONS = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setcontext',
  'sts:setsourceidentity',
  'sts:tagsession',
];

/**
 * Reads and checks a policy document.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @param json the document as text
 * @throws MalformedPolicyDocumentException in AWS's words; UnsupportedOperation for what this account does not evaluate
 */
export function parsePolicy(json: string, kind: PolicyKind): Policy {
  const document = objectOf(readJson(json, kind));
  if (!document || Object.keys(document).some((name) => !['Version', 'Id', 'Statement'].includes(name))) {
    throw syntaxError();
  }
  const { Version = '2008-10-17', Id = '', Statement } = document;
  if (!VERSIONS.includes(String(Version)) || typeof Id !== 'string') throw syntaxError();
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(elementsOf);
  if (statements.length === 0) throw syntaxError();
  const variables = Version === '2012-10-17';
  if (kind === 'managed' && !variables) {
    throw malformed('Policy document must be version 2012-10-17 or greater.');
  }
  if (kind === 'identity' || kind === 'managed') checkIdentityRules(statements);
  else refuseSameIds(statements);
  return { statements: statements.map((elements) => compileStatement(elements, kind, variables)) };
}

function elementsOf(statement: unknown): Record<string, unknown> {
  const elements = objectOf(statement);
  if (!elements) throw syntaxError();
  checkSyntax(elements);
  return elements;
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
  const { Effect, Sid, Condition: conditions = {} } = elements;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw syntaxError();
  if (isOfIdentity(kind) && Sid !== undefined && !/^[0-9A-Za-z]*$/.test(String(Sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
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
  if (isOfIdentity(kind)) {
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
  const actions = textsOf(given);
  for (const action of actions) {
    if (action === '*' && kind !== 'trust') continue;
    checkAction(action);
    if (kind === 'trust') checkTrustAction(action);
  }
  const matchers = actions.map((action) => globMatcher(action.toLowerCase()));
  const wanted = Action !== undefined;
  return (action) => matchers.some((matches) => matches(action)) === wanted;
}

function checkTrustAction(action: string): void {
  if (TRUST_ACTIONS.some(globMatcher(action.toLowerCase()))) return;
  throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
}

function isOfIdentity(kind: PolicyKind): boolean {
  return kind === 'identity' || kind === 'managed';
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
  const resources = textsOf(given);
  for (const resource of isOfIdentity(kind) ? [] : resources) {
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

function readJson(json: string, kind: PolicyKind): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw kind === 'trust' ? malformed('This policy contains invalid Json') : syntaxError();
  }
}
