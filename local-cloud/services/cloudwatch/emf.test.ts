import { expect, test } from 'vitest';
import { embeddedMetrics } from './emf.ts';

const NOW = Date.UTC(2025, 5, 1, 12);

interface Changes {
  root?: object;
  metadata?: object;
  directive?: object;
  metric?: object;
}

function event({ root, metadata, directive, metric }: Changes = {}) {
  return JSON.stringify({
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Namespace: 'OrderService',
          Dimensions: [['FunctionName', 'Environment']],
          Metrics: [{ Name: 'ProcessingTime', Unit: 'Milliseconds', ...metric }],
          ...directive,
        },
      ],
      ...metadata,
    },
    FunctionName: 'worker',
    Environment: 'test',
    ProcessingTime: 12.5,
    ...root,
  });
}

const metricsOf = (changes?: Changes) => embeddedMetrics(event(changes), NOW);

test('a metric with its dimensions, unit and time', () => {
  expect(metricsOf()).toEqual([
    {
      namespace: 'OrderService',
      name: 'ProcessingTime',
      dimensions: [
        { Name: 'FunctionName', Value: 'worker' },
        { Name: 'Environment', Value: 'test' },
      ],
      at: NOW,
      unit: 'Milliseconds',
      resolution: 60,
      values: [{ value: 12.5, times: 1 }],
    },
  ]);
});

test('several values of one metric', () => {
  expect(metricsOf({ root: { ProcessingTime: [1, 2] } })[0]?.values).toHaveLength(2);
});

test('one sample for each dimension set', () => {
  const directive = { Dimensions: [[], ['FunctionName'], ['FunctionName', 'Environment']] };
  expect(metricsOf({ directive }).map(({ dimensions }) => dimensions.length)).toEqual([0, 1, 2]);
});

test('high resolution', () => {
  expect(metricsOf({ metric: { StorageResolution: 1 } })[0]?.resolution).toBe(1);
});

test.each<[string, Changes]>([
  ['a number as text', { root: { ProcessingTime: '12.5' } }],
  ['no value', { root: { ProcessingTime: undefined } }],
  ['one wrong value among several', { root: { ProcessingTime: [1, 'x'] } }],
  ['more than 100 values', { root: { ProcessingTime: Array.from({ length: 101 }, () => 1) } }],
  ['a dimension without a value', { root: { Environment: undefined } }],
  ['a dimension that is a number', { root: { Environment: 1 } }],
  ['no time', { metadata: { Timestamp: undefined } }],
  ['a time as text', { metadata: { Timestamp: String(NOW) } }],
  ['a time in seconds', { metadata: { Timestamp: NOW / 1000 } }],
  ['a time three hours ahead', { metadata: { Timestamp: NOW + 3 * 3_600_000 } }],
  ['a unit that does not exist', { metric: { Unit: 'ms' } }],
  ['another resolution', { metric: { StorageResolution: 30 } }],
  ['no namespace', { directive: { Namespace: undefined } }],
  ['dimensions that are not sets', { directive: { Dimensions: ['FunctionName'] } }],
  ['31 dimensions', { directive: { Dimensions: [Array.from({ length: 31 }, (_, index) => `d${index}`)] } }],
  [
    '101 metrics',
    { directive: { Metrics: Array.from({ length: 101 }, () => ({ Name: 'ProcessingTime' })) } },
  ],
])('%s yields nothing, in silence', (_, changes) => {
  expect(metricsOf(changes)).toEqual([]);
});

test('a line that is not JSON as a whole is no metric: the prefix of console.log spoils it', () => {
  expect(embeddedMetrics(`2025-06-01T12:00:00.000Z\t1\tINFO\t${event()}`, NOW)).toEqual([]);
  expect(embeddedMetrics(`${event()} end`, NOW)).toEqual([]);
});
