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
  /^(?:arn:aws[\w-]*:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9_-]{1,140})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/** How AWS writes that pattern. */
const PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
/** Reading and invoking also match a dot in the name, which no function has. */
const PATTERN_TO_READ = PATTERN.replace('([a-zA-Z0-9-_]+)', '([a-zA-Z0-9-_\\.]+)');

/** A name of digits only would be a version. https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
export const ALIAS_NAME = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;

/**
 * Reads a reference to a function.
 * @param toRead the call reads or invokes the function, and changes nothing
 * @throws AwsError ValidationException when it is none
 */
export function parseFunctionReference(reference: string | undefined, toRead = false): FunctionReference {
  const match = REFERENCE.exec(reference ?? '');
  if (!match) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${reference ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${toRead ? PATTERN_TO_READ : PATTERN}`,
    );
  }
  const [, region, accountId, name = '', qualifier] = match;
  return { name, qualifier, region, accountId };
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
): FunctionReference {
  const parsed = parseFunctionReference(reference);
  if (qualifier === undefined) return parsed;
  if (!QUALIFIER.test(qualifier)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)`,
    );
  }
  if (parsed.qualifier !== undefined && parsed.qualifier !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { ...parsed, qualifier };
}

const QUALIFIER = /^[A-Za-z0-9$_-]{1,128}$/;

/** Versions are numbers; every other qualifier but `$LATEST` is an alias. */
export function isVersion(qualifier: string): boolean {
  return /^\d+$/.test(qualifier);
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`, with `:<qualifier>` if there is one. */
export function functionArn(cloud: Cloud, name: string, qualifier?: string): string {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return `${arnOf(cloud, 'lambda', `function:${name}`)}${suffix}`;
}

/** The ARN of a version of a runtime; it belongs to no account. */
export function runtimeArn(cloud: Cloud, runtime: string): string {
  return `arn:${cloud.partition}:lambda:${cloud.region}::runtime:${runtime}-local`;
}
