import { arnOf, type Cloud, type Permission, type Service } from '../../service.ts';
import { checkAlarm, type PutMetricAlarmInput, type Tag, validationError } from './alarm.ts';

export type { PutMetricAlarmInput } from './alarm.ts';

/** An alarm as `DescribeAlarms` tells it. */
export interface MetricAlarm extends Omit<PutMetricAlarmInput, 'Tags'> {
  AlarmName: string;
  AlarmArn: string;
  AlarmConfigurationUpdatedTimestamp: Date;
  /** No metric has been evaluated: an alarm begins, and stays, without a verdict. */
  StateValue: 'INSUFFICIENT_DATA';
  StateReason: string;
  StateUpdatedTimestamp: Date;
}

interface DescribeAlarmsInput {
  AlarmNames?: string[];
  AlarmNamePrefix?: string;
  StateValue?: string;
}

export interface CloudWatchOperations {
  PutMetricAlarm(input: PutMetricAlarmInput): void | Promise<void>;
  DescribeAlarms(
    input: DescribeAlarmsInput,
  ): { MetricAlarms: MetricAlarm[] } | Promise<{ MetricAlarms: MetricAlarm[] }>;
  DeleteAlarms(input: { AlarmNames?: string[] }): void | Promise<void>;
  ListTagsForResource(input: { ResourceARN?: string }): { Tags: Tag[] } | Promise<{ Tags: Tag[] }>;
}

/**
 * Makes the control plane of the account's alarms: definitions, checked and kept. Metrics are not collected, so an
 * alarm is never evaluated: it says INSUFFICIENT_DATA, as AWS does before the first evaluation.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function createCloudWatch(cloud: Cloud): Service<CloudWatchOperations> {
  const alarms = new Map<string, { alarm: MetricAlarm; tags: Tag[] }>();
  const alarmArn = (name = '') => arnOf(cloud, 'cloudwatch', `alarm:${name}`);
  const onAlarms =
    (action: string) =>
    ({ AlarmNames = [] }: { AlarmNames?: string[] }): readonly Permission[] =>
      (AlarmNames.length > 0 ? AlarmNames.map(alarmArn) : ['*']).map((resource) => ({ action, resource }));

  return {
    name: 'cloudwatch',
    operations: {
      PutMetricAlarm(input) {
        const { Tags = [], ...definition } = checkAlarm(input);
        const existing = alarms.get(definition.AlarmName);
        const now = new Date(cloud.clock.now());
        alarms.set(definition.AlarmName, {
          alarm: {
            ...definition,
            AlarmArn: alarmArn(definition.AlarmName),
            AlarmConfigurationUpdatedTimestamp: now,
            StateValue: 'INSUFFICIENT_DATA',
            StateReason: 'Unchecked: Initial alarm creation',
            StateUpdatedTimestamp: existing?.alarm.StateUpdatedTimestamp ?? now,
          },
          // Tags are set when the alarm is created; an update leaves them alone.
          tags: existing?.tags ?? Tags,
        });
      },

      DescribeAlarms({ AlarmNames, AlarmNamePrefix = '', StateValue }) {
        const found = [...alarms.values()].map(({ alarm }) => alarm);
        return {
          MetricAlarms: found
            .filter((alarm) => !AlarmNames?.length || AlarmNames.includes(alarm.AlarmName))
            .filter((alarm) => alarm.AlarmName.startsWith(AlarmNamePrefix))
            .filter((alarm) => !StateValue || alarm.StateValue === StateValue)
            .sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1)),
        };
      },

      DeleteAlarms({ AlarmNames }) {
        if (!AlarmNames?.length) throw validationError('The parameter AlarmNames is required.');
        for (const name of AlarmNames) alarms.delete(name);
      },

      ListTagsForResource({ ResourceARN = '' }) {
        const found = [...alarms.values()].find(({ alarm }) => alarm.AlarmArn === ResourceARN);
        return { Tags: found?.tags ?? [] };
      },
    },
    permissions: {
      PutMetricAlarm: ({ AlarmName }) => [
        { action: 'cloudwatch:PutMetricAlarm', resource: alarmArn(AlarmName) },
      ],
      DescribeAlarms: onAlarms('cloudwatch:DescribeAlarms'),
      DeleteAlarms: onAlarms('cloudwatch:DeleteAlarms'),
      ListTagsForResource: ({ ResourceARN = '*' }) => [
        { action: 'cloudwatch:ListTagsForResource', resource: ResourceARN },
      ],
    },
    accessDenied: { code: 'AccessDenied', status: 403 },
  };
}
