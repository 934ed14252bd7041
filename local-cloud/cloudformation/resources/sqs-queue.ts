import type { QueueAttributeName } from '@aws-sdk/client-sqs';
import { type PropertyReader, tagChanges } from '../properties.ts';
import { inPlace, type ResourceType, replacement } from '../resource-type.ts';

const NUMBERS = [
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;
const FLAGS = ['ContentBasedDeduplication', 'FifoQueue', 'SqsManagedSseEnabled'] as const;
const TEXTS = ['DeduplicationScope', 'FifoThroughputLimit', 'KmsMasterKeyId'] as const;
const DOCUMENTS = ['RedriveAllowPolicy', 'RedrivePolicy'] as const;

/** What an attribute goes back to when its property is taken out of the template; the rest is taken away by ''. */
const DEFAULTS: Partial<Record<QueueAttributeName, string>> = {
  DelaySeconds: '0',
  KmsDataKeyReusePeriodSeconds: '300',
  // Not the 1 MiB of a new queue: CloudFormation knows the older default.
  MaximumMessageSize: '262144',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  ContentBasedDeduplication: 'false',
  SqsManagedSseEnabled: 'true',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const sqsQueue: ResourceType = {
  type: 'AWS::SQS::Queue',
  properties: {
    ContentBasedDeduplication: inPlace,
    DeduplicationScope: inPlace,
    DelaySeconds: inPlace,
    FifoQueue: replacement,
    FifoThroughputLimit: inPlace,
    KmsDataKeyReusePeriodSeconds: inPlace,
    KmsMasterKeyId: inPlace,
    MaximumMessageSize: inPlace,
    MessageRetentionPeriod: inPlace,
    QueueName: replacement,
    ReceiveMessageWaitTimeSeconds: inPlace,
    RedriveAllowPolicy: inPlace,
    RedrivePolicy: inPlace,
    SqsManagedSseEnabled: inPlace,
    Tags: inPlace,
    VisibilityTimeout: inPlace,
  },
  attributes: ['Arn', 'QueueName', 'QueueUrl'],
  nameProperty: 'QueueName',

  async create(properties, { services, call, newName }) {
    const suffix = properties.flag('FifoQueue') ? '.fifo' : '';
    const QueueName = properties.text('QueueName') ?? newName(80 - suffix.length) + suffix;
    const { QueueUrl = '' } = await services.sqs.CreateQueue(
      { QueueName, Attributes: attributesOf(properties), tags: properties.tags() },
      call(),
    );
    const { Attributes } = await services.sqs.GetQueueAttributes(
      { QueueUrl, AttributeNames: ['QueueArn'] },
      call(),
    );
    return { physicalId: QueueUrl, attributes: { Arn: Attributes?.QueueArn, QueueName, QueueUrl } };
  },

  async update(current, properties, previous, { services, call }) {
    const QueueUrl = current.physicalId;
    const before = attributesOf(previous);
    const after = attributesOf(properties);
    const changes: Record<string, string> = {};
    for (const name of Object.keys({ ...before, ...after }) as QueueAttributeName[]) {
      if (before[name] !== after[name]) changes[name] = after[name] ?? DEFAULTS[name] ?? '';
    }
    if (Object.keys(changes).length > 0) {
      await services.sqs.SetQueueAttributes({ QueueUrl, Attributes: changes }, call());
    }
    const tags = tagChanges(previous.tags(), properties.tags());
    if (Object.keys(tags.set).length > 0) await services.sqs.TagQueue({ QueueUrl, Tags: tags.set }, call());
    if (tags.remove.length > 0) {
      await services.sqs.UntagQueue({ QueueUrl, TagKeys: tags.remove }, call());
    }
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.sqs.DeleteQueue({ QueueUrl: physicalId }, call());
  },
};

function attributesOf(properties: PropertyReader): Partial<Record<QueueAttributeName, string>> {
  const attributes: Partial<Record<QueueAttributeName, string>> = {};
  for (const name of NUMBERS) attributes[name] = properties.integer(name)?.toString();
  for (const name of FLAGS) attributes[name] = properties.flag(name)?.toString();
  for (const name of TEXTS) attributes[name] = properties.text(name);
  for (const name of DOCUMENTS) attributes[name] = properties.json(name);
  // A standard queue does not have the attribute at all.
  if (attributes.FifoQueue === 'false') delete attributes.FifoQueue;
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
