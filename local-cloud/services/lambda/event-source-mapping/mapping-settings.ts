import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingMetric,
  FunctionResponseType,
  ProvisionedPollerConfig,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { EventSourcePosition } from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../../errors.ts';
import { invalidParameter } from './errors.ts';
import { readFilters } from './message-filter.ts';

/** How a mapping gathers and hands over messages. */
export interface MappingSettings {
  enabled: boolean;
  batchSize: number;
  windowSeconds: number;
  responseTypes: readonly FunctionResponseType[];
  /** Patterns, as JSON; a message that none of them fits never reaches the function. */
  filters: readonly string[];
  /** Absent: as many batches at once as the poller reaches. */
  maximumConcurrency?: number;
  /** Provisioned mode: between how many pollers the mapping scales. */
  provisionedPollers?: { minimum: number; maximum: number };
  metrics: readonly EventSourceMappingMetric[];
}

type SettingsInput = Partial<CreateEventSourceMappingRequest & UpdateEventSourceMappingRequest>;

const DEFAULTS: MappingSettings = {
  enabled: true,
  batchSize: 10,
  windowSeconds: 0,
  responseTypes: [],
  filters: [],
  metrics: [],
};

/**
 * Reads the settings of a mapping from a queue, keeping what `current` has where the input is silent.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 * @throws AwsError ValidationException, InvalidParameterValueException in Lambda's words; UnsupportedOperation by name
 */
export function readMappingSettings(input: SettingsInput, current = DEFAULTS): MappingSettings {
  refuseUnsupported(input);
  const settings: MappingSettings = {
    enabled: input.Enabled ?? current.enabled,
    batchSize: input.BatchSize ?? current.batchSize,
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    responseTypes: input.FunctionResponseTypes ?? current.responseTypes,
    filters: input.FilterCriteria ? readFilters(input.FilterCriteria) : current.filters,
    maximumConcurrency: input.ScalingConfig
      ? input.ScalingConfig.MaximumConcurrency
      : current.maximumConcurrency,
    provisionedPollers: input.ProvisionedPollerConfig
      ? readPollers(input.ProvisionedPollerConfig)
      : current.provisionedPollers,
    metrics: input.MetricsConfig ? (input.MetricsConfig.Metrics ?? []) : current.metrics,
  };
  validate(settings);
  return settings;
}

/**
 * What a FIFO queue narrows: no batching window, and so batches of ten at most.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 * @throws AwsError InvalidParameterValueException in Lambda's words
 */
export function checkFifoSettings({ windowSeconds }: MappingSettings): void {
  if (windowSeconds > 0) throw invalidParameter('Batching window is not supported for FIFO queues');
}

/**
 * An empty configuration means no provisioned mode.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
 */
function readPollers({ MinimumPollers, MaximumPollers }: ProvisionedPollerConfig) {
  if (MinimumPollers === undefined && MaximumPollers === undefined) return undefined;
  const { minimum, maximum } = { minimum: MinimumPollers ?? 2, maximum: MaximumPollers ?? 200 };
  within('provisionedPollerConfig.minimumPollers', minimum, 2, 200);
  within('provisionedPollerConfig.maximumPollers', maximum, 2, 10_000);
  if (minimum > maximum) {
    throw invalidParameter('MinimumPollers must be less than or equal to MaximumPollers');
  }
  return { minimum, maximum };
}

function validate(settings: MappingSettings): void {
  const { batchSize, windowSeconds, responseTypes, maximumConcurrency, provisionedPollers, metrics } =
    settings;
  within('batchSize', batchSize, 1, 10_000);
  within('maximumBatchingWindowInSeconds', windowSeconds, 0, 300);
  if (maximumConcurrency !== undefined) {
    within('scalingConfig.maximumConcurrency', maximumConcurrency, 2, 1000);
  }
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: one or the other.
  if (maximumConcurrency !== undefined && provisionedPollers) {
    throw invalidParameter('ScalingConfig and ProvisionedPollerConfig cannot be used together');
  }
  for (const type of responseTypes) {
    if (type === 'ReportBatchItemFailures') continue;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '[${responseTypes.join(', ')}]' at 'functionResponseTypes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]`,
    );
  }
  for (const metric of metrics) {
    if (metric === 'EventCount') continue;
    // https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingMetricsConfig.html: the others are Kafka's.
    throw invalidParameter(`Unsupported metric ${metric} for given event source mapping type.`);
  }
  if (batchSize > 10 && windowSeconds === 0) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}

function within(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

/** Settings of other event sources are AWS's own refusal; those that queues have and this account has not are ours. */
function refuseUnsupported(input: SettingsInput): void {
  const missingHere: Record<string, unknown> = {
    KMSKeyArn: input.KMSKeyArn,
  };
  for (const [name, given] of Object.entries(missingHere)) {
    if (given) throw notSupported(`An event source mapping's ${name}`);
  }
  if (input.StartingPosition !== undefined) refuseStartingPosition(input.StartingPosition);
  const ofOtherSources: Record<string, unknown> = {
    StartingPositionTimestamp: input.StartingPositionTimestamp,
    ParallelizationFactor: input.ParallelizationFactor,
    DestinationConfig: input.DestinationConfig?.OnFailure ?? input.DestinationConfig?.OnSuccess,
    // https://docs.aws.amazon.com/lambda/latest/dg/esm-logging.html: for Kafka alone.
    LoggingConfig: input.LoggingConfig,
    // https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html: for Kafka alone.
    'ProvisionedPollerConfig.PollerGroupName': input.ProvisionedPollerConfig?.PollerGroupName,
    MaximumRecordAgeInSeconds: input.MaximumRecordAgeInSeconds,
    MaximumRetryAttempts: input.MaximumRetryAttempts,
    BisectBatchOnFunctionError: input.BisectBatchOnFunctionError,
    TumblingWindowInSeconds: input.TumblingWindowInSeconds,
    Topics: input.Topics,
    Queues: input.Queues,
    SourceAccessConfigurations: input.SourceAccessConfigurations,
    SelfManagedEventSource: input.SelfManagedEventSource,
    AmazonManagedKafkaEventSourceConfig: input.AmazonManagedKafkaEventSourceConfig,
    SelfManagedKafkaEventSourceConfig: input.SelfManagedKafkaEventSourceConfig,
    DocumentDBEventSourceConfig: input.DocumentDBEventSourceConfig,
  };
  for (const [name, given] of Object.entries(ofOtherSources)) {
    if (given === undefined) continue;
    throw invalidParameter(`Unsupported ${name} parameter for given event source mapping type.`);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html: it is for streams. */
function refuseStartingPosition(position: string): never {
  const known = Object.values<string>(EventSourcePosition);
  if (known.includes(position))
    throw invalidParameter('StartingPosition is not valid for SQS event sources.');
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${position}' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]`,
  );
}
