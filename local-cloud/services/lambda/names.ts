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

/**
 * Reads a reference to a function.
 * @throws AwsError ValidationException when it is none
 */
export function parseFunctionReference(reference: string | undefined): FunctionReference {
  const match = REFERENCE.exec(reference ?? '');
  if (!match) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${reference ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  const [, region, accountId, name = '', qualifier] = match;
  return { name, qualifier, region, accountId };
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
