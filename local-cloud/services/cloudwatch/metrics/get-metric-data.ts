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
import { checkPeriod, checkRange, type QueryRange, rounded } from './period.ts';
import { statisticOf } from './statistic.ts';
import { dimensionsOf, type MetricStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;

interface Points {
  points: { at: number; value: number }[];
  /** The units that the metric has in this range, where the query names none and there are several. */
  units: readonly string[];
}

interface Series extends Points {
  id: string;
  label: string;
}

/** CloudWatch does not convert units: where a query names none, it takes the first of these that there is. */
const UNITS_IN_ORDER = [
  'Megabits',
  'Terabits',
  'Gigabits',
  'Count',
  'Bytes',
  'Gigabytes',
  'Gigabytes/Second',
  'Kilobytes',
  'Kilobits/Second',
  'Terabytes',
  'Terabits/Second',
  'Bytes/Second',
  'Percent',
  'Megabytes',
  'Megabits/Second',
  'Milliseconds',
  'Microseconds',
  'Kilobytes/Second',
  'Gigabits/Second',
  'Megabytes/Second',
  'Bits',
  'Bits/Second',
  'Count/Second',
  'Seconds',
  'Kilobits',
  'Terabytes/Second',
  'None',
];

/**
 * Makes `GetMetricData`: several metrics at once, page by page. An `Expression` may only name another query of the
 * request; metric math is refused.
 */
export function createGetMetricData(cloud: Cloud, metrics: MetricStore) {
  function read(query: MetricDataQuery, range: QueryRange, where: string): Points {
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
    const units = [...new Set(found.map(({ unit }) => unit))];
    const [taken] = units.toSorted((a, b) => UNITS_IN_ORDER.indexOf(a) - UNITS_IN_ORDER.indexOf(b));
    const points = found.flatMap(({ at, of, unit }) => {
      const value = unit === taken ? statistic(of) : undefined;
      return value === undefined ? [] : [{ at, value }];
    });
    return { points, units };
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
    const found = new Map<string, Points>();
    for (const [index, query] of MetricDataQueries.entries()) {
      if (query.Expression !== undefined) continue;
      found.set(query.Id ?? '', read(query, range, `MetricDataQueries.member.${index + 1}`));
    }
    const returned = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false);
    const series = returned.map((query): Series => {
      const { points = [], units = [] } = found.get(query.Expression?.trim() ?? query.Id ?? '') ?? {};
      return {
        id: query.Id ?? '',
        label: labelOf(query, returned),
        points: ScanBy === 'TimestampAscending' ? points : points.toReversed(),
        units,
      };
    });
    return pageOfSeries(
      series,
      readToken(NextToken),
      Math.min(MaxDatapoints ?? MOST_DATAPOINTS, MOST_DATAPOINTS),
    );
  };
}

/** The metric's name, and what else tells the queries of one name apart: their statistics, their periods. */
function labelOf({ Id = '', Label, MetricStat }: MetricDataQuery, all: readonly MetricDataQuery[]): string {
  const name = MetricStat?.Metric?.MetricName;
  if (Label !== undefined || MetricStat === undefined || name === undefined) return Label ?? Id;
  const namesakes = all.flatMap((other) =>
    other.MetricStat?.Metric?.MetricName === name ? [other.MetricStat] : [],
  );
  const parts = [MetricStat.Stat, MetricStat.Period].filter(
    (_, index) => new Set(namesakes.map(({ Stat, Period }) => [Stat, Period][index])).size > 1,
  );
  return [name, ...parts].join(' ');
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
  const results = all.map(({ id, label, points, units }): MetricDataResult => {
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
      ...(units.length > 1 && {
        Messages: [
          { Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.toSorted().join(', ')}]'` },
        ],
      }),
    };
  });
  return { MetricDataResults: results, Messages: [], ...(more ? { NextToken: tokenOf(start + size) } : {}) };
}
