import { createHash } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';

/** A function's name, and what else the reference carried. */
export interface FunctionReference {
  name: string;
  /** A version, an alias, or `$LATEST`. */
  qualifier?: string;
  region?: string;
  accountId?: string;
}

/** A name, a partial ARN (`123456789012:function:my-function`) or an ARN, each with an optional `:qualifier`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax */
const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9_.-]+)(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/** How AWS writes that, and what reading and invoking take besides: longer ones, and a dot, which no function has. */
const TO_CHANGE = { longest: 140, name: '[a-zA-Z0-9-_]+' };
const TO_READ = { longest: 170, name: '[a-zA-Z0-9-_\\.]+' };
const patternOf = (name: string) =>
  `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?(${name})(:(\\$LATEST|[a-zA-Z0-9-_]+))?`;

const LONGEST_QUALIFIER = 128;
const QUALIFIER = '(|[a-zA-Z0-9$_-]+)';

/** A name of digits only would be a version. https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
export const ALIAS_NAME = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;

/**
 * Reads a reference to a function.
 * @param beside the qualifier that stands beside it, to check it as well; whether the call only reads or invokes
 * @throws AwsError ValidationException, with all that is wrong with the two
 */
export function parseFunctionReference(
  reference = '',
  beside: { qualifier?: string | undefined; toRead?: boolean } = {},
): FunctionReference {
  const { longest, name: allowed } = beside.toRead ? TO_READ : TO_CHANGE;
  const match = REFERENCE.exec(reference);
  const [, region, accountId, name = '', qualifier] = match ?? [];
  const wrong = beside.qualifier === undefined ? [] : wrongQualifier(beside.qualifier);
  const expect = (isSo: boolean, must: string) => {
    if (!isSo)
      wrong.push(`Value '${reference}' at 'functionName' failed to satisfy constraint: Member must ${must}`);
  };
  expect(reference.length <= longest, `have length less than or equal to ${longest}`);
  expect(
    match !== null && (beside.toRead || !name.includes('.')),
    `satisfy regular expression pattern: ${patternOf(allowed)}`,
  );
  if (wrong.length > 0) {
    const count = wrong.length === 1 ? '1 validation error' : `${wrong.length} validation errors`;
    throw new AwsError('ValidationException', `${count} detected: ${wrong.join('; ')}`);
  }
  return { name, qualifier, region, accountId };
}

function wrongQualifier(qualifier: string): string[] {
  const must = [];
  if (qualifier.length > LONGEST_QUALIFIER)
    must.push(`have length less than or equal to ${LONGEST_QUALIFIER}`);
  if (!new RegExp(`^${QUALIFIER}$`).test(qualifier))
    must.push(`satisfy regular expression pattern: ${QUALIFIER}`);
  return must.map(
    (rule) => `Value '${qualifier}' at 'qualifier' failed to satisfy constraint: Member must ${rule}`,
  );
}

/**
 * Checks that a function is in this Region.
 * @throws AwsError ResourceNotFoundException when its ARN names another one
 */
export function checkRegion({ region }: Cloud, parsed: FunctionReference): void {
  if (parsed.region === undefined || parsed.region === region) return;
  throw new AwsError(
    'ResourceNotFoundException',
    `Functions from '${parsed.region}' are not reachable in this region ('${region}')`,
    { status: 404 },
  );
}

/**
 * Reads a reference and the qualifier beside it.
 * @throws AwsError ValidationException when the reference is none; InvalidParameterValueException when both name a
 * qualifier and they differ
 */
export function parseQualified(
  reference: string | undefined,
  qualifier: string | undefined,
  toRead = false,
): FunctionReference {
  const parsed = parseFunctionReference(reference, { qualifier, toRead });
  if (!qualifier) return parsed;
  if (parsed.qualifier !== undefined && parsed.qualifier !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { ...parsed, qualifier };
}

/** Versions are numbers; every other qualifier but `$LATEST` is an alias. */
export function isVersion(qualifier: string): boolean {
  return /^\d+$/.test(qualifier);
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`, with `:<qualifier>` if there is one. */
export function functionArn(cloud: Cloud, name: string, qualifier?: string): string {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return `${arnOf(cloud, 'lambda', `function:${name}`)}${suffix}`;
}

/**
 * The name of a runtime's version: `nodejs:22.v1`. Here each runtime has one.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html#runtime-management-identify
 */
export function runtimeVersionName(runtime: string): string {
  return `${runtime.replace(/^nodejs(\d+)\.x$/, 'nodejs:$1')}.v1`;
}

/** The ARN of a runtime's version; it belongs to no account. */
export function runtimeVersionArn(cloud: Cloud, runtime: string): string {
  const id = createHash('sha256').update(runtimeVersionName(runtime)).digest('hex');
  return `arn:${cloud.partition}:lambda:${cloud.region}::runtime:${id}`;
}
