import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { type AlarmDefinition, OPERATORS } from './definition.ts';
import { noDatapointsReason, reasonData, thresholdReason, unknownReason } from './reason.ts';

/** One period that an alarm looks at; without a value when there was no data. */
export interface Period {
  /** Begin, epoch milliseconds. */
  readonly at: number;
  readonly value?: number;
  readonly sampleCount?: number;
}

/** What an evaluation came to. */
export interface Verdict {
  readonly state: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData: string;
}

/**
 * Periods beyond the evaluation periods that an alarm looks back on, to go on with older data where newer is missing.
 * AWS gives no number; its examples show two.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const EXTRA_PERIODS = 2;

/** How many periods an alarm looks at. */
export function evaluationRange({ evaluationPeriods }: Pick<AlarmDefinition, 'evaluationPeriods'>): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/**
 * Evaluates an alarm: real data first, from further back if need be, and only then what missing data stands for.
 * @param periods the evaluation range, oldest first
 * @param now cloud time in epoch milliseconds
 * @returns undefined when the alarm keeps its state
 */
export function evaluate(
  alarm: AlarmDefinition,
  current: StateValue,
  periods: readonly Period[],
  now: number,
): Verdict | undefined {
  const { evaluationPeriods: wanted, datapointsToAlarm = wanted, treatMissingData = 'missing' } = alarm;
  const real = periods.filter(({ value }) => value !== undefined);
  const used = real.slice(-wanted);
  if (alarm.lowSamples === 'ignore' && tooFewSamples(alarm, used.at(-1))) return undefined;
  const breaching = used.filter(({ value = 0 }) => OPERATORS[alarm.operator].holds(value, alarm.threshold));
  const missing = wanted - used.length;
  const state = stateOf();
  if (state === undefined || state === current) return undefined;
  const fill = { count: missing, as: treatMissingData };
  const reason =
    state === 'INSUFFICIENT_DATA'
      ? unknownReason(missing)
      : used.length === 0
        ? noDatapointsReason(missing, treatMissingData)
        : thresholdReason(alarm, { from: current, to: state, used, breaching: breaching.length, fill });
  return { state, reason, reasonData: reasonData(alarm, used, evaluated(periods, wanted), now) };

  function stateOf(): StateValue | undefined {
    const assumed = treatMissingData === 'breaching' ? missing : 0;
    if (breaching.length + assumed >= datapointsToAlarm) return 'ALARM';
    const decided = missing === 0 || ['breaching', 'notBreaching'].includes(treatMissingData);
    if (decided || breaching.length < used.length) return 'OK';
    if (treatMissingData === 'ignore') return undefined;
    if (used.length === 0) return 'INSUFFICIENT_DATA';
    // Too few, all of them breaching: enough if the oldest is old enough, so that newer data may still be on its way.
    const age = periods.length - periods.findIndex(({ at }) => at === used[0]?.at);
    return age >= datapointsToAlarm ? 'ALARM' : undefined;
  }
}

/** Real data where there is some, else the newest periods. */
function evaluated(periods: readonly Period[], wanted: number): readonly Period[] {
  return periods.slice(-wanted);
}

/**
 * Percentiles of few samples mean little: below 10 / (1 − p) above the median, 10 / p below it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
function tooFewSamples(
  { isPercentile, statisticName }: AlarmDefinition,
  newest: Period | undefined,
): boolean {
  if (!isPercentile || newest === undefined) return false;
  const share = Number(statisticName.slice(1)) / 100;
  return (newest.sampleCount ?? 0) < 10 / (share >= 0.5 ? 1 - share : share);
}
