import { AwsError } from '../../errors.ts';

/** CloudWatch's errors. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html */
export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function missing(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message);
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** How the account answers what breaks a constraint of the model itself. */
export function constraintError(value: unknown, member: string, constraint: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}
