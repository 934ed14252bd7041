import type {
  DeleteFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../errors.ts';
import type { Cloud } from '../../../service.ts';
import type { FunctionEntry, Functions, StoredFunction } from '../functions.ts';
import { checkRegion, functionArn, parseQualified } from '../names.ts';
import { pageOf } from '../paging.ts';
import { type Destination, readDestination, sendingCalls } from './destination.ts';
import { describeDestinations, type EventInvokeSettings, readEventInvokeSettings } from './settings.ts';

type Reference = { FunctionName: string | undefined; Qualifier?: string | undefined };

/**
 * How functions take asynchronous events.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 * @param isAllowed whether a role's policies allow an action on a resource
 */
export function createEventInvokeOperations(
  cloud: Cloud,
  functions: Functions,
  isAllowed: (roleArn: string, action: string, resource: string) => boolean,
) {
  function find({ FunctionName, Qualifier }: Reference) {
    const parsed = parseQualified(FunctionName, Qualifier);
    const { qualifier = '$LATEST' } = parsed;
    checkRegion(cloud, parsed);
    try {
      return {
        entry: functions.entry(FunctionName),
        stored: functions.get(FunctionName, Qualifier),
        qualifier,
      };
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== 'ResourceNotFoundException') throw error;
      throw new AwsError('ResourceNotFoundException', "The function doesn't exist.", { status: 404 });
    }
  }

  function notConfigured(input: Reference): AwsError {
    const { name, qualifier = '$LATEST' } = parseQualified(input.FunctionName, input.Qualifier);
    return new AwsError(
      'ResourceNotFoundException',
      `The function ${functionArn(cloud, name, qualifier)} doesn't have an EventInvokeConfig`,
      { status: 404 },
    );
  }

  /** The settings that a request names; a function that is not there has none either. */
  function configured(input: Reference) {
    const parsed = parseQualified(input.FunctionName, input.Qualifier);
    const { name, qualifier = '$LATEST' } = parsed;
    checkRegion(cloud, parsed);
    const entry = functions.find(name);
    const settings = entry?.eventInvokeSettings.get(qualifier);
    if (!entry || !settings) throw notConfigured(input);
    return { entry, settings, qualifier };
  }

  function describe(
    { name }: FunctionEntry,
    qualifier: string,
    settings: EventInvokeSettings,
  ): FunctionEventInvokeConfig {
    const { maximumRetryAttempts, maximumEventAgeSeconds, lastModified } = settings;
    return {
      LastModified: new Date(lastModified),
      FunctionArn: functionArn(cloud, name, qualifier),
      ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
      ...(maximumEventAgeSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeSeconds }),
      DestinationConfig: describeDestinations(settings),
    };
  }

  function checkDestinations(settings: EventInvokeSettings, stored: StoredFunction): void {
    for (const member of ['onSuccess', 'onFailure'] as const) {
      const arn = settings[member];
      if (!arn) continue;
      const destination = readDestination(cloud, arn, `destinationConfig.${member}.destination`);
      // A bucket takes failures only: https://docs.aws.amazon.com/lambda/latest/api/API_OnSuccess.html
      if (!destination || (destination.kind === 's3' && member === 'onSuccess')) {
        throw invalidDestinations(settings);
      }
      if (destination.kind === 'lambda') checkFunction(destination, stored);
      for (const { name, action, resource } of sendingCalls(destination, stored.name)) {
        if (isAllowed(stored.settings.roleArn, action, resource)) continue;
        throw invalid(`The function's execution role does not have permissions to call ${name} on ${arn}`);
      }
    }
  }

  function checkFunction({ arn }: Destination, stored: StoredFunction): void {
    const { name } = parseQualified(arn, undefined);
    if (name === stored.name) throw invalid("You can't specify the function as a destination for itself.");
    if (!functions.find(name)) throw invalid(`The destination ARN ${arn} is invalid.`);
  }

  function change(
    input: PutFunctionEventInvokeConfigRequest,
    current?: EventInvokeSettings,
  ): FunctionEventInvokeConfig {
    const settings = readEventInvokeSettings(input, cloud.clock.now(), current);
    const { entry, stored, qualifier } = find(input);
    checkDestinations(settings, stored);
    entry.eventInvokeSettings.set(qualifier, settings);
    return describe(entry, qualifier, settings);
  }

  return {
    /** Settings that it does not name are gone. https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
    PutFunctionEventInvokeConfig: (input: PutFunctionEventInvokeConfigRequest): FunctionEventInvokeConfig =>
      change(input),

    /** Settings that it does not name stay. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html */
    UpdateFunctionEventInvokeConfig(
      input: UpdateFunctionEventInvokeConfigRequest,
    ): FunctionEventInvokeConfig {
      find(input);
      return change(input, configured(input).settings);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html */
    GetFunctionEventInvokeConfig(input: GetFunctionEventInvokeConfigRequest): FunctionEventInvokeConfig {
      const { entry, settings, qualifier } = configured(input);
      return describe(entry, qualifier, settings);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
    DeleteFunctionEventInvokeConfig(input: DeleteFunctionEventInvokeConfigRequest): void {
      const { entry, qualifier } = configured(input);
      entry.eventInvokeSettings.delete(qualifier);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html */
    ListFunctionEventInvokeConfigs(
      input: ListFunctionEventInvokeConfigsRequest,
    ): ListFunctionEventInvokeConfigsResponse {
      const { entry } = find({ FunctionName: input.FunctionName });
      const { page, NextMarker } = pageOf([...entry.eventInvokeSettings], ([qualifier]) => qualifier, input);
      return {
        FunctionEventInvokeConfigs: page.map(([qualifier, settings]) => describe(entry, qualifier, settings)),
        NextMarker,
      };
    },
  };
}

function invalidDestinations({ onSuccess, onFailure }: EventInvokeSettings): AwsError {
  const part = (name: string, arn: string | undefined) => (arn ? `${name}(destination=${arn})` : 'null');
  return invalid(
    `The provided destination config DestinationConfig(onSuccess=${part('OnSuccess', onSuccess)}, onFailure=${part('OnFailure', onFailure)}) is invalid.`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
