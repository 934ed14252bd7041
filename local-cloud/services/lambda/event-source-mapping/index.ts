import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../errors.ts';
import { arnOf, type Cloud, type Guarded, type Permission } from '../../../service.ts';
import type { SqsOperations } from '../../sqs/index.ts';
import { type MappingSettings, readMappingSettings } from './mapping-settings.ts';
import { type InvokeOutcome, type Poller, startPoller } from './poller.ts';
import { checkQueueSource, parseQueueSource, type QueueSource } from './queue-source.ts';

/** A function as a mapping sees it. */
export interface MappedFunction {
  name: string;
  arn: string;
  timeoutSeconds: number;
  roleArn: string;
}

export interface MappingDependencies {
  sqs: Guarded<SqsOperations>;
  /** The function behind a name or ARN. Throws ResourceNotFoundException. */
  functionOf(reference: string): MappedFunction;
  /** Invokes synchronously on the mapping's behalf. */
  invoke(functionName: string, event: Uint8Array): Promise<InvokeOutcome>;
  /** Whether a role's policies allow an action on a resource. */
  isAllowed(roleArn: string, action: string, resource: string): boolean;
}

interface Mapping {
  readonly uuid: string;
  readonly functionName: string;
  readonly source: QueueSource;
  settings: MappingSettings;
  state: 'Creating' | 'Enabled' | 'Disabled' | 'Updating' | 'Deleting';
  lastModified: number;
  lastResult: string;
  poller?: Poller;
}

/**
 * Makes the account's event source mappings: queues that invoke functions.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
export function createEventSourceMappings(
  cloud: Cloud,
  { sqs, functionOf, invoke, isAllowed }: MappingDependencies,
) {
  const mappings = new Map<string, Mapping>();

  function find(uuid: string | undefined): Mapping {
    const mapping = mappings.get(uuid ?? '');
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
    });
  }

  function mapped(reference: string | undefined): MappedFunction {
    try {
      return functionOf(reference ?? '');
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== 'ResourceNotFoundException') throw error;
      throw new AwsError('InvalidParameterValueException', 'Function does not exist');
    }
  }

  function start(mapping: Mapping): void {
    if (!mapping.settings.enabled) {
      mapping.state = 'Disabled';
      return;
    }
    mapping.state = 'Enabled';
    mapping.poller = startPoller({
      cloud,
      sqs,
      invoke,
      source: mapping.source,
      settings: mapping.settings,
      target: functionOf(mapping.functionName),
      onResult: (result) => {
        mapping.lastResult = result;
      },
    });
  }

  async function halt(mapping: Mapping): Promise<void> {
    const { poller } = mapping;
    mapping.poller = undefined;
    await poller?.stop();
  }

  const operations = {
    async CreateEventSourceMapping(
      input: CreateEventSourceMappingRequest,
    ): Promise<EventSourceMappingConfiguration> {
      const settings = readMappingSettings(input);
      const source = parseQueueSource(cloud, input.EventSourceArn);
      const target = mapped(input.FunctionName);
      const twin = [...mappings.values()].find(
        (other) => other.source.arn === source.arn && other.functionName === target.name,
      );
      if (twin) {
        throw new AwsError(
          'ResourceConflictException',
          `The event source arn (" ${source.arn} ") and function (" ${target.name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${twin.uuid}`,
          { status: 409 },
        );
      }
      await checkQueueSource(sqs, isAllowed, cloud, source, target);
      const mapping: Mapping = {
        uuid: cloud.uuid(),
        functionName: target.name,
        source,
        settings,
        state: 'Creating',
        lastModified: cloud.clock.now(),
        lastResult: 'No records processed',
      };
      mappings.set(mapping.uuid, mapping);
      const answer = describe(cloud, mapping, target.arn);
      start(mapping);
      return answer;
    },

    GetEventSourceMapping(input: GetEventSourceMappingRequest): EventSourceMappingConfiguration {
      const mapping = find(input.UUID);
      return describe(cloud, mapping, functionOf(mapping.functionName).arn);
    },

    ListEventSourceMappings(input: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
      const functionName = input.FunctionName && functionOf(input.FunctionName).name;
      const all = [...mappings.values()].filter(
        (mapping) =>
          (!functionName || mapping.functionName === functionName) &&
          (!input.EventSourceArn || mapping.source.arn === input.EventSourceArn),
      );
      const start = Math.max(
        0,
        all.findIndex(({ uuid }) => uuid === input.Marker),
      );
      const page = all.slice(start, start + Math.min(input.MaxItems ?? 100, 100));
      const next = all[start + page.length];
      return {
        EventSourceMappings: page.map((mapping) =>
          describe(cloud, mapping, functionOf(mapping.functionName).arn),
        ),
        ...(next && { NextMarker: next.uuid }),
      };
    },

    async UpdateEventSourceMapping(
      input: UpdateEventSourceMappingRequest,
    ): Promise<EventSourceMappingConfiguration> {
      const mapping = find(input.UUID);
      const settings = readMappingSettings(input, mapping.settings);
      const target = mapped(input.FunctionName ?? mapping.functionName);
      await checkQueueSource(sqs, isAllowed, cloud, mapping.source, target);
      await halt(mapping);
      const updated: Mapping = {
        ...mapping,
        functionName: target.name,
        settings,
        state: 'Updating',
        lastModified: cloud.clock.now(),
      };
      mappings.set(mapping.uuid, updated);
      const answer = describe(cloud, updated, target.arn);
      start(updated);
      return answer;
    },

    DeleteEventSourceMapping(input: DeleteEventSourceMappingRequest): EventSourceMappingConfiguration {
      const mapping = find(input.UUID);
      mapping.state = 'Deleting';
      mappings.delete(mapping.uuid);
      // Batches that are under way come to their end by themselves.
      void halt(mapping);
      return describe(cloud, mapping, functionOf(mapping.functionName).arn);
    },
  };

  return {
    operations,
    permissions: mappingPermissions(cloud),
    /** A function is gone: nothing is read on its behalf any more. */
    onFunctionDeleted(name: string): void {
      for (const mapping of mappings.values()) if (mapping.functionName === name) void halt(mapping);
    },
    async stop(): Promise<void> {
      await Promise.all([...mappings.values()].map(halt));
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
function mappingPermissions(cloud: Cloud) {
  const onAll = (action: string) => (): Permission[] => [{ action: `lambda:${action}`, resource: '*' }];
  const onOne =
    (action: string) =>
    ({ UUID = '' }: { UUID: string | undefined }): Permission[] => [
      { action: `lambda:${action}`, resource: mappingArn(cloud, UUID) },
    ];
  return {
    CreateEventSourceMapping: onAll('CreateEventSourceMapping'),
    ListEventSourceMappings: onAll('ListEventSourceMappings'),
    GetEventSourceMapping: onOne('GetEventSourceMapping'),
    UpdateEventSourceMapping: onOne('UpdateEventSourceMapping'),
    DeleteEventSourceMapping: onOne('DeleteEventSourceMapping'),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
function describe(cloud: Cloud, mapping: Mapping, functionArn: string): EventSourceMappingConfiguration {
  const { settings } = mapping;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mappingArn(cloud, mapping.uuid),
    EventSourceArn: mapping.source.arn,
    FunctionArn: functionArn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    FunctionResponseTypes: [...settings.responseTypes],
    ...(settings.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
    }),
    State: mapping.state,
    StateTransitionReason: 'USER_INITIATED',
    LastModified: new Date(mapping.lastModified),
    LastProcessingResult: mapping.lastResult,
  };
}

function mappingArn(cloud: Cloud, uuid: string): string {
  return arnOf(cloud, 'lambda', `event-source-mapping:${uuid}`);
}
