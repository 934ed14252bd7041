import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { testCloudWatch } from '../testing.ts';

const HOUR = 3_600_000;

describe('what is put', () => {
  test('comes back by period, with each statistic', async () => {
    using cloudwatch = await testCloudWatch();
    const start = cloudwatch.begin;
    cloudwatch.PutMetricData({
      Namespace: 'Shop',
      MetricData: [
        { MetricName: 'Latency', Value: 10, Unit: 'Milliseconds' },
        { MetricName: 'Latency', Values: [20, 30], Counts: [1, 2], Unit: 'Milliseconds' },
      ],
    });
    const { Datapoints } = cloudwatch.GetMetricStatistics({
      Namespace: 'Shop',
      MetricName: 'Latency',
      StartTime: new Date(start),
      EndTime: new Date(start + 60_000),
      Period: 60,
      Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
      ExtendedStatistics: ['p50'],
    });
    expect(Datapoints).toEqual([
      {
        Timestamp: new Date(start),
        Unit: 'Milliseconds',
        SampleCount: 4,
        Sum: 90,
        Average: 22.5,
        Minimum: 10,
        Maximum: 30,
        ExtendedStatistics: { p50: 20 },
      },
    ]);
  });

  test('of different units is told apart', async () => {
    using cloudwatch = await testCloudWatch();
    const start = cloudwatch.begin;
    for (const Unit of ['Seconds', 'Milliseconds'] as const) {
      cloudwatch.PutMetricData({
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Latency', Value: 1, Unit }],
      });
    }
    const { Datapoints = [] } = cloudwatch.GetMetricStatistics({
      Namespace: 'Shop',
      MetricName: 'Latency',
      StartTime: new Date(start),
      EndTime: new Date(start + 60_000),
      Period: 60,
      Statistics: ['Sum'],
    });
    expect(Datapoints.map(({ Unit, Sum }) => `${Sum} ${Unit}`)).toEqual(['1 Milliseconds', '1 Seconds']);
  });

  test('as a statistic set has no percentiles', async () => {
    using cloudwatch = await testCloudWatch();
    const start = cloudwatch.begin;
    const StatisticValues = { SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3 };
    cloudwatch.PutMetricData({ Namespace: 'Shop', MetricData: [{ MetricName: 'Latency', StatisticValues }] });
    const query = (Stat: string) =>
      cloudwatch.GetMetricData({
        StartTime: new Date(start),
        EndTime: new Date(start + 60_000),
        MetricDataQueries: [
          { Id: 'm', MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'Latency' }, Period: 60, Stat } },
        ],
      }).MetricDataResults?.[0]?.Values;
    expect([query('Average'), query('p99')]).toEqual([[2], []]);
  });

  test('in high resolution is there by the second for three hours, and by the minute after that', async () => {
    using cloudwatch = await testCloudWatch();
    const start = cloudwatch.begin;
    cloudwatch.PutMetricData({
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Latency', Value: 7, StorageResolution: 1 }],
    });
    const values = (Period: number) =>
      cloudwatch.GetMetricStatistics({
        Namespace: 'Shop',
        MetricName: 'Latency',
        StartTime: new Date(start),
        EndTime: new Date(start + 60_000),
        Period,
        Statistics: ['Sum'],
      }).Datapoints?.length;
    expect([values(1), values(60)]).toEqual([1, 1]);
    await cloudwatch.cloud.clock.advance(5 * HOUR);
    expect([values(1), values(60)]).toEqual([0, 1]);
  });

  const now = () => new Date();
  test.each<[string, () => MetricDatum, string]>([
    ['no name', () => ({ MetricName: undefined, Value: 1 }), 'MetricData.member.1.MetricName is required'],
    ['no value', () => ({ MetricName: 'm' }), 'MetricData.member.1.Value is required'],
    [
      'NaN',
      () => ({ MetricName: 'm', Value: Number.NaN }),
      'The value NaN for parameter MetricData.member.1.Value',
    ],
    [
      'too much',
      () => ({ MetricName: 'm', Value: 2 ** 361 }),
      'for parameter MetricData.member.1.Value is invalid',
    ],
    [
      'a value and values',
      () => ({ MetricName: 'm', Value: 1, Values: [1] }),
      'MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive',
    ],
    [
      '151 values',
      () => ({ MetricName: 'm', Values: Array.from({ length: 151 }, () => 1) }),
      'Values must not have a size greater than 150',
    ],
    [
      'counts that do not match',
      () => ({ MetricName: 'm', Values: [1, 2], Counts: [1] }),
      'of the same size',
    ],
    [
      '31 dimensions',
      () => ({
        MetricName: 'm',
        Value: 1,
        Dimensions: Array.from({ length: 31 }, (_, index) => ({ Name: `d${index}`, Value: 'x' })),
      }),
      'Dimensions must not have a size greater than 30',
    ],
    [
      'a unit that does not exist',
      () => ({ MetricName: 'm', Value: 1, Unit: 'ms' as 'Seconds' }),
      'Unit must be',
    ],
    [
      'a time 15 days ago',
      () => ({ MetricName: 'm', Value: 1, Timestamp: new Date(now().getTime() - 15 * 24 * HOUR) }),
      'no more than two weeks in the past',
    ],
    [
      'a time three hours ahead',
      () => ({ MetricName: 'm', Value: 1, Timestamp: new Date(now().getTime() + 3 * HOUR) }),
      'within the next two hours',
    ],
  ])('with %s is refused', async (_, datum, message) => {
    using cloudwatch = await testCloudWatch();
    expect(() => cloudwatch.PutMetricData({ Namespace: 'Shop', MetricData: [datum()] })).toThrow(message);
  });

  test('is refused in a namespace of AWS and beyond 1,000 metrics', async () => {
    using cloudwatch = await testCloudWatch();
    const MetricData = Array.from({ length: 1001 }, () => ({ MetricName: 'm', Value: 1 }));
    expect(() => cloudwatch.PutMetricData({ Namespace: 'AWS/Lambda', MetricData })).toThrow(
      'The value AWS/Lambda for parameter Namespace is invalid.',
    );
    expect(() => cloudwatch.PutMetricData({ Namespace: 'Shop', MetricData })).toThrow(
      'The collection MetricData must not have a size greater than 1000.',
    );
  });
});

describe('ListMetrics', () => {
  test('finds metrics by name and by dimensions, whatever their values', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.put('A', 1, { dimensions: [{ Name: 'Route', Value: '/a' }] });
    cloudwatch.put('B', 1);
    const names = (input: object) =>
      cloudwatch.ListMetrics(input).Metrics?.map(({ MetricName }) => MetricName);
    expect(names({ Namespace: 'Shop' })).toEqual(['A', 'B']);
    expect(names({ Dimensions: [{ Name: 'Route' }] })).toEqual(['A']);
    expect(names({ Dimensions: [{ Name: 'Route', Value: '/b' }] })).toEqual([]);
    expect(names({ MetricName: 'B' })).toEqual(['B']);
  });

  test('does not list what had no data for two weeks', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.put('A', 1);
    await cloudwatch.cloud.clock.advance(15 * 24 * HOUR);
    expect(cloudwatch.ListMetrics({}).Metrics).toEqual([]);
  });
});

describe('GetMetricData', () => {
  const latency = { Metric: { Namespace: 'Shop', MetricName: 'Latency' }, Period: 60, Stat: 'Sum' };

  async function threeMinutes() {
    const cloudwatch = await testCloudWatch();
    const start = cloudwatch.begin;
    for (const value of [1, 2, 3]) {
      cloudwatch.put('Latency', value);
      await cloudwatch.minutes(1);
    }
    return { cloudwatch, StartTime: new Date(start), EndTime: new Date(start + 180_000) };
  }

  test('tells the newest first, unless asked otherwise', async () => {
    const { cloudwatch, ...range } = await threeMinutes();
    using _ = cloudwatch;
    const query = { ...range, MetricDataQueries: [{ Id: 'm', MetricStat: latency }] };
    const values = (ScanBy?: 'TimestampAscending') =>
      cloudwatch.GetMetricData({ ...query, ScanBy }).MetricDataResults?.[0]?.Values;
    expect(values()).toEqual([3, 2, 1]);
    expect(values('TimestampAscending')).toEqual([1, 2, 3]);
  });

  test('goes on in the next page', async () => {
    const { cloudwatch, ...range } = await threeMinutes();
    using _ = cloudwatch;
    const query = { ...range, MaxDatapoints: 2, MetricDataQueries: [{ Id: 'm', MetricStat: latency }] };
    const first = cloudwatch.GetMetricData(query);
    expect(first.MetricDataResults).toMatchObject([{ StatusCode: 'PartialData', Values: [3, 2] }]);
    const second = cloudwatch.GetMetricData({ ...query, NextToken: first.NextToken });
    expect(second.MetricDataResults).toMatchObject([{ StatusCode: 'Complete', Values: [1] }]);
    expect(second.NextToken).toBeUndefined();
  });

  test('does no metric math, but an expression may name another query', async () => {
    const { cloudwatch, ...range } = await threeMinutes();
    using _ = cloudwatch;
    const ask = (Expression: string) =>
      cloudwatch.GetMetricData({
        ...range,
        MetricDataQueries: [
          { Id: 'm', MetricStat: latency, ReturnData: false },
          { Id: 'e', Expression },
        ],
      });
    expect(ask('m').MetricDataResults).toMatchObject([{ Id: 'e', Values: [3, 2, 1] }]);
    expect(() => ask('m * 2')).toThrow('Metric math (m * 2) is not supported by the local cloud.');
  });

  test('takes one of several units where the query names none, and says so', async () => {
    using cloudwatch = await testCloudWatch();
    const StartTime = new Date(cloudwatch.begin);
    const sent = { Milliseconds: 60_000, Seconds: 60, Count: 5 } as const;
    const ask = () =>
      cloudwatch.GetMetricData({
        StartTime,
        EndTime: new Date(cloudwatch.begin + 60_000),
        MetricDataQueries: [{ Id: 'm', MetricStat: { ...latency, Stat: 'Sum' } }],
      }).MetricDataResults;
    const put = (Unit: keyof typeof sent) =>
      cloudwatch.PutMetricData({
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Latency', Value: sent[Unit], Unit }],
      });
    put('Seconds');
    expect(ask()).toEqual([expect.not.objectContaining({ Messages: expect.anything() })]);
    put('Milliseconds');
    const messages = (units: string) => [
      { Code: 'MultipleUnits', Value: `Multiple units returned: '[${units}]'` },
    ];
    expect(ask()).toMatchObject([{ Values: [60_000], Messages: messages('Milliseconds, Seconds') }]);
    put('Count');
    expect(ask()).toMatchObject([{ Values: [5], Messages: messages('Count, Milliseconds, Seconds') }]);
  });

  test.each([
    [
      ['Sum', 60, 'Seconds'],
      ['Minimum', 30, 'Seconds'],
      ['Latency Sum 60', 'Latency Minimum 30'],
    ],
    [
      ['Sum', 60, 'Seconds'],
      ['Minimum', 60, 'Seconds'],
      ['Latency Sum', 'Latency Minimum'],
    ],
    [
      ['Sum', 60, 'Seconds'],
      ['Sum', 30, 'Seconds'],
      ['Latency 60', 'Latency 30'],
    ],
    [
      ['Sum', 60, 'Seconds'],
      ['Sum', 60, 'Milliseconds'],
      ['Latency', 'Latency'],
    ],
  ] as const)('labels %j and %j by what tells them apart', async (first, second, labels) => {
    using cloudwatch = await testCloudWatch();
    const { MetricDataResults } = cloudwatch.GetMetricData({
      StartTime: new Date(cloudwatch.begin),
      EndTime: new Date(cloudwatch.begin + 60_000),
      MetricDataQueries: [first, second].map(([Stat, Period, Unit], index) => ({
        Id: `q${index}`,
        MetricStat: { Metric: latency.Metric, Stat, Period, Unit },
      })),
    });
    expect(MetricDataResults?.map(({ Label }) => Label)).toEqual(labels);
  });
});
