import { AwsError } from '../../errors.ts';

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** The refusal of a member that does not keep its shape's limits, in the words of all JSON services. */
export function constraint(value: unknown, member: string, rule: string): AwsError {
  const shown = value === undefined ? 'null' : `'${Array.isArray(value) ? `[${value.join(', ')}]` : value}'`;
  return validation(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** @throws ValidationException when there is no value */
export function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw value === undefined
    ? constraint(value, member, 'not be null')
    : constraint(value, member, 'have length greater than or equal to 1');
}

/** AWS sends no message with it: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function parameterNotFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}

export function versionNotFound(version: string | number, name: string): AwsError {
  return new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
}
