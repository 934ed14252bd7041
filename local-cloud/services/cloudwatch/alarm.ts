import { AwsError, notSupported } from '../../errors.ts';

export interface Tag {
  Key: string;
  Value: string;
}

/** The members of `PutMetricAlarm` that are supported; an alarm here watches one metric and acts on nothing. */
export interface PutMetricAlarmInput {
  AlarmName?: string;
  AlarmDescription?: string;
  ActionsEnabled?: boolean;
  ComparisonOperator?: string;
  DatapointsToAlarm?: number;
  Dimensions?: { Name: string; Value: string }[];
  EvaluationPeriods?: number;
  MetricName?: string;
  Namespace?: string;
  /** Seconds. */
  Period?: number;
  Statistic?: string;
  Threshold?: number;
  TreatMissingData?: string;
  Unit?: string;
  Tags?: Tag[];
}

const NOT_HERE = [
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'Metrics',
  'ExtendedStatistic',
  'ThresholdMetricId',
  'EvaluateLowSampleCountPercentile',
];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ComparisonOperator: [
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ],
  Statistic: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
  TreatMissingData: ['breaching', 'notBreaching', 'ignore', 'missing'],
};

/** An alarm's evaluation looks back at most this far. */
const LONGEST_RANGE_SECONDS = 7 * 24 * 60 * 60;

/**
 * Checks the definition of an alarm and fills in its defaults.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * @throws ValidationError; UnsupportedOperation by name
 */
export function checkAlarm(input: PutMetricAlarmInput): PutMetricAlarmInput & { AlarmName: string } {
  const members = input as Record<string, unknown>;
  const refused = NOT_HERE.find((name) => {
    const value = members[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
  if (refused) throw notSupported(`${refused} of a CloudWatch alarm`);
  for (const name of [
    'AlarmName',
    'ComparisonOperator',
    'EvaluationPeriods',
    'MetricName',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
  ]) {
    if (members[name] === undefined) throw validationError(`The parameter ${name} is required.`);
  }
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = members[name];
    if (value !== undefined && !allowed.includes(String(value))) {
      throw validationError(
        `Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
      );
    }
  }
  const { EvaluationPeriods = 0, Period = 0, DatapointsToAlarm, AlarmName = '' } = input;
  if (EvaluationPeriods < 1) throw validationError('EvaluationPeriods must be at least 1.');
  if (![10, 20, 30].includes(Period) && (Period < 60 || Period % 60 !== 0)) {
    throw validationError(`Period must be 10, 20, 30, or a multiple of 60.`);
  }
  const longest = Period >= 3600 ? LONGEST_RANGE_SECONDS : 24 * 60 * 60;
  if (Period * EvaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than ${longest === LONGEST_RANGE_SECONDS ? 'seven days' : 'a day'} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods)) {
    throw validationError('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  }
  return {
    ActionsEnabled: true,
    Dimensions: [],
    TreatMissingData: 'missing',
    ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
    AlarmName,
  };
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
