import type { DestinationConfig, PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../errors.ts';

/** How a function, one of its versions or an alias takes asynchronous events; what is absent is Lambda's default. */
export interface EventInvokeSettings {
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  /** ARN of what gets a record of each event that was processed. */
  readonly onSuccess?: string;
  /** ARN of what gets a record of each event that was given up. */
  readonly onFailure?: string;
  readonly lastModified: number;
}

type SettingsInput = Pick<
  PutFunctionEventInvokeConfigRequest,
  'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | 'DestinationConfig'
>;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html: twice, within 6 hours. */
export const DEFAULT_RETRIES = 2;
export const DEFAULT_AGE_SECONDS = 21_600;

/**
 * Reads settings, keeping what `current` has where the input is silent.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function readEventInvokeSettings(
  input: SettingsInput,
  now: number,
  current?: EventInvokeSettings,
): EventInvokeSettings {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age, DestinationConfig: given } = input;
  if (retries === undefined && age === undefined && given === undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      'You must specify at least one of error handling or destination setting.',
    );
  }
  within('maximumRetryAttempts', retries, 0, 2);
  within('maximumEventAgeInSeconds', age, 60, 21_600);
  // Destinations are one setting: who changes one of the two takes the other away.
  const destinations = given
    ? {
        onSuccess: given.OnSuccess?.Destination || undefined,
        onFailure: given.OnFailure?.Destination || undefined,
      }
    : { onSuccess: current?.onSuccess, onFailure: current?.onFailure };
  return {
    maximumRetryAttempts: retries ?? current?.maximumRetryAttempts,
    maximumEventAgeSeconds: age ?? current?.maximumEventAgeSeconds,
    ...destinations,
    lastModified: now,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_DestinationConfig.html */
export function describeDestinations({ onSuccess, onFailure }: EventInvokeSettings): DestinationConfig {
  return {
    OnSuccess: { ...(onSuccess && { Destination: onSuccess }) },
    OnFailure: { ...(onFailure && { Destination: onFailure }) },
  };
}

function within(member: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
