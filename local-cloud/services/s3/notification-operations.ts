import type {
  FilterRule,
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  PutBucketNotificationConfigurationRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import type { Buckets } from './buckets.ts';
import type { Destinations } from './destinations.ts';
import { malformedXml, s3Error } from './errors.ts';
import { type Notification, readNotifications } from './notification-configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html */
export function createNotificationOperations(cloud: Cloud, buckets: Buckets, destinations: Destinations) {
  return {
    /**
     * Takes the place of all that was configured before. Each destination is tried out first.
     * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
     */
    async PutBucketNotificationConfiguration(
      input: PutBucketNotificationConfigurationRequest,
      call: Call,
    ): Promise<void> {
      const bucket = buckets.get(input);
      if (!input.NotificationConfiguration) throw malformedXml();
      const configuration = withIds(cloud, input.NotificationConfiguration);
      const notifications = readNotifications(cloud, configuration);
      if (!input.SkipDestinationValidation) {
        const refusals: Refusal[] = [];
        for (const notification of notifications) {
          const reason = await reasonAgainst(notification, () =>
            destinations.probe(bucket, notification, call),
          );
          if (reason) refusals.push(reason);
        }
        if (refusals.length > 0) throw unreachable(refusals);
      }
      bucket.notifications = configuration;
    },

    GetBucketNotificationConfiguration(
      input: GetBucketNotificationConfigurationRequest,
    ): NotificationConfiguration {
      return buckets.get(input).notifications;
    },
  };
}

/** A configuration without an id gets one; S3 writes the names of its rules its own way. */
function withIds(cloud: Cloud, configuration: NotificationConfiguration): NotificationConfiguration {
  const named = <T extends Named>(list: T[] | undefined) =>
    list && list.length > 0
      ? list.map((one) => ({ ...withRuleNames(one), Id: one.Id ?? cloud.uuid() }))
      : undefined;
  const lists = {
    QueueConfigurations: named(configuration.QueueConfigurations),
    LambdaFunctionConfigurations: named(configuration.LambdaFunctionConfigurations),
    TopicConfigurations: named(configuration.TopicConfigurations),
    EventBridgeConfiguration: configuration.EventBridgeConfiguration,
  };
  return Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined));
}

interface Named {
  Id?: string;
  Filter?: NotificationConfigurationFilter;
}

function withRuleNames<T extends Named>(one: T): T {
  const rules = one.Filter?.Key?.FilterRules;
  if (!rules) return one;
  const FilterRules = rules.map(({ Name, Value }) => ({ Name: capitalized(Name), Value }));
  return { ...one, Filter: { Key: { FilterRules } } };
}

function capitalized(name: string | undefined): FilterRule['Name'] {
  if (name === undefined) return undefined;
  return (name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()) as FilterRule['Name'];
}

async function reasonAgainst(
  { kind, arn }: Notification,
  probe: () => Promise<void>,
): Promise<Refusal | undefined> {
  try {
    await probe();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // What S3 may not invoke and what is not there are one to it.
    if (kind === 'function') {
      return { name: `${arn}, null`, reason: `Not authorized to invoke function [${arn}]` };
    }
    const reason = /NotFound|DoesNotExist/.test(error.name)
      ? 'The destination queue does not exist'
      : 'Permissions on the destination queue do not allow S3 to publish notifications from this bucket';
    return { name: arn, reason };
  }
}

/** A destination as S3 names it, and why it cannot be one. */
interface Refusal {
  name: string;
  reason: string;
}

function unreachable(refusals: readonly Refusal[]): AwsError {
  const members: Record<string, string> = {};
  for (const [index, { name, reason }] of refusals.entries()) {
    members[`ArgumentName${index + 1}`] = name;
    members[`ArgumentValue${index + 1}`] = reason;
  }
  return s3Error(
    'InvalidArgument',
    'Unable to validate the following destination configurations',
    400,
    members,
  );
}
