import type { Clock } from '../../../clock.ts';
import {
  addAll,
  addStatistics,
  addValue,
  type Distribution,
  emptyDistribution,
  type StatisticSet,
} from './distribution.ts';

export interface Dimension {
  Name: string;
  Value: string;
}

/** Which metric: namespace, name and the exact set of dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** Values of one metric at one time. */
export interface Sample extends MetricId {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `None` by default. */
  readonly unit?: string;
  /** Seconds that the metric is stored by: 60 by default. */
  readonly resolution?: 1 | 60;
  readonly values?: readonly { value: number; times: number }[];
  readonly statistics?: StatisticSet;
}

/** All that a metric got in one period. */
export interface Datapoint {
  /** Begin of the period, epoch milliseconds. */
  readonly at: number;
  readonly unit: string;
  readonly of: Distribution;
}

interface Range {
  /** Epoch milliseconds, included. */
  from: number;
  /** Epoch milliseconds, excluded. */
  to: number;
  periodSeconds: number;
  unit?: string;
}

/** The metrics of an account. */
export type MetricStore = ReturnType<typeof createMetricStore>;

interface Series extends MetricId {
  /** Of each tier, distributions by unit and begin of the period in epoch seconds. */
  readonly tiers: Map<string, Map<number, Distribution>>[];
  writtenAt: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long data points of a resolution (seconds) are kept; older ones go on in the next.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const TIERS = [
  { seconds: 1, keptMs: 3 * HOUR_MS },
  { seconds: 60, keptMs: 15 * DAY_MS },
  { seconds: 300, keptMs: 63 * DAY_MS },
  { seconds: 3600, keptMs: 455 * DAY_MS },
];

/** More metrics than this are held back: those that were first make room. */
const MOST_SERIES = 20_000;

/**
 * Makes the store of metrics: values are added up by period as they come, and become coarser as they grow old, so
 * memory is bounded by the number of metrics and not by what they count.
 */
export function createMetricStore(clock: Clock) {
  const series = new Map<string, Series>();
  const listeners = new Set<(id: MetricId, at: number) => void>();
  let sweeping = false;

  function put(sample: Sample): void {
    const { at, unit = 'None', resolution = 60, values = [], statistics } = sample;
    const found = seriesOf(sample);
    found.writtenAt = clock.now();
    const distribution = bucketOf(found, resolution === 1 ? 0 : 1, unit, at / 1000);
    for (const { value, times } of values) addValue(distribution, value, times);
    if (statistics) addStatistics(distribution, statistics);
    scheduleSweep();
    for (const listener of listeners) listener(found, at);
  }

  function seriesOf(id: MetricId): Series {
    const key = keyOf(id);
    const existing = series.get(key);
    if (existing) return existing;
    const created: Series = {
      namespace: id.namespace,
      name: id.name,
      dimensions: [...id.dimensions].sort(byName),
      tiers: TIERS.map(() => new Map()),
      writtenAt: clock.now(),
    };
    series.set(key, created);
    const [first] = series.keys();
    if (series.size > MOST_SERIES && first !== undefined) series.delete(first);
    return created;
  }

  /** Old data moves to coarser periods. Nobody waits for that: it is never a reason to jump. */
  function scheduleSweep(): void {
    if (sweeping) return;
    sweeping = true;
    clock.schedule(clock.now() + HOUR_MS, 'housekeeping', () => {
      sweeping = false;
      for (const [key, one] of series) {
        age(one, clock.now());
        if (one.tiers.every((tier) => tier.size === 0)) series.delete(key);
      }
      if (series.size > 0) scheduleSweep();
    });
  }

  return {
    put,

    /** The data points of a metric, by time and unit; periods begin at multiples of their length after `from`. */
    read(id: MetricId, { from, to, periodSeconds, unit }: Range): Datapoint[] {
      const found = series.get(keyOf(id));
      if (!found) return [];
      const points = new Map<string, Datapoint>();
      const periodMs = periodSeconds * 1000;
      for (const [index, tier] of found.tiers.entries()) {
        const length = TIERS[index]?.seconds ?? 1;
        if (length > periodSeconds) break;
        for (const [of, buckets] of tier) {
          if (unit !== undefined && of !== unit) continue;
          for (const [seconds, bucket] of within(buckets, length, from / 1000, to / 1000)) {
            const begin = seconds * 1000;
            const at = from + Math.floor((begin - from) / periodMs) * periodMs;
            const key = `${at} ${of}`;
            const point = points.get(key) ?? { at, unit: of, of: emptyDistribution() };
            addAll(point.of, bucket);
            points.set(key, point);
          }
        }
      }
      return [...points.values()].sort((a, b) => a.at - b.at || (a.unit < b.unit ? -1 : 1));
    },

    /** The metrics that there are, with the time of their last value. */
    list: (): readonly (MetricId & { readonly writtenAt: number })[] => [...series.values()],

    /** Calls `listener` for each sample; the returned function ends it. */
    subscribe(listener: (id: MetricId, at: number) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The buckets that begin in a range of epoch seconds: looked up one by one where the range is the smaller of the two. */
function* within(buckets: ReadonlyMap<number, Distribution>, length: number, from: number, to: number) {
  const first = Math.ceil(from / length) * length;
  if ((to - first) / length > buckets.size) {
    for (const entry of buckets) if (entry[0] >= from && entry[0] < to) yield entry;
    return;
  }
  for (let begin = first; begin < to; begin += length) {
    const bucket = buckets.get(begin);
    if (bucket) yield [begin, bucket] as const;
  }
}

/** A metric's key: the order of its dimensions does not matter. */
export function keyOf({ namespace, name, dimensions }: MetricId): string {
  // Service metrics have one dimension or none: that case must be fast.
  const sorted = dimensions.length > 1 ? [...dimensions].sort(byName) : dimensions;
  let key = `${namespace}\0${name}`;
  for (const { Name, Value } of sorted) key += `\0${Name}\0${Value}`;
  return key;
}

/** Dimensions of a query: each has a name and a value. */
export function dimensionsOf(
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] = [],
): Dimension[] {
  return dimensions.map(({ Name = '', Value = '' }) => ({ Name, Value }));
}

function bucketOf({ tiers }: Series, tier: number, unit: string, epochSeconds: number): Distribution {
  const length = TIERS[tier]?.seconds ?? 1;
  const begin = Math.floor(epochSeconds / length) * length;
  const byUnit = tiers[tier] ?? new Map<string, Map<number, Distribution>>();
  const buckets = byUnit.get(unit) ?? new Map<number, Distribution>();
  byUnit.set(unit, buckets);
  const bucket = buckets.get(begin) ?? emptyDistribution();
  buckets.set(begin, bucket);
  return bucket;
}

function age(series: Series, now: number): void {
  for (const [index, { keptMs }] of TIERS.entries()) {
    const tier = series.tiers[index] ?? new Map<string, Map<number, Distribution>>();
    for (const [unit, buckets] of tier) {
      for (const [begin, bucket] of buckets) {
        if (begin * 1000 >= now - keptMs) continue;
        buckets.delete(begin);
        if (index + 1 < TIERS.length) addAll(bucketOf(series, index + 1, unit, begin), bucket);
      }
      if (buckets.size === 0) tier.delete(unit);
    }
  }
}

function byName(a: Dimension, b: Dimension): number {
  return a.Name < b.Name ? -1 : Number(a.Name > b.Name);
}
