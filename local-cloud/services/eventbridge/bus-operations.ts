import type {
  CreateEventBusRequest,
  CreateEventBusResponse,
  DeleteEventBusRequest,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  EventBus,
  ListEventBusesRequest,
  ListEventBusesResponse,
  UpdateEventBusRequest,
  UpdateEventBusResponse,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { type Buses, DEFAULT_BUS, type StoredBus } from './buses.ts';
import { constraint, overLimit, validation } from './errors.ts';
import { pageOf } from './paging.ts';
import { refuseMembers } from './refusals.ts';
import { withTags } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_BUSES = 100;
const LONGEST_NAME = 256;
const LONGEST_DESCRIPTION = 512;
const BUS_NAME = /^[/.\-_A-Za-z0-9]+$/;

export function createBusOperations(cloud: Cloud, buses: Buses) {
  return {
    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
    CreateEventBus(input: CreateEventBusRequest): CreateEventBusResponse {
      refuseMembers('CreateEventBus', input, [
        'EventSourceName',
        'KmsKeyIdentifier',
        'DeadLetterConfig',
        'LogConfig',
      ]);
      const name = checkBusName(input.Name);
      checkDescription(input.Description);
      if (name.includes('/')) throw validation('Event bus name must not contain "/".');
      if (buses.find(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      if (buses.count > MOST_BUSES) throw overLimit();
      const tags = withTags(new Map(), input.Tags ?? []);
      const bus = buses.create(name);
      bus.tags = tags;
      bus.description = input.Description;
      return { EventBusArn: bus.arn, ...(bus.description !== undefined && { Description: bus.description }) };
    },

    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
    DescribeEventBus({ Name }: DescribeEventBusRequest): DescribeEventBusResponse {
      return describe(buses.get(Name));
    },

    ListEventBuses({ NamePrefix = '', ...paging }: ListEventBusesRequest): ListEventBusesResponse {
      const found = buses.all().filter(({ name }) => name.startsWith(NamePrefix));
      const { page, NextToken } = pageOf(found, paging);
      return { EventBuses: page.map(describe), NextToken };
    },

    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html */
    UpdateEventBus(input: UpdateEventBusRequest): UpdateEventBusResponse {
      refuseMembers('UpdateEventBus', input, ['KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig']);
      checkDescription(input.Description);
      const bus = buses.get(input.Name);
      bus.description = input.Description;
      bus.modifiedAt = cloud.clock.now();
      const { name: Name, arn: Arn, description } = bus;
      return { Name, Arn, ...(description !== undefined && { Description: description }) };
    },

    /**
     * A bus that is not there is as good as deleted.
     * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
     */
    DeleteEventBus({ Name }: DeleteEventBusRequest): object {
      const name = buses.nameOf(checkBusName(Name));
      if (name === DEFAULT_BUS) throw validation('Cannot delete event bus default.');
      const bus = buses.find(name);
      if (!bus) return {};
      if (bus.rules.size > 0) throw validation("EventBus can't be deleted since it has rules.");
      buses.remove(bus);
      return {};
    },
  };
}

function describe(bus: StoredBus): DescribeEventBusResponse & EventBus {
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...(bus.description !== undefined && { Description: bus.description }),
    ...(bus.policy !== undefined && { Policy: bus.policy }),
    CreationTime: new Date(bus.createdAt),
    LastModifiedTime: new Date(bus.modifiedAt),
  };
}

function checkBusName(name: string | undefined): string {
  if (name === undefined) throw constraint(undefined, 'name', 'not be null');
  if (name.length < 1) throw constraint(name, 'name', 'have length greater than or equal to 1');
  if (name.startsWith('arn:')) return name;
  if (name.length > LONGEST_NAME) {
    throw constraint(name, 'name', `have length less than or equal to ${LONGEST_NAME}`);
  }
  if (!BUS_NAME.test(name)) {
    throw constraint(name, 'name', 'satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+');
  }
  return name;
}

export function checkDescription(description: string | undefined): void {
  if (description === undefined || description.length <= LONGEST_DESCRIPTION) return;
  throw constraint(description, 'description', `have length less than or equal to ${LONGEST_DESCRIPTION}`);
}
