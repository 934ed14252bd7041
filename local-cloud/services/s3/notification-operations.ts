import type {
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
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
        const refusals: { arn: string; reason: string }[] = [];
        for (const notification of notifications) {
          const reason = await reasonAgainst(notification, () =>
            destinations.probe(bucket, notification, call),
          );
          if (reason) refusals.push({ arn: notification.arn, reason });
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

/** A configuration without an id gets one. */
function withIds(cloud: Cloud, configuration: NotificationConfiguration): NotificationConfiguration {
  const named = <T extends { Id?: string }>(list: T[] | undefined) =>
    list && list.length > 0 ? list.map((one) => ({ ...one, Id: one.Id ?? cloud.uuid() })) : undefined;
  const lists = {
    QueueConfigurations: named(configuration.QueueConfigurations),
    LambdaFunctionConfigurations: named(configuration.LambdaFunctionConfigurations),
    TopicConfigurations: named(configuration.TopicConfigurations),
    EventBridgeConfiguration: configuration.EventBridgeConfiguration,
  };
  return Object.fromEntries(Object.entries(lists).filter(([, value]) => value !== undefined));
}

async function reasonAgainst(
  { kind }: Notification,
  probe: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await probe();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const isMissing = /NotFound|DoesNotExist/.test(error.name);
    if (kind === 'queue') {
      return isMissing
        ? 'The destination queue does not exist'
        : 'Permissions on the destination queue do not allow S3 to publish notifications from this bucket';
    }
    return isMissing ? 'The destination Lambda does not exist' : 'Not authorized to invoke function';
  }
}

function unreachable(refusals: readonly { arn: string; reason: string }[]): AwsError {
  const members: Record<string, string> = {};
  for (const [index, { arn, reason }] of refusals.entries()) {
    members[`ArgumentName${index + 1}`] = arn;
    members[`ArgumentValue${index + 1}`] = reason;
  }
  return s3Error(
    'InvalidArgument',
    'Unable to validate the following destination configurations',
    400,
    members,
  );
}
