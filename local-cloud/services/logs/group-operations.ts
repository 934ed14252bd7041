import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DeleteLogGroupRequest,
  DeleteLogStreamRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  PutRetentionPolicyRequest,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { notSupported } from '../../errors.ts';
import type { LogGroups, LogStream } from './groups.ts';
import { checkGroupName, checkStreamName, groupName, invalid, requiredName } from './names.ts';
import { pageOf } from './paging.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function createGroupOperations(logs: LogGroups) {
  return {
    CreateLogGroup(input: CreateLogGroupRequest): void {
      if (input.kmsKeyId) throw notSupported('kmsKeyId of a log group');
      if (input.deletionProtectionEnabled) throw notSupported('Deletion protection of a log group');
      if (input.logGroupClass && input.logGroupClass !== 'STANDARD') {
        throw notSupported(`The log group class ${input.logGroupClass}`);
      }
      logs.create(checkGroupName(input.logGroupName), input.tags ?? {});
    },

    DeleteLogGroup(input: DeleteLogGroupRequest): void {
      logs.groups.delete(logs.group(groupName(input)).name);
    },

    DescribeLogGroups(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
      const { logGroupNamePrefix = '', logGroupNamePattern } = input;
      if (input.logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const found = [...logs.groups.values()]
        .filter(({ name }) => name.startsWith(logGroupNamePrefix))
        .filter(
          ({ name }) =>
            !logGroupNamePattern || name.toLowerCase().includes(logGroupNamePattern.toLowerCase()),
        )
        .sort(byName);
      const { page, nextToken } = pageOf(found, input);
      return {
        logGroups: page.map((group) => ({
          logGroupName: group.name,
          creationTime: group.createdAt,
          ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
          metricFilterCount: group.metricFilters.size,
          arn: `${group.arn}:*`,
          logGroupArn: group.arn,
          logGroupClass: 'STANDARD',
          // AWS finds groups by pattern in an index that does not hold these.
          ...(!logGroupNamePattern && { storedBytes: group.storedBytes, deletionProtectionEnabled: false }),
        })),
        ...(nextToken && { nextToken }),
      };
    },

    CreateLogStream(input: CreateLogStreamRequest): void {
      logs.newStream(logs.group(groupName(input)), checkStreamName(input.logStreamName));
    },

    DeleteLogStream(input: DeleteLogStreamRequest): void {
      logs.removeStream(logs.group(groupName(input)), requiredName(input.logStreamName, 'logStreamName'));
    },

    DescribeLogStreams(input: DescribeLogStreamsRequest): DescribeLogStreamsResponse {
      const { logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false } = input;
      if (orderBy === 'LastEventTime' && logStreamNamePrefix) {
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const compare = orderBy === 'LastEventTime' ? byLastEvent : byName;
      const found = [...logs.group(groupName(input)).streams.values()]
        .filter(({ name }) => name.startsWith(logStreamNamePrefix))
        .sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
      const { page, nextToken } = pageOf(found, input);
      return {
        logStreams: page.map((stream) => ({
          logStreamName: stream.name,
          creationTime: stream.createdAt,
          ...(stream.events.length > 0 && {
            firstEventTimestamp: stream.events[0]?.timestamp,
            lastEventTimestamp: stream.events.at(-1)?.timestamp,
          }),
          ...(stream.lastIngestedAt !== undefined && { lastIngestionTime: stream.lastIngestedAt }),
          arn: stream.arn,
          // AWS has not counted it by stream since 2019.
          storedBytes: 0,
        })),
        ...(nextToken && { nextToken }),
      };
    },

    PutRetentionPolicy(input: PutRetentionPolicyRequest): void {
      const group = logs.group(groupName(input));
      const days = input.retentionInDays;
      if (days === undefined || !RETENTIONS.includes(days)) {
        throw invalid(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(', ')}]`,
        );
      }
      group.retentionDays = days;
    },

    DeleteRetentionPolicy(input: DeleteRetentionPolicyRequest): void {
      logs.group(groupName(input)).retentionDays = undefined;
    },

    TagResource({ resourceArn, tags = {} }: TagResourceRequest): void {
      const group = logs.group(groupName({ logGroupIdentifier: resourceArn }));
      for (const [key, value] of Object.entries(tags)) group.tags.set(key, value);
    },

    /** The older form of TagResource: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html */
    TagLogGroup(input: TagLogGroupRequest): void {
      const group = logs.group(groupName(input));
      for (const [key, value] of Object.entries(input.tags ?? {})) group.tags.set(key, value);
    },

    UntagLogGroup(input: UntagLogGroupRequest): void {
      const group = logs.group(groupName(input));
      for (const key of input.tags ?? []) group.tags.delete(key);
    },

    ListTagsLogGroup(input: ListTagsLogGroupRequest): ListTagsLogGroupResponse {
      return { tags: Object.fromEntries(logs.group(groupName(input)).tags) };
    },

    UntagResource({ resourceArn, tagKeys = [] }: UntagResourceRequest): void {
      const group = logs.group(groupName({ logGroupIdentifier: resourceArn }));
      for (const key of tagKeys) group.tags.delete(key);
    },

    ListTagsForResource({ resourceArn }: ListTagsForResourceRequest): ListTagsForResourceResponse {
      return { tags: Object.fromEntries(logs.group(groupName({ logGroupIdentifier: resourceArn })).tags) };
    },
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

function byLastEvent(a: LogStream, b: LogStream): number {
  return (a.events.at(-1)?.timestamp ?? 0) - (b.events.at(-1)?.timestamp ?? 0);
}
