import type { Capability, ResourceStatus, StackEvent, StackStatus } from '@aws-sdk/client-cloudformation';
import { arnOf, type Cloud } from '../service.ts';
import type { ParameterValues } from './parameters.ts';
import type { OutputValue } from './plan.ts';
import type { ResourceType } from './resource-type.ts';
import type { Template } from './template.ts';

/** A resource of a stack, as it was last made. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: ResourceType;
  physicalId: string;
  attributes: Readonly<Record<string, unknown>>;
  properties: Readonly<Record<string, unknown>>;
  retain: boolean;
  retainWhenReplaced: boolean;
  status: ResourceStatus;
  statusReason?: string;
  updatedAt: Date;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  updatedAt?: Date;
  deletedAt?: Date;
  status: StackStatus;
  statusReason?: string;
  template: Template;
  /** As it was given. */
  templateBody: string;
  parameters: Readonly<Record<string, string>>;
  /** All parameters as the template last saw them. */
  parameterValues: ParameterValues;
  /** Values of SSM parameters, by their names, as they were when the stack was last worked on. */
  stored: Readonly<Record<string, string>>;
  /** The role with which CloudFormation works on the stack; kept until another is given. */
  roleArn?: string;
  tags: Readonly<Record<string, string>>;
  /** Logical ids in the order in which they were made. */
  levels: readonly (readonly string[])[];
  readonly resources: Map<string, StackResource>;
  outputs: readonly OutputValue[];
  imports: ReadonlySet<string>;
  /** Oldest first. */
  readonly events: StackEvent[];
  changeSetId?: string;
  /** How often it was worked on: a change set describes it as long as that stays. */
  revision: number;
  /** What the caller acknowledged, as it was given. */
  capabilities: readonly Capability[];
  terminationProtection: boolean;
}

/** An account has at most so many events of a stack in memory; the oldest go first. */
const MOST_EVENTS = 10_000;

export function newStack(cloud: Cloud, name: string, status: StackStatus, template: Template): Stack {
  return {
    id: arnOf(cloud, 'cloudformation', `stack/${name}/${cloud.uuid()}`),
    name,
    createdAt: new Date(cloud.clock.now()),
    status,
    template,
    templateBody: '',
    parameters: {},
    parameterValues: new Map(),
    stored: {},
    tags: {},
    levels: [],
    resources: new Map(),
    outputs: [],
    imports: new Set(),
    events: [],
    revision: 0,
    capabilities: [],
    terminationProtection: false,
  };
}

/** Sets the status of the stack itself and writes it into its events. */
export function setStackStatus(cloud: Cloud, stack: Stack, status: StackStatus, reason?: string): void {
  stack.status = status;
  stack.statusReason = reason;
  addEvent(cloud, stack, {
    LogicalResourceId: stack.name,
    PhysicalResourceId: stack.id,
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: status as ResourceStatus,
    ResourceStatusReason: reason,
  });
}

/** Writes into the stack's events what happens to a resource. */
export function addResourceEvent(
  cloud: Cloud,
  stack: Stack,
  resource: { logicalId: string; type: ResourceType; physicalId?: string; properties?: unknown },
  status: ResourceStatus,
  reason?: string,
): void {
  addEvent(cloud, stack, {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? '',
    ResourceType: resource.type.type,
    ResourceStatus: status,
    ResourceStatusReason: reason,
    ...(resource.properties !== undefined && { ResourceProperties: JSON.stringify(resource.properties) }),
  });
}

function addEvent(
  cloud: Cloud,
  stack: Stack,
  event: Omit<StackEvent, 'StackId' | 'StackName' | 'EventId' | 'Timestamp'>,
): void {
  // Clients follow the events by their time: no two have the same.
  const last = stack.events.at(-1)?.Timestamp?.getTime() ?? 0;
  const at = new Date(Math.max(cloud.clock.now(), last + 1));
  stack.events.push({
    StackId: stack.id,
    StackName: stack.name,
    EventId: eventId(cloud, stack, event, at),
    Timestamp: at,
    ...event,
  });
  if (stack.events.length > MOST_EVENTS) stack.events.shift();
}

/** As AWS makes them: of the stack's own events, of a resource's, and of what a clean-up deletes. */
function eventId(
  cloud: Cloud,
  stack: Stack,
  { LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceProperties }: Partial<StackEvent>,
  at: Date,
): string {
  if (PhysicalResourceId === stack.id) return cloud.uuid();
  if (ResourceProperties === undefined) return `${LogicalResourceId}-${cloud.uuid()}`;
  return `${LogicalResourceId}-${ResourceStatus}-${at.toISOString()}`;
}
