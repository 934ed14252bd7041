import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';

/** A function's name, and the qualifier if the reference carried one. */
export interface FunctionReference {
  name: string;
  qualifier?: string;
}

/** A name, a partial ARN (`123456789012:my-function`) or an ARN, each with an optional `:qualifier`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax */
const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:|\d{12}:(?:function:)?|function:)?([A-Za-z0-9_-]{1,140})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

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
  return { name: match[1] as string, qualifier: match[2] };
}

/** `arn:aws:lambda:<region>:<account>:function:<name>` */
export function functionArn(cloud: Cloud, name: string): string {
  return arnOf(cloud, 'lambda', `function:${name}`);
}
