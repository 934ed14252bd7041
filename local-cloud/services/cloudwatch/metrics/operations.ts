import type {
  Datapoint as AnsweredDatapoint,
  DimensionFilter,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  PutMetricDataInput,
  Statistic,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, notSupported } from '../../../errors.ts';
import type { Cloud } from '../../../service.ts';
import { invalidCombination, invalidValue, missing } from '../errors.ts';
import { pageOf } from '../paging.ts';
import { samplesOf } from './check.ts';
import { percentile } from './distribution.ts';
import { createGetMetricData } from './get-metric-data.ts';
import { checkPeriod, checkRange, rounded } from './period.ts';
import { percentOf, SIMPLE_STATISTICS } from './statistic.ts';
import { type Datapoint, dimensionsOf, type MetricId, type MetricStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const METRICS_PER_PAGE = 500;
const LISTED_MS = 14 * 24 * 3_600_000;
const RECENT_MS = 3 * 3_600_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MOST_DATAPOINTS = 1440;

/** Metrics in and out. */
export function createMetricOperations(cloud: Cloud, metrics: MetricStore) {
  return {
    PutMetricData(input: PutMetricDataInput): void {
      for (const sample of samplesOf(input, cloud.clock.now())) metrics.put(sample);
    },

    ListMetrics(input: ListMetricsInput): ListMetricsOutput {
      const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken } = input;
      if (input.IncludeLinkedAccounts) throw notSupported('IncludeLinkedAccounts of ListMetrics');
      if (input.OwningAccount) throw notSupported('OwningAccount of ListMetrics');
      if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
        throw invalidValue('The parameter RecentlyActive must be a value in the set [ PT3H ].');
      }
      const oldest = cloud.clock.now() - (RecentlyActive ? RECENT_MS : LISTED_MS);
      const found = metrics
        .list()
        .filter(({ writtenAt }) => writtenAt >= oldest)
        .filter(({ namespace }) => Namespace === undefined || namespace === Namespace)
        .filter(({ name }) => MetricName === undefined || name === MetricName)
        .filter((metric) => Dimensions.every((filter) => hasDimension(metric, filter)));
      const { page, nextToken } = pageOf(found, NextToken, METRICS_PER_PAGE);
      return {
        Metrics: page.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensions.map(({ Name, Value }) => ({ Name, Value })),
        })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    GetMetricStatistics(input: GetMetricStatisticsInput): GetMetricStatisticsOutput {
      const { Namespace, MetricName, Statistics = [], ExtendedStatistics = [], Unit } = input;
      if (!Namespace) throw missing('Namespace');
      if (!MetricName) throw missing('MetricName');
      const periodSeconds = checkPeriod(input.Period);
      const range = rounded(checkRange(input.StartTime, input.EndTime), periodSeconds, cloud.clock.now());
      checkStatistics(Statistics, ExtendedStatistics);
      const asked = Math.ceil((range.to - range.from) / (periodSeconds * 1000));
      if (asked > MOST_DATAPOINTS) {
        throw invalidCombination(
          `You have requested up to ${asked.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const id = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(input.Dimensions) };
      return {
        Label: MetricName,
        Datapoints: metrics
          .read(id, { ...range, periodSeconds, unit: Unit })
          .map((point) => answered(point, Statistics, ExtendedStatistics)),
      };
    },

    GetMetricData: createGetMetricData(cloud, metrics),
  };
}

function hasDimension({ dimensions }: MetricId, { Name, Value }: DimensionFilter): boolean {
  return dimensions.some((one) => one.Name === Name && (Value === undefined || one.Value === Value));
}

function checkStatistics(simple: readonly string[], extended: readonly string[]): void {
  if (simple.length === 0 && extended.length === 0) {
    throw new AwsError(
      'MissingRequiredParameterException',
      'Must specify either Statistics or ExtendedStatistics',
    );
  }
  for (const name of simple) {
    if (!Object.hasOwn(SIMPLE_STATISTICS, name)) {
      throw invalidValue(
        `The parameter Statistics must be a value in the set [ SampleCount, Average, Sum, Minimum, Maximum ].`,
      );
    }
  }
  for (const name of extended) {
    if (percentOf(name) === undefined) {
      throw notSupported(`The extended statistic ${name} (percentiles such as p99 are)`);
    }
  }
}

function answered(
  { at, unit, of }: Datapoint,
  simple: readonly Statistic[],
  extended: readonly string[],
): AnsweredDatapoint {
  const percentiles = extended.flatMap((name) => {
    const value = percentile(of, percentOf(name) ?? 0);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    Timestamp: new Date(at),
    Unit: unit as AnsweredDatapoint['Unit'],
    ...Object.fromEntries(simple.map((name) => [name, SIMPLE_STATISTICS[name]?.(of)])),
    ...(percentiles.length > 0 && { ExtendedStatistics: Object.fromEntries(percentiles) }),
  };
}
