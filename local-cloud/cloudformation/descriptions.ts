import type {
  DescribeStackEventsOutput,
  StackEvent,
  StackResource as StackResourceShape,
  Stack as StackShape,
} from '@aws-sdk/client-cloudformation';
import { parameterShapes } from './parameter-shapes.ts';
import type { Stack, StackResource } from './stack.ts';

/**
 * A stack as `DescribeStacks` tells it. What a stack has none of is left out, but for its tags and the ARNs that are
 * notified. A deleted stack has forgotten its change set and whether it was protected.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
 */
export function stackShape(stack: Stack): StackShape {
  const exists = stack.status !== 'DELETE_COMPLETE';
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(exists && stack.changeSetId && { ChangeSetId: stack.changeSetId }),
    Description: stack.template.Description,
    Parameters: some(parameterShapes(stack.template, stack.parameters, stack.stored)),
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: false,
    RoleARN: stack.roleArn,
    RollbackConfiguration: {},
    NotificationARNs: [],
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Capabilities: some(stack.capabilities),
    Outputs: some(
      stack.outputs.map(({ name, value, description, exportName }) => ({
        OutputKey: name,
        OutputValue: value,
        Description: description,
        ExportName: exportName,
      })),
    ),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(exists && { EnableTerminationProtection: stack.terminationProtection }),
  };
}

/** A list as a member of an answer that is left out when it has no elements. */
export function some<Element>(list: readonly Element[]): Element[] | undefined {
  return list.length > 0 ? [...list] : undefined;
}

export function resourceShape(stack: Stack, resource: StackResource): StackResourceShape {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type.type,
    Timestamp: resource.updatedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

const EVENTS_PER_PAGE = 100;

/** Newest first, a page at a time; a token names the event that ended the page before. */
export function eventsOf(
  events: readonly StackEvent[],
  token: string | undefined,
): DescribeStackEventsOutput {
  const newestFirst = events.toReversed();
  const start = token === undefined ? 0 : newestFirst.findIndex(({ EventId }) => EventId === token) + 1;
  const page = newestFirst.slice(start, start + EVENTS_PER_PAGE);
  const more = start + EVENTS_PER_PAGE < newestFirst.length;
  return { StackEvents: page, ...(more && { NextToken: page.at(-1)?.EventId }) };
}
