import type { PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import { notSupported } from '../../../errors.ts';
import { constraintError, validationError } from '../errors.ts';
import { isDimension, UNITS } from '../metrics/check.ts';
import { percentOf, SIMPLE_STATISTICS, type Statistic, statisticOf } from '../metrics/statistic.ts';
import type { Dimension, MetricId } from '../metrics/store.ts';

/** What an alarm does when it comes into a state: ARNs of functions. */
export type AlarmActions = Readonly<Record<StateValue, readonly string[]>>;

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** The definition of an alarm, checked and complete. */
export interface AlarmDefinition {
  readonly name: string;
  readonly description?: string;
  readonly metric: MetricId;
  readonly unit?: string;
  /** `Sum`, `p99` … */
  readonly statisticName: string;
  readonly statistic: Statistic;
  readonly isPercentile: boolean;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** As given; as many as there are evaluation periods otherwise. */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly operator: Operator;
  /** `missing` where it is not given; only what was given is told. */
  readonly treatMissingData: MissingData | undefined;
  readonly lowSamples?: 'evaluate' | 'ignore';
  readonly actionsEnabled: boolean;
  readonly actions: AlarmActions;
}

export const OPERATORS = {
  GreaterThanOrEqualToThreshold: {
    holds: (a: number, b: number) => a >= b,
    words: 'greater than or equal to',
  },
  GreaterThanThreshold: { holds: (a: number, b: number) => a > b, words: 'greater than' },
  LessThanThreshold: { holds: (a: number, b: number) => a < b, words: 'less than' },
  LessThanOrEqualToThreshold: { holds: (a: number, b: number) => a <= b, words: 'less than or equal to' },
} as const;

type Operator = keyof typeof OPERATORS;

/** Members of `PutMetricAlarm` that are supported; AWS has more, and more come. */
const SUPPORTED = new Set([
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
]);

const MOST_ACTIONS = 5;
const DAY_SECONDS = 86_400;

/**
 * Checks the definition of an alarm on one metric and fills in its defaults.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * @throws ValidationError; UnsupportedOperation by name for metric math, anomaly detection and other actions than Lambda
 */
export function checkAlarm(input: PutMetricAlarmInput): AlarmDefinition {
  refuseOthers(input);
  const name = required(input.AlarmName, 'AlarmName');
  if (name.length > 255) throw constraintError(name, 'alarmName', 'have length less than or equal to 255');
  if ((input.AlarmDescription?.length ?? 0) > 1024) {
    throw constraintError(
      input.AlarmDescription,
      'alarmDescription',
      'have length less than or equal to 1024',
    );
  }
  if (input.Unit !== undefined) oneOf(input.Unit, 'unit', [...UNITS]);
  const statisticName = checkStatistic(input);
  return {
    name,
    description: input.AlarmDescription,
    metric: {
      namespace: required(input.Namespace, 'Namespace'),
      name: required(input.MetricName, 'MetricName'),
      dimensions: checkDimensions(input.Dimensions),
    },
    unit: input.Unit,
    statisticName,
    statistic: statisticOf(statisticName),
    isPercentile: percentOf(statisticName) !== undefined,
    ...checkPeriods(input),
    threshold: required(input.Threshold, 'Threshold'),
    operator: oneOf(
      required(input.ComparisonOperator, 'ComparisonOperator') as Operator,
      'comparisonOperator',
      Object.keys(OPERATORS) as Operator[],
    ),
    treatMissingData:
      input.TreatMissingData === undefined
        ? undefined
        : oneOf<MissingData>(input.TreatMissingData as MissingData, 'treatMissingData', [
            'breaching',
            'notBreaching',
            'ignore',
            'missing',
          ]),
    lowSamples: checkLowSamples(input, statisticName),
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      ALARM: checkActions(input.AlarmActions, 'AlarmActions'),
      OK: checkActions(input.OKActions, 'OKActions'),
      INSUFFICIENT_DATA: checkActions(input.InsufficientDataActions, 'InsufficientDataActions'),
    },
  };
}

function refuseOthers(input: PutMetricAlarmInput): void {
  for (const [member, value] of Object.entries(input)) {
    const asksForNothing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!SUPPORTED.has(member) && !asksForNothing) throw notSupported(`${member} of a CloudWatch alarm`);
  }
  const operator = input.ComparisonOperator ?? '';
  if (/UpperThreshold|LowerThreshold/.test(operator)) {
    throw notSupported(`The comparison ${operator} of a CloudWatch alarm (anomaly detection)`);
  }
}

function checkStatistic({ Statistic, ExtendedStatistic }: PutMetricAlarmInput): string {
  if (Statistic !== undefined && ExtendedStatistic !== undefined) {
    throw validationError('Exactly one of Statistic or ExtendedStatistic must be specified.');
  }
  if (ExtendedStatistic !== undefined) {
    statisticOf(ExtendedStatistic);
    if (percentOf(ExtendedStatistic) === undefined) {
      throw validationError(
        `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not a percentile.`,
      );
    }
    return ExtendedStatistic;
  }
  return oneOf(required(Statistic, 'Statistic'), 'statistic', Object.keys(SIMPLE_STATISTICS));
}

function checkPeriods(input: PutMetricAlarmInput) {
  const periodSeconds = required(input.Period, 'Period');
  const evaluationPeriods = required(input.EvaluationPeriods, 'EvaluationPeriods');
  const { DatapointsToAlarm } = input;
  if (evaluationPeriods < 1) {
    throw constraintError(evaluationPeriods, 'evaluationPeriods', 'have value greater than or equal to 1');
  }
  if (![10, 20, 30].includes(periodSeconds) && (periodSeconds < 60 || periodSeconds % 60 !== 0)) {
    throw validationError('Period must be 10, 20, 30, or a multiple of 60.');
  }
  // Seven days for periods of an hour and more, one day otherwise.
  const longest = periodSeconds >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (periodSeconds * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than ${longest === DAY_SECONDS ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > evaluationPeriods)) {
    throw validationError('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  }
  return { periodSeconds, evaluationPeriods, datapointsToAlarm: DatapointsToAlarm };
}

function checkDimensions(dimensions: PutMetricAlarmInput['Dimensions'] = []): Dimension[] {
  if (dimensions.length > 30)
    throw validationError('The collection Dimensions must not have a size greater than 30.');
  return dimensions.map(({ Name, Value }) => {
    const dimension = { Name: required(Name, 'Dimensions.Name'), Value: required(Value, 'Dimensions.Value') };
    if (!isDimension(dimension)) {
      throw validationError(`The dimension ${dimension.Name} = ${dimension.Value} is not valid.`);
    }
    return dimension;
  });
}

function checkLowSamples(
  { EvaluateLowSampleCountPercentile: given }: PutMetricAlarmInput,
  statisticName: string,
): AlarmDefinition['lowSamples'] {
  if (given === undefined) return undefined;
  if (percentOf(statisticName) === undefined) {
    throw validationError('Option EvaluateLowSampleCountPercentile only applies to percentile statistics.');
  }
  if (given !== 'evaluate' && given !== 'ignore') {
    throw validationError(`Option ${given} is not supported for EvaluateLowSampleCountPercentile.`);
  }
  return given;
}

/** Lambda is the only kind of action that there is a service for. */
function checkActions(arns: readonly string[] = [], member: string): string[] {
  if (arns.length > MOST_ACTIONS) {
    throw validationError(`The collection ${member} must not have a size greater than ${MOST_ACTIONS}.`);
  }
  return arns.map((arn) => {
    const [prefix, , service = ''] = arn.split(':');
    if (prefix !== 'arn') throw validationError(`Invalid arn syntax: ${arn}`);
    if (service !== 'lambda') {
      throw notSupported(
        `The action ${arn} in ${member} of a CloudWatch alarm (only functions are actions here)`,
      );
    }
    return arn;
  });
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined || value === '') throw validationError(`The parameter ${name} is required.`);
  return value;
}

function oneOf<T extends string>(value: T, member: string, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw constraintError(value, member, `satisfy enum value set: [${allowed.join(', ')}]`);
}
