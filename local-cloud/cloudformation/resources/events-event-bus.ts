import { tagChanges, tagList } from '../properties.ts';
import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
export const eventsEventBus: ResourceType = {
  type: 'AWS::Events::EventBus',
  properties: {
    DeadLetterConfig: notHere,
    Description: inPlace,
    EventSourceName: notHere,
    KmsKeyIdentifier: notHere,
    LogConfig: notHere,
    Name: { ...replacement, required: true },
    Policy: inPlace,
    Tags: inPlace,
  },
  attributes: ['Arn', 'Name'],
  nameProperty: 'Name',

  async create(properties, { services, call }) {
    const Name = properties.requiredText('Name');
    const { EventBusArn } = await services.eventbridge.CreateEventBus(
      { Name, Description: properties.text('Description'), Tags: tagList(properties.tags()) },
      call(),
    );
    const Policy = properties.json('Policy');
    if (Policy !== undefined) {
      await finishOrUndo(
        () => services.eventbridge.PutPermission({ EventBusName: Name, Policy }, call()),
        () => services.eventbridge.DeleteEventBus({ Name }, call()),
      );
    }
    return { physicalId: Name, attributes: { Arn: EventBusArn, Name } };
  },

  async update(current, properties, previous, { services, call }) {
    const Name = current.physicalId;
    await services.eventbridge.UpdateEventBus({ Name, Description: properties.text('Description') }, call());
    const Policy = properties.json('Policy');
    if (Policy !== undefined)
      await services.eventbridge.PutPermission({ EventBusName: Name, Policy }, call());
    else if (previous.json('Policy') !== undefined) {
      await services.eventbridge.RemovePermission({ EventBusName: Name, RemoveAllPermissions: true }, call());
    }
    const ResourceARN = String(current.attributes.Arn);
    const { set, remove } = tagChanges(previous.tags(), properties.tags());
    if (Object.keys(set).length > 0) {
      await services.eventbridge.TagResource({ ResourceARN, Tags: tagList(set) }, call());
    }
    if (remove.length > 0) await services.eventbridge.UntagResource({ ResourceARN, TagKeys: remove }, call());
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.eventbridge.DeleteEventBus({ Name: physicalId }, call());
  },
};
