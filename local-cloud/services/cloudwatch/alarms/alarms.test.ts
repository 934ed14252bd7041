import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { testCloudWatch } from '../testing.ts';

const failures: PutMetricAlarmInput = {
  AlarmName: 'failures',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
  MetricName: 'Failed',
  Namespace: 'Shop',
  Period: 60,
  Statistic: 'Sum',
  Threshold: 2,
};

const ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:failures';
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:pager';

describe('the state of an alarm', () => {
  test('is INSUFFICIENT_DATA until there is data', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    expect(cloudwatch.state('failures')).toMatchObject({
      AlarmArn: ARN,
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      ActionsEnabled: true,
    });
    expect(cloudwatch.state('failures')).not.toHaveProperty('TreatMissingData');
    await cloudwatch.minutes(5);
    expect(cloudwatch.state('failures')?.StateValue).toBe('INSUFFICIENT_DATA');
  });

  test('becomes ALARM at the end of the minute in which the threshold is reached', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    cloudwatch.put('Failed', 1);
    cloudwatch.put('Failed', 1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('INSUFFICIENT_DATA');
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
  });

  test('goes back to OK when newer data is within the threshold', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    cloudwatch.put('Failed', 0);
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('OK');
  });

  test('stays, without newer data, until the old has left the evaluation range', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, TreatMissingData: 'notBreaching' });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(3);
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
  });

  test('an update keeps it, and the next evaluation judges by the new definition', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    cloudwatch.PutMetricAlarm({ ...failures, Threshold: 10 });
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('OK');
  });

  test('set by hand holds until the next evaluation', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, TreatMissingData: 'notBreaching' });
    await cloudwatch.minutes(1);
    cloudwatch.SetAlarmState({ AlarmName: 'failures', StateValue: 'ALARM', StateReason: 'A drill' });
    expect(cloudwatch.state('failures')).toMatchObject({ StateValue: 'ALARM', StateReason: 'A drill' });
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('OK');
  });

  test('of an alarm with a period of ten seconds changes within ten seconds', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, Period: 10 });
    cloudwatch.put('Failed', 5, { resolution: 1 });
    await cloudwatch.cloud.clock.advance(10_000);
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
  });

  test('can follow a percentile', async () => {
    using cloudwatch = await testCloudWatch();
    const { Statistic: _, ...others } = failures;
    cloudwatch.PutMetricAlarm({ ...others, ExtendedStatistic: 'p90', Threshold: 9 });
    for (let value = 1; value <= 10; value++) cloudwatch.put('Failed', value);
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
  });

  test('a percentile of few samples changes nothing when such are ignored', async () => {
    using cloudwatch = await testCloudWatch();
    const { Statistic: _, ...others } = failures;
    cloudwatch.PutMetricAlarm({
      ...others,
      ExtendedStatistic: 'p99',
      EvaluateLowSampleCountPercentile: 'ignore',
    });
    cloudwatch.put('Failed', 50);
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('INSUFFICIENT_DATA');
  });
});

describe('what AWS says of it', () => {
  test('the reason names the data points, when they were, and the threshold', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, DatapointsToAlarm: 1 });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    const { StateReason, StateReasonData = '' } = cloudwatch.state('failures') ?? {};
    expect(StateReason).toMatch(
      /^Threshold Crossed: 1 out of the last 1 datapoints \[5\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than or equal to the threshold \(2\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
    );
    expect(JSON.parse(StateReasonData)).toMatchObject({
      version: '1.0',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [5],
      threshold: 2,
      evaluatedDatapoints: [{ sampleCount: 1, value: 5 }],
    });
    expect(StateReasonData).toContain('"recentDatapoints":[5.0]');
  });

  test('without data it says how many data points were unknown', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, EvaluationPeriods: 2 });
    cloudwatch.put('Failed', 0);
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('OK');
    await cloudwatch.minutes(5);
    expect(cloudwatch.state('failures')).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Insufficient Data: 2 datapoints were unknown.',
    });
  });

  test('a change is an event on the default bus', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, AlarmDescription: 'Too many' });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    expect(cloudwatch.events).toMatchObject([
      {
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [ARN],
        detail: {
          alarmName: 'failures',
          state: { value: 'ALARM', timestamp: expect.stringMatching(/\+0000$/) },
          previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
          configuration: {
            description: 'Too many',
            metrics: [
              {
                id: expect.any(String),
                metricStat: {
                  metric: { namespace: 'Shop', name: 'Failed', dimensions: {} },
                  period: 60,
                  stat: 'Sum',
                },
                returnData: true,
              },
            ],
          },
        },
      },
    ]);
  });

  test('a change is in the journal, which wakes those who wait for it', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    cloudwatch.put('Failed', 5);
    const { clock, journal } = cloudwatch.cloud;
    const wake = new AbortController();
    journal.subscribe(({ type }) => {
      if (type === 'alarm') wake.abort();
    });
    const begin = clock.now();
    expect(await clock.wait({ until: begin + 3_600_000, wake: wake.signal })).toBe('woken');
    expect(clock.now() - begin).toBeLessThan(120_000);
  });

  test('history tells of definition, states and actions', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, AlarmActions: [FUNCTION] });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    const { AlarmHistoryItems = [] } = cloudwatch.DescribeAlarmHistory({
      AlarmName: 'failures',
      ScanBy: 'TimestampAscending',
    });
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm "failures" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      `Successfully executed action ${FUNCTION}`,
    ]);
  });
});

describe('an action', () => {
  test('calls the function, as the service that AWS names, when the alarm comes into the state', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, AlarmActions: [FUNCTION] });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(2);
    expect(cloudwatch.invoked).toMatchObject([
      {
        functionArn: FUNCTION,
        principal: 'lambda.alarms.cloudwatch.amazonaws.com',
        payload: {
          source: 'aws.cloudwatch',
          alarmArn: ARN,
          accountId: '123456789012',
          region: 'us-east-1',
          alarmData: { alarmName: 'failures', state: { value: 'ALARM' } },
        },
      },
    ]);
  });

  test('that is switched off does nothing', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, AlarmActions: [FUNCTION] });
    cloudwatch.DisableAlarmActions({ AlarmNames: ['failures'] });
    cloudwatch.put('Failed', 5);
    await cloudwatch.minutes(1);
    expect(cloudwatch.state('failures')?.StateValue).toBe('ALARM');
    expect(cloudwatch.invoked).toEqual([]);
  });
});

describe('the definition of an alarm', () => {
  test.each<[string, object, string]>([
    ['an unknown comparison', { ComparisonOperator: 'Equals' }, "Value 'Equals' at 'comparisonOperator'"],
    ['a period that is no multiple of a minute', { Period: 90 }, 'Period must be 10, 20, 30'],
    ['more than a day', { EvaluationPeriods: 1441 }, 'across more than a day'],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be between'],
    ['no metric', { MetricName: undefined }, 'The parameter MetricName is required.'],
    ['two statistics', { ExtendedStatistic: 'p99' }, 'Exactly one of Statistic or ExtendedStatistic'],
    ['metric math', { Metrics: [{ Id: 'm' }] }, 'Metrics of a CloudWatch alarm is not supported'],
    ['a band', { ThresholdMetricId: 'b' }, 'ThresholdMetricId of a CloudWatch alarm is not supported'],
    [
      'a topic to notify',
      { AlarmActions: ['arn:aws:sns:us-east-1:123456789012:pager'] },
      'The action arn:aws:sns:us-east-1:123456789012:pager in AlarmActions of a CloudWatch alarm',
    ],
  ])('with %s is refused', async (_, others, message) => {
    using cloudwatch = await testCloudWatch();
    expect(() => cloudwatch.PutMetricAlarm({ ...failures, ...others })).toThrow(message);
  });

  test('is found by its metric', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    const found = (MetricName: string) =>
      cloudwatch.DescribeAlarmsForMetric({ Namespace: 'Shop', MetricName }).MetricAlarms?.length;
    expect([found('Failed'), found('Other')]).toEqual([1, 0]);
  });

  test('can be deleted, and what is not there is passed over', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm(failures);
    cloudwatch.DeleteAlarms({ AlarmNames: ['failures', 'unknown'] });
    expect(cloudwatch.DescribeAlarms({}).MetricAlarms).toEqual([]);
  });

  test('tags can be changed', async () => {
    using cloudwatch = await testCloudWatch();
    cloudwatch.PutMetricAlarm({ ...failures, Tags: [{ Key: 'team', Value: 'orders' }] });
    cloudwatch.TagResource({ ResourceARN: ARN, Tags: [{ Key: 'stage', Value: 'test' }] });
    cloudwatch.UntagResource({ ResourceARN: ARN, TagKeys: ['team'] });
    expect(cloudwatch.ListTagsForResource({ ResourceARN: ARN }).Tags).toEqual([
      { Key: 'stage', Value: 'test' },
    ]);
  });
});
