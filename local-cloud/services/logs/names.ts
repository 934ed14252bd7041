import { AwsError } from '../../errors.ts';

/** Operations take a group by its name, or by name or ARN as `logGroupIdentifier`. */
interface NamesGroup {
  logGroupName?: string;
  logGroupIdentifier?: string;
}

/** @throws InvalidParameterException; ValidationException when both are given */
export function groupName({ logGroupName, logGroupIdentifier }: NamesGroup): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  const given = requiredName(logGroupName ?? logGroupIdentifier, 'logGroupName');
  return given.replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, '');
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export function checkGroupName(name: string | undefined): string {
  const given = requiredName(name, 'logGroupName');
  if (given.length > 512 || !/^[.\-_/#A-Za-z0-9]+$/.test(given)) {
    throw invalid(
      `1 validation error detected: Value '${given}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  }
  return given;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export function checkStreamName(name: string | undefined): string {
  const given = requiredName(name, 'logStreamName');
  if (given.length > 512 || /[:*]/.test(given)) {
    throw invalid(
      `1 validation error detected: Value '${given}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
    );
  }
  return given;
}

export function requiredName(value: string | undefined, member: string): string {
  if (value) return value;
  throw invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
