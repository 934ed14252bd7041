import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import { type PropertyReader, readProperties, tagChanges } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export const lambdaEventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  properties: {
    AmazonManagedKafkaEventSourceConfig: notHere,
    BatchSize: inPlace,
    BisectBatchOnFunctionError: { ...notHere, except: [false] },
    DestinationConfig: notHere,
    DocumentDBEventSourceConfig: notHere,
    Enabled: inPlace,
    EventSourceArn: replacement,
    FilterCriteria: inPlace,
    FunctionName: { ...inPlace, required: true },
    FunctionResponseTypes: inPlace,
    KmsKeyArn: notHere,
    LoggingConfig: notHere,
    MaximumBatchingWindowInSeconds: inPlace,
    MaximumRecordAgeInSeconds: notHere,
    MaximumRetryAttempts: notHere,
    MetricsConfig: { ...inPlace, members: ['Metrics'] },
    ParallelizationFactor: notHere,
    ProvisionedPollerConfig: { ...inPlace, members: ['MinimumPollers', 'MaximumPollers'] },
    Queues: notHere,
    ScalingConfig: { ...inPlace, members: ['MaximumConcurrency'] },
    SelfManagedEventSource: notHere,
    SelfManagedKafkaEventSourceConfig: notHere,
    SourceAccessConfigurations: notHere,
    StartingPosition: notHere,
    StartingPositionTimestamp: notHere,
    Tags: inPlace,
    Topics: notHere,
    TumblingWindowInSeconds: notHere,
  },
  attributes: ['Id', 'EventSourceMappingArn'],

  async create(properties, { services, call }) {
    const tags = properties.tags();
    const { UUID = '', EventSourceMappingArn } = await services.lambda.CreateEventSourceMapping(
      {
        ...settingsOf(properties),
        FunctionName: properties.requiredText('FunctionName'),
        EventSourceArn: properties.text('EventSourceArn'),
        ...(Object.keys(tags).length > 0 && { Tags: tags }),
      },
      call(),
    );
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },

  async update(current, properties, previous, { services, call }) {
    await services.lambda.UpdateEventSourceMapping(
      {
        UUID: current.physicalId,
        FunctionName: properties.requiredText('FunctionName'),
        ...defaultsFor(previous),
        ...settingsOf(properties),
      },
      call(),
    );
    const tags = tagChanges(previous.tags(), properties.tags());
    const Resource = String(current.attributes.EventSourceMappingArn);
    if (Object.keys(tags.set).length > 0) {
      await services.lambda.TagResource({ Resource, Tags: tags.set }, call());
    }
    if (tags.remove.length > 0) {
      await services.lambda.UntagResource({ Resource, TagKeys: tags.remove }, call());
    }
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.lambda.DeleteEventSourceMapping({ UUID: physicalId }, call());
  },
};

type Settings = Pick<
  CreateEventSourceMappingRequest,
  | 'BatchSize'
  | 'Enabled'
  | 'FilterCriteria'
  | 'FunctionResponseTypes'
  | 'MaximumBatchingWindowInSeconds'
  | 'MetricsConfig'
  | 'ProvisionedPollerConfig'
  | 'ScalingConfig'
>;

function settingsOf(properties: PropertyReader): Settings {
  const scaling = properties.value<Record<string, unknown>>('ScalingConfig');
  const pollers = properties.value<Record<string, unknown>>('ProvisionedPollerConfig');
  const settings: Settings = {
    BatchSize: properties.integer('BatchSize'),
    Enabled: properties.flag('Enabled'),
    FilterCriteria: properties.value('FilterCriteria'),
    FunctionResponseTypes: properties.value('FunctionResponseTypes'),
    MaximumBatchingWindowInSeconds: properties.integer('MaximumBatchingWindowInSeconds'),
    MetricsConfig: properties.value('MetricsConfig'),
    ProvisionedPollerConfig: pollers && {
      MinimumPollers: readProperties(pollers).integer('MinimumPollers'),
      MaximumPollers: readProperties(pollers).integer('MaximumPollers'),
    },
    ScalingConfig: scaling && { MaximumConcurrency: readProperties(scaling).integer('MaximumConcurrency') },
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** What the settings of the old template go back to when the new one does not name them. */
function defaultsFor(previous: PropertyReader): Settings {
  const defaults: Settings = {
    BatchSize: 10,
    Enabled: true,
    FilterCriteria: { Filters: [] },
    FunctionResponseTypes: [],
    MaximumBatchingWindowInSeconds: 0,
    MetricsConfig: { Metrics: [] },
    ProvisionedPollerConfig: {},
    ScalingConfig: {},
  };
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => previous.all[name] !== undefined));
}
