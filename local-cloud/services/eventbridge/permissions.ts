import type { PutEventsRequest } from '@aws-sdk/client-eventbridge';
import type { Permission } from '../../service.ts';
import type { Buses } from './buses.ts';

/** Inputs that name a rule call it `Name` or `Rule`. */
interface NamesRule {
  Name?: string;
  Rule?: string;
  EventBusName?: string;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export function createPermissions(buses: Buses) {
  const on = (action: string, resource: string, busName?: string): readonly Permission[] => {
    const resourcePolicy = busName === undefined ? undefined : buses.find(busName)?.policy;
    return [{ action: `events:${action}`, resource, ...(resourcePolicy && { resourcePolicy }) }];
  };
  const onBus = (action: string) => (input: { Name?: string; EventBusName?: string }) => {
    const name = buses.nameOf(input.Name ?? input.EventBusName);
    return on(action, buses.busArn(name), name);
  };
  const onRule = (action: string) => (input: NamesRule) => {
    const bus = buses.nameOf(input.EventBusName);
    return on(action, buses.ruleArn(bus, input.Name ?? input.Rule), bus);
  };
  const onRules = (action: string) => (input: { EventBusName?: string }) => {
    const bus = buses.nameOf(input.EventBusName);
    return on(action, buses.ruleArn(bus, '*'), bus);
  };
  const onAny = (action: string) => () => on(action, '*');
  const onArn = (action: string) => (input: { ResourceARN?: string }) => on(action, input.ResourceARN ?? '*');
  return {
    CreateEventBus: onBus('CreateEventBus'),
    DescribeEventBus: onBus('DescribeEventBus'),
    ListEventBuses: onAny('ListEventBuses'),
    UpdateEventBus: onBus('UpdateEventBus'),
    DeleteEventBus: onBus('DeleteEventBus'),
    PutRule: onRule('PutRule'),
    DescribeRule: onRule('DescribeRule'),
    ListRules: onRules('ListRules'),
    ListRuleNamesByTarget: onRules('ListRuleNamesByTarget'),
    DeleteRule: onRule('DeleteRule'),
    EnableRule: onRule('EnableRule'),
    DisableRule: onRule('DisableRule'),
    PutTargets: onRule('PutTargets'),
    RemoveTargets: onRule('RemoveTargets'),
    ListTargetsByRule: onRule('ListTargetsByRule'),
    TestEventPattern: onAny('TestEventPattern'),
    PutPermission: (input: { EventBusName?: string }) => onBus('PutPermission')(input),
    RemovePermission: (input: { EventBusName?: string }) => onBus('RemovePermission')(input),
    TagResource: onArn('TagResource'),
    UntagResource: onArn('UntagResource'),
    ListTagsForResource: onArn('ListTagsForResource'),
    /** Each bus that an entry names must be allowed: else the whole request is refused. */
    PutEvents: ({ Entries = [] }: PutEventsRequest): readonly Permission[] => {
      const names = new Set(Entries.map((entry) => buses.nameOf(entry?.EventBusName)));
      return [...names].flatMap((name) => on('PutEvents', buses.busArn(name), name));
    },
  };
}
