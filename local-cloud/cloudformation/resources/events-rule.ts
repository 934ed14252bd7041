import type { PutRuleRequest, Target } from '@aws-sdk/client-eventbridge';
import { type PropertyReader, readProperties, tagChanges, tagList } from '../properties.ts';
import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export const eventsRule: ResourceType = {
  type: 'AWS::Events::Rule',
  properties: {
    Description: inPlace,
    EventBusName: replacement,
    EventPattern: inPlace,
    Name: replacement,
    RoleArn: notHere,
    ScheduleExpression: notHere,
    State: inPlace,
    Tags: inPlace,
    Targets: {
      ...inPlace,
      members: [
        'Arn',
        'DeadLetterConfig',
        'Id',
        'Input',
        'InputPath',
        'InputTransformer',
        'RetryPolicy',
        'SqsParameters',
      ],
    },
  },
  attributes: ['Arn'],
  nameProperty: 'Name',

  async create(properties, context) {
    const { services, call } = context;
    const Name = properties.text('Name') ?? context.newName(64);
    const EventBusName = properties.text('EventBusName');
    const { RuleArn } = await services.eventbridge.PutRule(
      { ...settingsOf(Name, properties), Tags: tagList(properties.tags()) },
      call(),
    );
    await finishOrUndo(
      () => putTargets(Name, properties, context),
      () => services.eventbridge.DeleteRule({ Name, EventBusName }, call()),
    );
    const bus = busNameOf(EventBusName);
    // `Ref` is the name, with the bus before it where that is a custom one.
    return { physicalId: bus ? `${bus}|${Name}` : Name, attributes: { Arn: RuleArn } };
  },

  async update(current, properties, previous, context) {
    const { services, call } = context;
    const Name = ruleNameOf(current.physicalId);
    const EventBusName = properties.text('EventBusName');
    await services.eventbridge.PutRule(settingsOf(Name, properties), call());
    const kept = new Set(targetsOf(properties).map(({ Id }) => Id));
    const gone = targetsOf(previous).flatMap(({ Id }) => (Id !== undefined && !kept.has(Id) ? [Id] : []));
    if (gone.length > 0) {
      await services.eventbridge.RemoveTargets({ Rule: Name, EventBusName, Ids: gone }, call());
    }
    await putTargets(Name, properties, context);
    const ResourceARN = String(current.attributes.Arn);
    const { set, remove } = tagChanges(previous.tags(), properties.tags());
    if (Object.keys(set).length > 0) {
      await services.eventbridge.TagResource({ ResourceARN, Tags: tagList(set) }, call());
    }
    if (remove.length > 0) await services.eventbridge.UntagResource({ ResourceARN, TagKeys: remove }, call());
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    const Name = ruleNameOf(physicalId);
    const EventBusName = properties.text('EventBusName');
    const { Targets = [] } = await services.eventbridge.ListTargetsByRule(
      { Rule: Name, EventBusName },
      call(),
    );
    if (Targets.length > 0) {
      const Ids = Targets.map(({ Id = '' }) => Id);
      await services.eventbridge.RemoveTargets({ Rule: Name, EventBusName, Ids }, call());
    }
    await services.eventbridge.DeleteRule({ Name, EventBusName }, call());
  },
};

/** The name of a custom bus; undefined for the default one. */
function busNameOf(reference: string | undefined): string | undefined {
  const name = reference?.slice(reference.lastIndexOf('/') + 1);
  return name === 'default' ? undefined : name;
}

function ruleNameOf(physicalId: string): string {
  return physicalId.slice(physicalId.lastIndexOf('|') + 1);
}

function settingsOf(Name: string, properties: PropertyReader): PutRuleRequest {
  return {
    Name,
    EventBusName: properties.text('EventBusName'),
    EventPattern: properties.json('EventPattern'),
    State: properties.text('State') as PutRuleRequest['State'],
    Description: properties.text('Description'),
  };
}

async function putTargets(
  Rule: string,
  properties: PropertyReader,
  { services, call }: ResourceContext,
): Promise<void> {
  const Targets = targetsOf(properties);
  if (Targets.length === 0) return;
  await services.eventbridge.PutTargets(
    { Rule, EventBusName: properties.text('EventBusName'), Targets },
    call(),
  );
}

function targetsOf(properties: PropertyReader): Target[] {
  return (properties.value<Record<string, unknown>[]>('Targets') ?? []).map((given) => {
    const target = readProperties(given);
    const policy = target.value<Record<string, unknown>>('RetryPolicy');
    const retries = policy && readProperties(policy);
    return {
      ...given,
      Id: target.requiredText('Id'),
      Arn: target.requiredText('Arn'),
      ...(retries && {
        RetryPolicy: {
          MaximumEventAgeInSeconds: retries.integer('MaximumEventAgeInSeconds'),
          MaximumRetryAttempts: retries.integer('MaximumRetryAttempts'),
        },
      }),
    };
  });
}
