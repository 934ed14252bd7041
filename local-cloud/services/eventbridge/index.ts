import type { Cloud, Service } from '../../service.ts';
import { createBusOperations } from './bus-operations.ts';
import { createBuses } from './buses.ts';
import { createDelivery, type DeliveryDependencies } from './delivery.ts';
import { createEventBridgeFaults, type EventBridgeFaults } from './faults.ts';
import { createPermissionOperations } from './permission-operations.ts';
import { createPermissions } from './permissions.ts';
import { createPublisher, createPutEvents, type ServiceEvent } from './put-events.ts';
import { createRuleOperations } from './rule-operations.ts';
import { createTagOperations } from './tags.ts';
import { createTargetOperations } from './target-operations.ts';

/**
 * Makes the account's EventBridge: Classic event buses with rules that send events to functions and queues. Archives,
 * schedules, connections, API destinations, global endpoints, partner sources and other targets are not among what it
 * does.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
export function createEventBridge(cloud: Cloud, dependencies: DeliveryDependencies) {
  const buses = createBuses(cloud);
  const faults = createEventBridgeFaults();
  const publish = createPublisher(cloud, buses, createDelivery(cloud, dependencies));
  const operations = {
    ...createBusOperations(cloud, buses),
    ...createRuleOperations(cloud, buses),
    ...createTargetOperations(cloud, buses),
    ...createPermissionOperations(cloud, buses),
    ...createTagOperations(buses),
    PutEvents: createPutEvents({ buses, publish, faults }),
  };
  return {
    name: 'events',
    operations,
    permissions: createPermissions(buses),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    faults,
    /** Publishes an event of one of AWS's own services (`aws.…`) on the default bus; returns its id. */
    publish: (event: ServiceEvent): string => publish(event),
  } satisfies Service<typeof operations> & {
    faults: EventBridgeFaults;
    publish(event: ServiceEvent): string;
  };
}

export type EventBridgeOperations = ReturnType<typeof createEventBridge>['operations'];
