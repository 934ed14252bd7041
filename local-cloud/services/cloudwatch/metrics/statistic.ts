import { notSupported } from '../../../errors.ts';
import { invalidValue } from '../errors.ts';
import { type Distribution, percentile } from './distribution.ts';

/** Reads one number out of a distribution; undefined where the distribution cannot tell it. */
export type Statistic = (of: Distribution) => number | undefined;

export const SIMPLE_STATISTICS: Readonly<Record<string, (of: Distribution) => number>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/** Trimmed means and their kin: they exist on AWS and not here. */
const TRIMMED = /^(TM|WM|PR|TC|TS|tm|wm|pr|tc|ts)[(\d]|^IQM$/;

/**
 * The statistic of that name: `Sum`, `Average`, `p99.9` …
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 * @throws InvalidParameterValue; UnsupportedOperation by name for trimmed means and their kin
 */
export function statisticOf(name: string): Statistic {
  const simple = Object.hasOwn(SIMPLE_STATISTICS, name) ? SIMPLE_STATISTICS[name] : undefined;
  if (simple) return simple;
  if (TRIMMED.test(name)) throw notSupported(`The statistic ${name}`);
  const percent = percentOf(name);
  if (percent === undefined) {
    throw invalidValue(`The value ${name} for parameter Stat is not a valid statistic.`);
  }
  return (of) => percentile(of, percent);
}

/** `p50` to `p99.99…`: up to ten digits behind the point; undefined for anything else. */
export function percentOf(name: string): number | undefined {
  const [, digits] = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
