import type { Dimension, MetricStore } from '../metrics/store.ts';

/** A number that one of AWS's services tells about itself. */
interface ServiceMetric {
  name: string;
  value: number;
  /** How often; once by default. */
  times?: number;
  unit: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Puts the metrics of one service, once for each set of dimensions. */
export function createServiceMetrics(metrics: MetricStore, namespace: string) {
  return (
    dimensionSets: readonly (readonly Dimension[])[],
    { name, value, times = 1, unit, at }: ServiceMetric,
  ): void => {
    for (const dimensions of dimensionSets) {
      metrics.put({ namespace, name, dimensions, at, unit, values: [{ value, times }] });
    }
  };
}
