import type { HistogramEntry, ServiceStatistics } from '@aws-sdk/client-xray';
import type { SegmentDocument } from './document.ts';

/** A histogram and the counts of the requests behind it. */
export interface Measured {
  SummaryStatistics: ServiceStatistics;
  histogram: HistogramEntry[];
}

/**
 * Counts the requests that are over: each is one of ok, error, throttled error or fault.
 * https://docs.aws.amazon.com/xray/latest/api/API_ServiceStatistics.html
 */
export function measure(requests: readonly SegmentDocument[]): Measured {
  const completed = requests.filter(({ end_time: end }) => end !== undefined);
  const faults = completed.filter(({ fault }) => fault);
  const errors = completed.filter(({ fault, error, throttle }) => !fault && (error || throttle));
  const throttled = errors.filter(({ throttle }) => throttle);
  const times = completed.map(({ start_time: start, end_time: end = start }) => end - start);
  return {
    SummaryStatistics: {
      OkCount: completed.length - faults.length - errors.length,
      ErrorStatistics: {
        ThrottleCount: throttled.length,
        OtherCount: errors.length - throttled.length,
        TotalCount: errors.length,
      },
      FaultStatistics: { OtherCount: faults.length, TotalCount: faults.length },
      TotalCount: completed.length,
      TotalResponseTime: rounded(times.reduce((sum, time) => sum + time, 0)),
    },
    histogram: histogramOf(times),
  };
}

/**
 * How often each time occurs.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-histograms.html
 * @param times seconds; they are told apart to the millisecond
 */
export function histogramOf(times: readonly number[]): HistogramEntry[] {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(rounded(time), (counts.get(rounded(time)) ?? 0) + 1);
  return [...counts].map(([Value, Count]) => ({ Value, Count }));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
