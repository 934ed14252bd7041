import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/**
 * CDK's custom resource behind `bucket.addEventNotification`. Its provider's function is deployed but never runs:
 * what it would do is done here.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_notifications-readme.html
 */
export const customS3BucketNotifications: ResourceType = {
  type: 'Custom::S3BucketNotifications',
  properties: {
    ServiceToken: { ...inPlace, required: true },
    BucketName: { ...replacement, required: true },
    NotificationConfiguration: { ...inPlace, required: true },
    // A bucket of another stack may have notifications of its own, which would have to stay.
    Managed: { ...notHere, except: [true, 'true'] },
    SkipDestinationValidation: inPlace,
  },
  attributes: [],

  async create(properties, context) {
    await configure(properties, properties.value('NotificationConfiguration') ?? {}, context);
    return { physicalId: context.newName(64), attributes: {} };
  },

  async update(current, properties, _, context) {
    await configure(properties, properties.value('NotificationConfiguration') ?? {}, context);
    return current;
  },

  async delete(_, properties, context) {
    await configure(properties, {}, context);
  },
};

async function configure(
  properties: PropertyReader,
  NotificationConfiguration: NotificationConfiguration,
  { services, call }: ResourceContext,
): Promise<void> {
  await services.s3.PutBucketNotificationConfiguration(
    {
      Bucket: properties.requiredText('BucketName'),
      NotificationConfiguration,
      SkipDestinationValidation: properties.flag('SkipDestinationValidation'),
    },
    call(),
  );
}
