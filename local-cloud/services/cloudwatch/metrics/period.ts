import { invalidCombination, invalidValue, missing } from '../errors.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A time range of a query, rounded as CloudWatch does. Epoch milliseconds. */
export interface QueryRange {
  from: number;
  to: number;
}

/**
 * The periods that data of an age can be asked for, in seconds: 1, 5, 10, 20, 30, or minutes for the last 15 days;
 * then multiples of 5 minutes, and of an hour after 63 days.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 * @throws MissingParameter, InvalidParameterValue
 */
export function checkPeriod(period: number | undefined, name = 'Period'): number {
  if (period === undefined) throw missing(name);
  if (![1, 5, 10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    throw invalidValue(`The parameter ${name} must be 1, 5, 10, 20, 30, or any multiple of 60.`);
  }
  return period;
}

/**
 * Checks begin and end of a query.
 * @throws MissingParameter, InvalidParameterCombination
 */
export function checkRange(start: Date | undefined, end: Date | undefined): QueryRange {
  if (start === undefined) throw missing('StartTime');
  if (end === undefined) throw missing('EndTime');
  const range = { from: new Date(start).getTime(), to: new Date(end).getTime() };
  if (range.from >= range.to) {
    throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
  }
  return range;
}

/** Rounds the begin down: to whole minutes, to 5 minutes after 15 days, to hours after 63 days. */
export function rounded({ from, to }: QueryRange, periodSeconds: number, now: number): QueryRange {
  const age = now - from;
  const step =
    age > 63 * DAY_MS
      ? 60 * MINUTE_MS
      : age > 15 * DAY_MS
        ? 5 * MINUTE_MS
        : periodSeconds < 60
          ? periodSeconds * 1000
          : MINUTE_MS;
  return { from: Math.floor(from / step) * step, to };
}
