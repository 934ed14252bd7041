import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { notSupported } from '../../../errors.ts';
import type { Cloud } from '../../../service.ts';
import { invalidValue, missing, validationError } from '../errors.ts';
import { readToken, tokenOf } from '../paging.ts';
import { addAll, emptyDistribution } from './distribution.ts';
import { checkPeriod, checkRange, type QueryRange, rounded } from './period.ts';
import { statisticOf } from './statistic.ts';
import { dimensionsOf, type MetricStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;

interface Series {
  id: string;
  label: string;
  points: { at: number; value: number }[];
}

/**
 * Makes `GetMetricData`: several metrics at once, page by page. An `Expression` may only name another query of the
 * request; metric math is refused.
 */
export function createGetMetricData(cloud: Cloud, metrics: MetricStore) {
  function read(query: MetricDataQuery, range: QueryRange, where: string): Series['points'] {
    const { Metric, Period, Stat, Unit } = query.MetricStat ?? {};
    if (!Metric?.Namespace) throw missing(`${where}.MetricStat.Metric.Namespace`);
    if (!Metric.MetricName) throw missing(`${where}.MetricStat.Metric.MetricName`);
    if (!Stat) throw missing(`${where}.MetricStat.Stat`);
    const periodSeconds = checkPeriod(Period, `${where}.MetricStat.Period`);
    const statistic = statisticOf(Stat);
    const id = {
      namespace: Metric.Namespace,
      name: Metric.MetricName,
      dimensions: dimensionsOf(Metric.Dimensions),
    };
    const found = metrics.read(id, {
      ...rounded(range, periodSeconds, cloud.clock.now()),
      periodSeconds,
      unit: Unit,
    });
    // Without a unit, what was sent with different units counts together.
    const merged = new Map<number, ReturnType<typeof emptyDistribution>>();
    for (const { at, of } of found) {
      const all = merged.get(at) ?? emptyDistribution();
      addAll(all, of);
      merged.set(at, all);
    }
    return [...merged].flatMap(([at, of]) => {
      const value = statistic(of);
      return value === undefined ? [] : [{ at, value }];
    });
  }

  return (input: GetMetricDataInput): GetMetricDataOutput => {
    const { MetricDataQueries = [], ScanBy = 'TimestampDescending', MaxDatapoints, NextToken } = input;
    if (MetricDataQueries.length === 0) throw missing('MetricDataQueries');
    if (MetricDataQueries.length > MOST_QUERIES) {
      throw validationError(
        `The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`,
      );
    }
    if (ScanBy !== 'TimestampDescending' && ScanBy !== 'TimestampAscending') {
      throw invalidValue(`The value ${ScanBy} for parameter ScanBy is invalid.`);
    }
    const range = checkRange(input.StartTime, input.EndTime);
    checkQueries(MetricDataQueries);
    const points = new Map<string, Series['points']>();
    for (const [index, query] of MetricDataQueries.entries()) {
      if (query.Expression !== undefined) continue;
      points.set(query.Id ?? '', read(query, range, `MetricDataQueries.member.${index + 1}`));
    }
    const series = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map((query): Series => {
      const found = points.get(query.Expression?.trim() ?? query.Id ?? '') ?? [];
      return {
        id: query.Id ?? '',
        label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id ?? '',
        points: ScanBy === 'TimestampAscending' ? found : found.toReversed(),
      };
    });
    return pageOfSeries(
      series,
      readToken(NextToken),
      Math.min(MaxDatapoints ?? MOST_DATAPOINTS, MOST_DATAPOINTS),
    );
  };
}

function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const [index, query] of queries.entries()) {
    const { Id, Expression, MetricStat, Label, AccountId } = query;
    const where = `MetricDataQueries.member.${index + 1}`;
    if (!Id) throw missing(`${where}.Id`);
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(Id)) {
      throw validationError(
        `The value ${Id} for parameter ${where}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (ids.has(Id))
      throw validationError(`The values for parameter Id in MetricDataQueries are not unique.`);
    ids.add(Id);
    if ((Expression === undefined) === (MetricStat === undefined)) {
      throw validationError(`The parameter ${where} must have either MetricStat or Expression.`);
    }
    if (AccountId) throw notSupported('AccountId of GetMetricData');
    if (Label?.includes('${')) throw notSupported('A dynamic label (${…}) of GetMetricData');
  }
  for (const { Expression } of queries) {
    if (Expression === undefined) continue;
    const metric = queries.find(({ Id, MetricStat }) => Id === Expression.trim() && MetricStat);
    if (!metric) throw notSupported(`Metric math (${Expression})`);
  }
  if (queries.every(({ ReturnData }) => ReturnData === false)) {
    throw validationError(
      'At least one of the elements in MetricDataQueries must have ReturnData set to true.',
    );
  }
}

/** A page is filled series by series; a series that goes on in the next page says so. */
function pageOfSeries(all: readonly Series[], start: number, size: number): GetMetricDataOutput {
  let position = 0;
  let more = false;
  const results = all.map(({ id, label, points }): MetricDataResult => {
    const from = Math.max(0, start - position);
    const to = Math.max(0, start + size - position);
    position += points.length;
    const page = points.slice(from, to);
    const goesOn = to < points.length;
    more ||= goesOn;
    return {
      Id: id,
      Label: label,
      Timestamps: page.map(({ at }) => new Date(at)),
      Values: page.map(({ value }) => value),
      StatusCode: goesOn ? 'PartialData' : 'Complete',
    };
  });
  return { MetricDataResults: results, Messages: [], ...(more ? { NextToken: tokenOf(start + size) } : {}) };
}
