import { arnOf, type Cloud, type Permission, type Permissions } from '../../service.ts';
import type { CloudWatchOperations } from './index.ts';

/**
 * Operations on alarms name them; operations on metrics know no resources.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function createPermissions(cloud: Cloud): Permissions<CloudWatchOperations> {
  const alarmArn = (name: string | undefined) => arnOf(cloud, 'cloudwatch', `alarm:${name ?? '*'}`);
  const on = (action: string, resource = '*'): Permission[] => [{ action: `cloudwatch:${action}`, resource }];
  const onAlarms = (action: string, names: readonly string[] = []) =>
    (names.length > 0 ? names : [undefined]).flatMap((name) => on(action, alarmArn(name)));
  return {
    PutMetricData: ({ Namespace = '' }) => [
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
    ],
    ListMetrics: () => on('ListMetrics'),
    GetMetricStatistics: () => on('GetMetricStatistics'),
    GetMetricData: () => on('GetMetricData'),
    PutMetricAlarm: ({ AlarmName }) => on('PutMetricAlarm', alarmArn(AlarmName)),
    DescribeAlarms: ({ AlarmNames }) => onAlarms('DescribeAlarms', AlarmNames),
    DescribeAlarmsForMetric: () => on('DescribeAlarmsForMetric'),
    DescribeAlarmHistory: ({ AlarmName }) => on('DescribeAlarmHistory', alarmArn(AlarmName)),
    DeleteAlarms: ({ AlarmNames }) => onAlarms('DeleteAlarms', AlarmNames),
    SetAlarmState: ({ AlarmName }) => on('SetAlarmState', alarmArn(AlarmName)),
    EnableAlarmActions: ({ AlarmNames }) => onAlarms('EnableAlarmActions', AlarmNames),
    DisableAlarmActions: ({ AlarmNames }) => onAlarms('DisableAlarmActions', AlarmNames),
    TagResource: ({ ResourceARN }) => on('TagResource', ResourceARN),
    UntagResource: ({ ResourceARN }) => on('UntagResource', ResourceARN),
    ListTagsForResource: ({ ResourceARN }) => on('ListTagsForResource', ResourceARN),
  };
}
