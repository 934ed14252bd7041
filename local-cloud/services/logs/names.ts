import { AwsError } from '../../errors.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
const LONGEST_NAME = 512;

/** Operations take a group by its name, or by name or ARN as `logGroupIdentifier`. */
interface NamesGroup {
  logGroupName?: string;
  logGroupIdentifier?: string;
}

/** @throws ValidationException for a name beside an identifier; InvalidParameterException */
export function groupName({ logGroupName, logGroupIdentifier }: NamesGroup): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  const given = requiredName(logGroupName ?? logGroupIdentifier, 'logGroupName');
  return refuseLong(given.replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, ''));
}

export function checkGroupName(name: string | undefined): string {
  const given = refuseLong(requiredName(name, 'logGroupName'));
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(given)) {
    throw broken(`'${given}'`, 'logGroupName', 'satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+');
  }
  return given;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export function checkStreamName(name: string | undefined): string {
  const given = refuseLong(requiredName(name, 'logStreamName'));
  if (/[:*]/.test(given)) {
    throw broken(`'${given}'`, 'logStreamName', 'satisfy regular expression pattern: [^:*]*');
  }
  return given;
}

function refuseLong(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  throw invalid(
    `Invalid LogGroup or LogStream, both must have length less than or equal to ${LONGEST_NAME}.`,
  );
}

/** @throws InvalidParameterException when a text is longer than its member may be */
export function checkLength(value: string | undefined, member: string, most: number): void {
  if (value === undefined || value.length <= most) return;
  throw broken(`'${value}'`, member, `have length less than or equal to ${most}`);
}

/** @throws InvalidParameterException when a page may not be that large, or is empty */
export function checkLimit(limit: number | undefined, most: number): void {
  if (limit === undefined) return;
  if (limit < 1) throw broken(`'${limit}'`, 'limit', 'have value greater than or equal to 1');
  if (limit > most) throw broken(`'${limit}'`, 'limit', `have value less than or equal to ${most}`);
}

/** @param shown the value as AWS shows it */
export function broken(shown: string, member: string, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

export function requiredName(value: string | undefined, member: string): string {
  if (value) return value;
  throw broken('null', member, 'not be null');
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
