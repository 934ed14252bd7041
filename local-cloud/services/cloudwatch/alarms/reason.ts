import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { type AlarmDefinition, type MissingData, OPERATORS } from './definition.ts';
import type { Period } from './evaluate.ts';

interface Transition {
  from: StateValue;
  to: StateValue;
  used: readonly Period[];
  breaching: number;
  /** Missing data points, and what they count as. */
  fill: { count: number; as: MissingData };
}

const TREATED: Readonly<Record<string, string>> = { breaching: 'Breaching', notBreaching: 'NonBreaching' };

/** `Threshold Crossed: 1 out of the last 1 datapoints [2.0 (02/10/19 16:59:00)] was greater than the threshold (1.0) …` */
export function thresholdReason(
  alarm: AlarmDefinition,
  { from, to, used, breaching, fill }: Transition,
): string {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold, operator } = alarm;
  const matching = to === 'ALARM' ? breaching : used.length - breaching;
  const values = used
    .toReversed()
    .map(({ at, value = 0 }) => `${double(value)} (${shortTime(at)})`)
    .join(', ');
  const were = matching === 1 ? 'was' : 'were';
  const not = to === 'ALARM' ? '' : ' not';
  const least = to === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const count =
    alarm.datapointsToAlarm === undefined
      ? `${matching} ${plural(matching, 'datapoint')}`
      : `${matching} out of the last ${used.length} datapoints`;
  const minimum =
    alarm.datapointsToAlarm === undefined
      ? ''
      : ` (minimum ${least} ${plural(least, 'datapoint')} for ${opposite(from, to)} -> ${to} transition)`;
  const treated =
    fill.count > 0 && TREATED[fill.as]
      ? ` and ${fill.count} missing ${plural(fill.count, 'datapoint')} ${fill.count === 1 ? 'was' : 'were'} treated as [${TREATED[fill.as]}]`
      : '';
  return `Threshold Crossed: ${count} [${values}] ${were}${not} ${OPERATORS[operator].words} the threshold (${double(threshold)})${treated}${minimum}.`;
}

export function noDatapointsReason(missing: number, as: MissingData): string {
  return `Threshold Crossed: no datapoints were received for ${missing} ${plural(missing, 'period')} and ${missing} missing ${plural(missing, 'datapoint')} ${missing === 1 ? 'was' : 'were'} treated as [${TREATED[as]}].`;
}

export function unknownReason(missing: number): string {
  return `Insufficient Data: ${missing} ${plural(missing, 'datapoint')} ${missing === 1 ? 'was' : 'were'} unknown.`;
}

/**
 * What AWS gives as `StateReasonData`, as JSON.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function reasonData(
  alarm: AlarmDefinition,
  used: readonly Period[],
  evaluated: readonly Period[],
  now: number,
): string {
  const [first] = used;
  const content = {
    version: '1.0',
    queryDate: isoTime(now),
    ...(first && { startDate: isoTime(first.at) }),
    ...(alarm.unit && { unit: alarm.unit }),
    statistic: alarm.statisticName,
    period: alarm.periodSeconds,
    recentDatapoints: used.map(({ value = 0 }) => mark(value)),
    threshold: mark(alarm.threshold),
    evaluatedDatapoints: evaluated.toReversed().map(({ at, value, sampleCount }) => ({
      timestamp: isoTime(at),
      ...(sampleCount !== undefined && { sampleCount: mark(sampleCount) }),
      ...(value !== undefined && { value: mark(value) }),
    })),
  };
  return JSON.stringify(content).replace(/"#([^"#]+)#"/g, '$1');
}

/** AWS's times in an alarm's texts: `2019-10-02T17:04:40.985+0000`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

/** Whole numbers are written as `1.0`, in JSON too. */
function double(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}

function mark(value: number): string {
  return `#${double(value)}#`;
}

/** `02/10/19 16:59:00`: day, month, year. */
function shortTime(at: number): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

/** The text names the other verdict, also when the alarm comes from INSUFFICIENT_DATA. */
function opposite(from: StateValue, to: StateValue): StateValue {
  if (from !== 'INSUFFICIENT_DATA') return from;
  return to === 'ALARM' ? 'OK' : 'ALARM';
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
