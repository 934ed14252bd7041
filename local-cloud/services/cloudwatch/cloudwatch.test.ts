import { expect, test } from 'vitest';
import { testCloud } from '../../testing.ts';
import { createCloudWatch, type PutMetricAlarmInput } from './index.ts';

const alarm: PutMetricAlarmInput = {
  AlarmName: 'dead-letters',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
  MetricName: 'ApproximateNumberOfMessagesVisible',
  Namespace: 'AWS/SQS',
  Period: 60,
  Statistic: 'Maximum',
  Threshold: 1,
};

function setUp() {
  const cloud = testCloud();
  return { ...createCloudWatch(cloud).operations, [Symbol.dispose]: () => cloud[Symbol.dispose]() };
}

test('an alarm that was never evaluated says so', async () => {
  using cloudwatch = setUp();
  await cloudwatch.PutMetricAlarm(alarm);
  const { MetricAlarms } = await cloudwatch.DescribeAlarms({});
  expect(MetricAlarms).toMatchObject([
    {
      ...alarm,
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:dead-letters',
      StateValue: 'INSUFFICIENT_DATA',
      TreatMissingData: 'missing',
      ActionsEnabled: true,
    },
  ]);
});

test('a deleted alarm is gone', async () => {
  using cloudwatch = setUp();
  await cloudwatch.PutMetricAlarm(alarm);
  await cloudwatch.DeleteAlarms({ AlarmNames: ['dead-letters'] });
  expect(await cloudwatch.DescribeAlarms({})).toEqual({ MetricAlarms: [] });
});

test.each<[string, object, string]>([
  ['an unknown comparison', { ComparisonOperator: 'Equals' }, "Value 'Equals' at 'ComparisonOperator'"],
  ['a period that is no multiple of a minute', { Period: 90 }, 'Period must be 10, 20, 30'],
  ['more datapoints than periods', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be between'],
  ['no metric', { MetricName: undefined }, 'The parameter MetricName is required.'],
  [
    'actions',
    { AlarmActions: ['arn:aws:sns:us-east-1:123456789012:pager'] },
    'AlarmActions of a CloudWatch alarm is not supported',
  ],
])('an alarm with %s is refused', (_, others, message) => {
  using cloudwatch = setUp();
  expect(() => cloudwatch.PutMetricAlarm({ ...alarm, ...others })).toThrow(message);
});
