import type { PropertyReader } from '../properties.ts';
import { inPlace, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/**
 * One statement of a bus's policy.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
 */
export const eventsEventBusPolicy: ResourceType = {
  type: 'AWS::Events::EventBusPolicy',
  properties: {
    Action: inPlace,
    Condition: inPlace,
    EventBusName: replacement,
    Principal: inPlace,
    Statement: inPlace,
    StatementId: { ...replacement, required: true },
  },
  attributes: [],

  async create(properties, context) {
    await putStatement(properties, context);
    return { physicalId: context.newName(64), attributes: {} };
  },

  async update(current, properties, _, context) {
    await putStatement(properties, context);
    return current;
  },

  async delete(_, properties, { services, call }) {
    await services.eventbridge.RemovePermission(
      { EventBusName: properties.text('EventBusName'), StatementId: properties.requiredText('StatementId') },
      call(),
    );
  },
};

async function putStatement(properties: PropertyReader, { services, call }: ResourceContext): Promise<void> {
  const EventBusName = properties.text('EventBusName');
  const StatementId = properties.requiredText('StatementId');
  const given = properties.value<Record<string, unknown>>('Statement');
  if (!given) {
    await services.eventbridge.PutPermission(
      {
        EventBusName,
        StatementId,
        Action: properties.text('Action'),
        Principal: properties.text('Principal'),
        Condition: properties.value('Condition'),
      },
      call(),
    );
    return;
  }
  // The service takes a whole policy: the bus's other statements stay.
  const { Policy } = await services.eventbridge.DescribeEventBus({ Name: EventBusName }, call());
  const others = Policy ? [(JSON.parse(Policy) as { Statement: Sid | Sid[] }).Statement].flat() : [];
  const Statement = [...others.filter(({ Sid }) => Sid !== StatementId), { Sid: StatementId, ...given }];
  await services.eventbridge.PutPermission(
    { EventBusName, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
    call(),
  );
}

interface Sid {
  Sid?: string;
}
