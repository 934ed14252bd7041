import { malformed, objectOf } from './policy-syntax.ts';

type Elements = Record<string, unknown>;

const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  '*',
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** A date as policies take it: epoch seconds, or the parts of an ISO 8601 date from the left. */
const DATE =
  /^\d{2,}(?:-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?)?(?:t(?:\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:z|[+-]\d{2}(?::?\d{2})?)?)?)?$/i;
const LARGEST_EPOCH = 2n ** 63n - 1n;

/**
 * Checks what the statements of an identity's policy say, in the order in which AWS does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @param statements that keep the grammar
 * @throws MalformedPolicyDocumentException
 */
export function checkIdentityRules(statements: readonly Elements[]): void {
  if (!statements.every(passesLegacyParsing)) throw malformed('The policy failed legacy parsing');
  refuseSameIds(statements);
  if (statements.some((statement) => actionsOf(statement).length === 0)) {
    throw malformed('Policy statement must contain actions.');
  }
  if (statements.some((statement) => resourcesOf(statement).length === 0)) {
    throw malformed('Policy statement must contain resources.');
  }
  for (const resource of statements.flatMap(resourcesOf)) checkResource(resource);
  for (const action of statements.flatMap(actionsOf)) if (action !== '*') checkAction(action);
}

/** Statements may leave their ids out or empty. @throws MalformedPolicyDocumentException */
export function refuseSameIds(statements: readonly Elements[]): void {
  const ids = statements.map(({ Sid }) => Sid).filter(Boolean);
  if (new Set(ids).size === ids.length) return;
  throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

/** @throws MalformedPolicyDocumentException for what is not `service:Action` */
export function checkAction(action: string): void {
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (rest.length > 1) throw malformed('Actions/Condition can contain only one colon.');
  if (!/^[\w.-]+$/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`);
}

/** What an older parser of AWS, that still reads every policy, cannot read. */
function passesLegacyParsing(statement: Elements): boolean {
  const { Effect, Condition } = statement;
  const dates = Object.entries(objectOf(Condition) ?? {})
    .filter(([operator]) => /^(?:\w+:)?Date/.test(operator))
    .flatMap(([, keys]) => Object.values(objectOf(keys) ?? {}).flat());
  return (
    (Effect === 'Allow' || Effect === 'Deny') &&
    dates.every((date) => isDate(String(date))) &&
    resourcesOf(statement).every(hasReadableArn)
  );
}

function isDate(text: string): boolean {
  if (!/^-?\d+$/.test(text)) return DATE.test(text);
  const epoch = BigInt(text);
  return epoch <= LARGEST_EPOCH && epoch >= -LARGEST_EPOCH - 1n;
}

function hasReadableArn(resource: string): boolean {
  const [arn, partition = '', service, ...rest] = resource.split(':');
  if (arn !== 'arn' || !PARTITIONS.includes(partition) || service === undefined) return true;
  return service !== '' && (rest.length >= 3 || !resource.includes('::'));
}

/** A resource is `*` or has at least a colon: what stands before the first one is taken for `arn`. */
function checkResource(resource: string): void {
  if (resource === '*') return;
  const [, partition, service, region, account, ...path] = resource.split(':');
  if (partition === undefined) throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  if (!PARTITIONS.includes(partition)) {
    const shown = [partition, service ?? '*', region ?? '*', account ?? '*', path.join(':') || '*'].join(':');
    throw malformed(`Partition "${partition}" is not valid for resource "arn:${shown}".`);
  }
  if (service === undefined) {
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  const name = path.join(':');
  if (service === 'iam') checkIamResource(resource, region, name);
  if (service === 's3' && region && !/^(accesspoint|job|storage-lens|async-request)\b/.test(name)) {
    throw malformed(`Resource ${resource} can not contain region information.`);
  }
}

function checkIamResource(resource: string, region: string | undefined, path: string): void {
  if (region) throw malformed(`IAM resource ${resource} cannot contain region information.`);
  if (path.includes('*') || path === 'root' || IAM_PATHS.some((start) => path.startsWith(start))) return;
  throw malformed(`IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`);
}

function actionsOf({ Action, NotAction }: Elements): string[] {
  return textsOf(Action ?? NotAction);
}

function resourcesOf({ Resource, NotResource }: Elements): string[] {
  return textsOf(Resource ?? NotResource);
}

function textsOf(given: unknown = []): string[] {
  return (Array.isArray(given) ? given : [given]) as string[];
}
