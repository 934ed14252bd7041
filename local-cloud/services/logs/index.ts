import { arnOf, type Cloud, type Permission, type Permissions, type Service } from '../../service.ts';
import type { Sample } from '../cloudwatch/metrics/store.ts';
import { createEventOperations } from './events.ts';
import { createGroupOperations } from './group-operations.ts';
import { createLogGroups } from './groups.ts';
import { createMetricFilterOperations } from './metric-filter-operations.ts';

export type LogsOperations = ReturnType<typeof createGroupOperations> &
  ReturnType<typeof createEventOperations> &
  ReturnType<typeof createMetricFilterOperations>;

/**
 * Makes the account's CloudWatch Logs: groups, streams, events. What a group holds in memory is bounded.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
export function createLogs(
  cloud: Cloud,
  putMetric: (sample: Sample) => void = () => {},
): Service<LogsOperations> {
  const logs = createLogGroups(cloud, putMetric);
  const operations = {
    ...createGroupOperations(logs),
    ...createEventOperations(cloud, logs),
    ...createMetricFilterOperations(cloud, logs),
  };
  return {
    name: 'logs',
    operations,
    permissions: permissionsOf(cloud, operations),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
  };
}

interface NamesResource {
  logGroupName?: string;
  logGroupIdentifier?: string;
  logStreamName?: string;
  resourceArn?: string;
}

/** Operations on a stream; the rest is on the group, or on all groups. */
const ON_STREAM = new Set(['DeleteLogStream', 'GetLogEvents', 'PutLogEvents']);

/**
 * Each operation needs the action of its name, on the group or the stream that it names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
function permissionsOf(cloud: Cloud, operations: LogsOperations): Permissions<LogsOperations> {
  const resourceOf = (operation: string, input: NamesResource): string => {
    const { logGroupName, logGroupIdentifier, logStreamName = '', resourceArn } = input;
    if (resourceArn) return resourceArn;
    const given = logGroupName ?? logGroupIdentifier;
    const name = given?.replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, '') ?? '';
    const group = arnOf(cloud, 'logs', `log-group:${name}`);
    return `${group}:log-stream:${ON_STREAM.has(operation) ? logStreamName : ''}`;
  };
  const entries = Object.keys(operations).map((name) => [
    name,
    (input: NamesResource): readonly Permission[] => [
      { action: `logs:${name}`, resource: resourceOf(name, input) },
    ],
  ]);
  return Object.fromEntries(entries) as Permissions<LogsOperations>;
}
