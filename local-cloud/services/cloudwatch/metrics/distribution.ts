/** What is known of the values of one metric in one stretch of time. */
export interface Distribution {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came; absent once a statistic set was added that does not say. */
  values?: Map<number, number>;
}

/** More distinct values are kept to three digits, so that a busy metric stays small. */
const MOST_DISTINCT_VALUES = 2000;

export function emptyDistribution(): Distribution {
  return {
    count: 0,
    sum: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

/** Adds a value that came `times` times; a fraction of a time counts too, as on AWS. */
export function addValue(to: Distribution, value: number, times = 1): void {
  to.count += times;
  to.sum += value * times;
  to.minimum = Math.min(to.minimum, value);
  to.maximum = Math.max(to.maximum, value);
  if (!to.values) return;
  to.values.set(value, (to.values.get(value) ?? 0) + times);
  if (to.values.size > MOST_DISTINCT_VALUES) to.values = coarser(to.values);
}

/** A set of statistics without its values. */
export interface StatisticSet {
  SampleCount: number;
  Sum: number;
  Minimum: number;
  Maximum: number;
}

/**
 * Adds a statistic set. Percentiles need the values, which a set tells only when it holds one value, or one several
 * times. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function addStatistics(to: Distribution, { SampleCount, Sum, Minimum, Maximum }: StatisticSet): void {
  if (SampleCount === 1 || Minimum === Maximum) {
    addValue(to, Minimum, SampleCount);
    return;
  }
  to.count += SampleCount;
  to.sum += Sum;
  to.minimum = Math.min(to.minimum, Minimum);
  to.maximum = Math.max(to.maximum, Maximum);
  to.values = undefined;
}

export function addAll(to: Distribution, from: Distribution): void {
  if (from.values && to.values) {
    for (const [value, times] of from.values) addValue(to, value, times);
    return;
  }
  to.count += from.count;
  to.sum += from.sum;
  to.minimum = Math.min(to.minimum, from.minimum);
  to.maximum = Math.max(to.maximum, from.maximum);
  to.values = undefined;
}

/**
 * The smallest value that at least `percent` % of the values do not exceed; undefined without the values. AWS does
 * not document how it interpolates between few values.
 */
export function percentile({ values, count }: Distribution, percent: number): number | undefined {
  if (!values || count === 0) return undefined;
  const wanted = (percent / 100) * count;
  let seen = 0;
  let last: number | undefined;
  for (const [value, times] of [...values].sort(([a], [b]) => a - b)) {
    seen += times;
    last = value;
    // Sums of fractions are a little off.
    if (seen >= wanted - 1e-9) return value;
  }
  return last;
}

function coarser(values: ReadonlyMap<number, number>): Map<number, number> {
  const rounded = new Map<number, number>();
  for (const [value, times] of values) {
    const near = Number(value.toPrecision(3));
    rounded.set(near, (rounded.get(near) ?? 0) + times);
  }
  return rounded;
}
