import type { LoggingConfig } from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';

/** Where a function's log goes, in what form, and from which level on. */
export interface LogSettings {
  readonly format: 'Text' | 'JSON';
  /** Only in the JSON format. */
  readonly applicationLevel: ApplicationLevel;
  readonly systemLevel: SystemLevel;
  readonly group: string;
}

/** From the most to the least detail.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
export const APPLICATION_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;

export type ApplicationLevel = (typeof APPLICATION_LEVELS)[number];
export type SystemLevel = (typeof SYSTEM_LEVELS)[number];

/**
 * Reads where and how a function logs, keeping what `current` has where the input is silent.
 * https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
 * @param functionName for the default log group
 * @throws AwsError ValidationException for an unknown value, InvalidParameterValueException for levels in text
 */
export function readLogSettings(
  functionName: string,
  input: LoggingConfig = {},
  current?: LogSettings,
): LogSettings {
  const { ApplicationLogLevel, SystemLogLevel } = input;
  const format = oneOf('logFormat', ['Text', 'JSON'], input.LogFormat) ?? current?.format ?? 'Text';
  const applicationLevel = oneOf('applicationLogLevel', APPLICATION_LEVELS, ApplicationLogLevel);
  const systemLevel = oneOf('systemLogLevel', SYSTEM_LEVELS, SystemLogLevel);
  if (format === 'Text' && (applicationLevel ?? systemLevel) !== undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      'To use ApplicationLogLevel or SystemLogLevel, you must set LogFormat to JSON.',
    );
  }
  const group = input.LogGroup ?? current?.group ?? `/aws/lambda/${functionName}`;
  if (!/^[\w./#-]{1,512}$/.test(group)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${group}' at 'loggingConfig.logGroup' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  }
  // Levels belong to the JSON format: a change to text forgets them.
  const before = current?.format === 'JSON' && format === 'JSON' ? current : undefined;
  return {
    format,
    applicationLevel: applicationLevel ?? before?.applicationLevel ?? 'INFO',
    systemLevel: systemLevel ?? before?.systemLevel ?? 'INFO',
    group,
  };
}

function oneOf<Value extends string>(
  name: string,
  values: readonly Value[],
  given: string | undefined,
): Value | undefined {
  if (given === undefined) return undefined;
  const known = values.find((value) => value === given);
  if (known) return known;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${given}' at 'loggingConfig.${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}
