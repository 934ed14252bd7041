import type {
  NotificationConfiguration,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { type PropertyReader, tagList } from '../properties.ts';
import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export const s3Bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  properties: {
    AbacStatus: notHere,
    AccelerateConfiguration: notHere,
    AccessControl: { ...notHere, except: ['Private'] },
    AnalyticsConfigurations: notHere,
    BucketEncryption: inPlace,
    BucketName: replacement,
    BucketNamePrefix: notHere,
    BucketNamespace: notHere,
    CorsConfiguration: notHere,
    IntelligentTieringConfigurations: notHere,
    InventoryConfigurations: notHere,
    LifecycleConfiguration: notHere,
    LoggingConfiguration: notHere,
    MetadataConfiguration: notHere,
    MetadataTableConfiguration: notHere,
    MetricsConfigurations: notHere,
    NotificationConfiguration: {
      ...inPlace,
      members: ['EventBridgeConfiguration', 'LambdaConfigurations', 'QueueConfigurations'],
    },
    ObjectLockConfiguration: notHere,
    ObjectLockEnabled: { ...notHere, except: [false, 'false'] },
    OwnershipControls: inPlace,
    PublicAccessBlockConfiguration: inPlace,
    ReplicationConfiguration: notHere,
    Tags: inPlace,
    VersioningConfiguration: inPlace,
    WebsiteConfiguration: notHere,
  },
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName'],
  nameProperty: 'BucketName',

  async create(properties, context) {
    const { services, call, region } = context;
    const Bucket = properties.text('BucketName') ?? context.newName(63).toLowerCase();
    await services.s3.CreateBucket(
      {
        Bucket,
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
        }),
      },
      call(),
    );
    await finishOrUndo(
      () => configure(Bucket, properties, undefined, context),
      () => services.s3.DeleteBucket({ Bucket }, call()),
    );
    return {
      physicalId: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        DualStackDomainName: `${Bucket}.s3.dualstack.${region}.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
      },
    };
  },

  async update(current, properties, previous, context) {
    await configure(current.physicalId, properties, previous, context);
    return current;
  },

  /** A bucket with objects in it stays, as on AWS. */
  async delete({ physicalId: Bucket }, _, { services, call }) {
    await services.s3.DeleteBucket({ Bucket }, call());
  },
};

/** Tells the bucket what has changed; what is taken out of the template goes back to its default. */
async function configure(
  Bucket: string,
  properties: PropertyReader,
  previous: PropertyReader | undefined,
  { services: { s3 }, call }: ResourceContext,
): Promise<void> {
  const isChanged = (name: string) =>
    JSON.stringify(properties.all[name]) !== JSON.stringify(previous?.all[name]);
  if (isChanged('VersioningConfiguration')) {
    const { Status = 'Suspended' } =
      properties.value<{ Status?: 'Enabled' | 'Suspended' }>('VersioningConfiguration') ?? {};
    await s3.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status } }, call());
  }
  if (isChanged('BucketEncryption')) {
    const Rules = encryptionRules(properties);
    if (Rules) {
      await s3.PutBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } }, call());
    } else await s3.DeleteBucketEncryption({ Bucket }, call());
  }
  if (isChanged('PublicAccessBlockConfiguration')) {
    const wanted = properties.value<Record<string, unknown>>('PublicAccessBlockConfiguration');
    if (wanted) {
      const PublicAccessBlockConfiguration: PublicAccessBlockConfiguration = Object.fromEntries(
        Object.entries(wanted).map(([name, value]) => [name, String(value) === 'true']),
      );
      await s3.PutPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration }, call());
    } else await s3.DeletePublicAccessBlock({ Bucket }, call());
  }
  if (isChanged('OwnershipControls')) {
    const OwnershipControls = properties.value<{ Rules: { ObjectOwnership: 'BucketOwnerEnforced' }[] }>(
      'OwnershipControls',
    );
    if (OwnershipControls) await s3.PutBucketOwnershipControls({ Bucket, OwnershipControls }, call());
    else await s3.DeleteBucketOwnershipControls({ Bucket }, call());
  }
  if (isChanged('Tags')) {
    const TagSet = tagList(properties.tags());
    if (TagSet.length > 0) await s3.PutBucketTagging({ Bucket, Tagging: { TagSet } }, call());
    else await s3.DeleteBucketTagging({ Bucket }, call());
  }
  if (isChanged('NotificationConfiguration')) {
    const NotificationConfiguration = notificationsOf(properties);
    await s3.PutBucketNotificationConfiguration({ Bucket, NotificationConfiguration }, call());
  }
}

interface EncryptionProperty {
  ServerSideEncryptionConfiguration?: {
    ServerSideEncryptionByDefault?: ServerSideEncryptionRule['ApplyServerSideEncryptionByDefault'];
    BucketKeyEnabled?: boolean;
  }[];
}

/** The template names the members of a rule otherwise than the API. */
function encryptionRules(properties: PropertyReader): ServerSideEncryptionRule[] | undefined {
  const { ServerSideEncryptionConfiguration: rules } =
    properties.value<EncryptionProperty>('BucketEncryption') ?? {};
  return rules?.map(({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
    ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
    BucketKeyEnabled,
  }));
}

interface NotificationProperty {
  Event: string;
  Filter?: { S3Key?: { Rules?: { Name: 'prefix' | 'suffix'; Value: string }[] } };
  Function?: string;
  Queue?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html */
function notificationsOf(properties: PropertyReader): NotificationConfiguration {
  const property = properties.value<{
    EventBridgeConfiguration?: { EventBridgeEnabled?: boolean | string };
    LambdaConfigurations?: NotificationProperty[];
    QueueConfigurations?: NotificationProperty[];
  }>('NotificationConfiguration');
  const common = ({ Event, Filter }: NotificationProperty) => ({
    Events: [Event as 's3:ObjectCreated:*'],
    ...(Filter && { Filter: { Key: { FilterRules: Filter.S3Key?.Rules ?? [] } } }),
  });
  const bus = property?.EventBridgeConfiguration;
  return {
    LambdaFunctionConfigurations: property?.LambdaConfigurations?.map((one) => ({
      ...common(one),
      LambdaFunctionArn: one.Function,
    })),
    QueueConfigurations: property?.QueueConfigurations?.map((one) => ({
      ...common(one),
      QueueArn: one.Queue,
    })),
    ...(bus && String(bus.EventBridgeEnabled ?? true) === 'true' && { EventBridgeConfiguration: {} }),
  };
}
