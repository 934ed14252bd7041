import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { testCloud } from '../../testing.ts';
import type { Sample } from '../cloudwatch/metrics/store.ts';
import { createLogs } from './index.ts';

const group = { logGroupName: 'orders' };
const count: MetricTransformation = { metricName: 'Failures', metricNamespace: 'Shop', metricValue: '1' };

function setUp() {
  const cloud = testCloud();
  const samples: Sample[] = [];
  const { operations } = createLogs(cloud, (sample) => samples.push(sample));
  operations.CreateLogGroup(group);
  operations.CreateLogStream({ ...group, logStreamName: 's' });
  return {
    ...operations,
    samples,
    filter: (filterPattern: string, transformation: Partial<MetricTransformation> = {}) =>
      operations.PutMetricFilter({
        ...group,
        filterName: 'f',
        filterPattern,
        metricTransformations: [{ ...count, ...transformation }],
      }),
    log: (...messages: string[]) =>
      operations.PutLogEvents({
        ...group,
        logStreamName: 's',
        logEvents: messages.map((message) => ({ timestamp: cloud.clock.now(), message })),
      }),
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

test('a log event that fits adds to the metric, one that does not adds nothing', () => {
  using logs = setUp();
  logs.filter('ERROR');
  logs.log('ERROR a', 'INFO b', 'ERROR c');
  expect(logs.samples).toMatchObject([
    { namespace: 'Shop', name: 'Failures', dimensions: [], values: [{ value: 1 }] },
    { values: [{ value: 1 }] },
  ]);
});

test('what came before the filter is not counted', () => {
  using logs = setUp();
  logs.log('ERROR a');
  logs.filter('ERROR');
  expect(logs.samples).toEqual([]);
});

test('value and dimensions can be fields of the event', () => {
  using logs = setUp();
  logs.filter('{ $.latency = * }', {
    metricValue: '$.latency',
    dimensions: { Route: '$.route' },
    unit: 'Milliseconds',
  });
  logs.log('{"latency":12.5,"route":"/orders"}', '{"latency":3}', '{"latency":"slow","route":"/"}');
  expect(logs.samples).toMatchObject([
    { values: [{ value: 12.5 }], dimensions: [{ Name: 'Route', Value: '/orders' }], unit: 'Milliseconds' },
  ]);
});

test('the default value stands for events that do not fit', () => {
  using logs = setUp();
  logs.filter('ERROR', { defaultValue: 0 });
  logs.log('ERROR a', 'INFO b');
  expect(logs.samples.map(({ values }) => values?.[0]?.value)).toEqual([1, 0]);
});

test.each<[string, Partial<MetricTransformation>, string]>([
  ['a default value beside dimensions', { defaultValue: 0, dimensions: { A: '$.a' } }, 'mutually exclusive'],
  ['four dimensions', { dimensions: { A: '$.a', B: '$.b', C: '$.c', D: '$.d' } }, 'at most 3 dimensions'],
  ['a value that is no number', { metricValue: 'one' }, 'neither a number nor a field'],
  ['a namespace of AWS', { metricNamespace: 'AWS/Shop' }, 'the metric namespace AWS/Shop'],
])('%s is refused', (_, transformation, message) => {
  using logs = setUp();
  expect(() => logs.filter('{ $.a = 1 }', transformation)).toThrow(message);
});

test('filters are listed and counted, and can be deleted', () => {
  using logs = setUp();
  logs.filter('ERROR');
  expect(logs.DescribeLogGroups({}).logGroups).toMatchObject([{ metricFilterCount: 1 }]);
  expect(logs.DescribeMetricFilters(group).metricFilters).toMatchObject([
    { filterName: 'f', filterPattern: 'ERROR', logGroupName: 'orders', metricTransformations: [count] },
  ]);
  logs.DeleteMetricFilter({ ...group, filterName: 'f' });
  expect(logs.DescribeMetricFilters({}).metricFilters).toEqual([]);
  expect(() => logs.DeleteMetricFilter({ ...group, filterName: 'f' })).toThrow(
    'The specified metric filter does not exist.',
  );
});

test('a filter can be tried on messages', () => {
  using logs = setUp();
  const { matches } = logs.TestMetricFilter({
    filterPattern: '{ $.level = "ERROR" }',
    logEventMessages: ['{"level":"INFO"}', '{"level":"ERROR"}'],
  });
  expect(matches).toEqual([
    { eventNumber: 2, eventMessage: '{"level":"ERROR"}', extractedValues: { '$.level': 'ERROR' } },
  ]);
});
