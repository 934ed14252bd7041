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
import { type FunctionReference, parseFunctionReference } from '../names.ts';
import type { InvokeOutcome } from './batch.ts';
import { alreadyMapped, invalidParameter, notFound } from './errors.ts';
import { checkFifoSettings, type MappingSettings, readMappingSettings } from './mapping-settings.ts';
import { type Poller, startPoller } from './poller.ts';
import { checkQueueSource, mappedQueue, parseQueueSource, type QueueSource } from './queue-source.ts';

/** A function as a mapping sees it. */
export interface MappedFunction {
  name: string;
  /** With the version or alias, if the mapping names one. */
  arn: string;
  timeoutSeconds: number;
  roleArn: string;
}

export interface MappingDependencies {
  sqs: Guarded<SqsOperations>;
  /** The function behind a name or ARN. Throws ResourceNotFoundException. */
  functionOf(reference: string): MappedFunction;
  /**
   * Invokes synchronously on the mapping's behalf.
   * @param traceHeaders of the messages in the batch
   */
  invoke(functionArn: string, event: Uint8Array, traceHeaders: readonly string[]): Promise<InvokeOutcome>;
  /** Whether a role's policies allow an action on a resource. */
  isAllowed(roleArn: string, action: string, resource: string): boolean;
}

interface Mapping {
  readonly uuid: string;
  readonly source: QueueSource;
  readonly tags: Map<string, string>;
  functionName: string;
  functionArn: string;
  settings: MappingSettings;
  state: 'Enabled' | 'Disabled';
  lastModified: number;
  poller?: Poller;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
const PAGE = 100;

/**
 * Makes the account's event source mappings: queues that invoke functions.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
export function createEventSourceMappings(
  cloud: Cloud,
  { sqs, functionOf, invoke, isAllowed }: MappingDependencies,
) {
  const mappings = new Map<string, Mapping>();
  /** Pollers that were stopped and wait for their last batches. */
  const ending = new Set<Promise<void>>();

  function find(uuid: string | undefined): Mapping {
    const mapping = mappings.get(uuid ?? '');
    if (!mapping) throw notFound();
    return mapping;
  }

  function mapped(reference: string | undefined): MappedFunction {
    try {
      const target = functionOf(reference ?? '');
      // Whoever names $LATEST gets it back, although it is what a bare name means.
      const isLatest = parseFunctionReference(reference).qualifier === '$LATEST';
      return isLatest && !target.arn.endsWith(':$LATEST')
        ? { ...target, arn: `${target.arn}:$LATEST` }
        : target;
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== 'ResourceNotFoundException') throw error;
      throw invalidParameter('Function does not exist');
    }
  }

  /** @param itself the mapping that is about to change */
  function refuseTwin(queueArn: string, target: MappedFunction, itself?: Mapping): void {
    for (const other of mappings.values()) {
      if (other === itself || other.source.arn !== queueArn || other.functionArn !== target.arn) continue;
      throw alreadyMapped(queueArn, target.name, other.uuid);
    }
  }

  function check(source: QueueSource, settings: MappingSettings, target: MappedFunction): Promise<void> {
    if (source.isFifo) checkFifoSettings(settings);
    return checkQueueSource(
      mappedQueue(cloud, sqs, source, () => target),
      isAllowed,
      target,
    );
  }

  /** The function is looked up anew each time: its timeout and its role may change, and it may go. */
  function start(mapping: Mapping): void {
    mapping.state = mapping.settings.enabled ? 'Enabled' : 'Disabled';
    if (!mapping.settings.enabled) return;
    const target = () => functionOf(mapping.functionArn);
    mapping.poller = startPoller({
      cloud,
      queue: mappedQueue(cloud, sqs, mapping.source, target),
      settings: mapping.settings,
      target,
      invoke,
      count: (what, count) => {
        if (!mapping.settings.metrics.includes('EventCount')) return;
        cloud.journal.record({ type: 'mapping-events', uuid: mapping.uuid, what, count });
      },
    });
  }

  /** Batches that are under way come to their end by themselves; only closing the account waits for them. */
  function halt(mapping: Mapping, handOver: boolean): void {
    const stopping = mapping.poller
      ?.stop({ handOver })
      .finally(() => ending.delete(stopping as Promise<void>));
    mapping.poller = undefined;
    if (stopping) ending.add(stopping);
  }

  const operations = {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
    async CreateEventSourceMapping(
      input: CreateEventSourceMappingRequest,
    ): Promise<EventSourceMappingConfiguration> {
      const settings = readMappingSettings(input);
      const source = parseQueueSource(cloud, input.EventSourceArn);
      const target = mapped(input.FunctionName);
      await check(source, settings, target);
      refuseTwin(source.arn, target);
      const mapping: Mapping = {
        uuid: cloud.uuid(),
        functionName: target.name,
        functionArn: target.arn,
        source,
        tags: new Map(Object.entries(input.Tags ?? {})),
        settings,
        state: 'Disabled',
        lastModified: cloud.clock.now(),
      };
      mappings.set(mapping.uuid, mapping);
      start(mapping);
      return describe(cloud, mapping, settings.enabled ? 'Creating' : 'Disabled');
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
    GetEventSourceMapping: ({ UUID }: GetEventSourceMappingRequest): EventSourceMappingConfiguration =>
      describe(cloud, find(UUID)),

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
    ListEventSourceMappings(input: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
      const asked = input.FunctionName === undefined ? undefined : parseFunctionReference(input.FunctionName);
      const all = [...mappings.values()].filter(
        (mapping) =>
          (!asked || isOf(mapping, asked)) &&
          (!input.EventSourceArn || mapping.source.arn === input.EventSourceArn),
      );
      const first = Math.max(
        0,
        all.findIndex(({ uuid }) => uuid === input.Marker),
      );
      const page = all.slice(first, first + Math.min(input.MaxItems ?? PAGE, PAGE));
      const next = all[first + page.length];
      return {
        EventSourceMappings: page.map((mapping) => describe(cloud, mapping)),
        ...(next && { NextMarker: next.uuid }),
      };
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html */
    async UpdateEventSourceMapping(
      input: UpdateEventSourceMappingRequest,
    ): Promise<EventSourceMappingConfiguration> {
      const mapping = find(input.UUID);
      const settings = readMappingSettings(input, mapping.settings);
      const target = mapped(input.FunctionName ?? mapping.functionArn);
      await check(mapping.source, settings, target);
      refuseTwin(mapping.source.arn, target, mapping);
      // Another call may have deleted it meanwhile.
      find(input.UUID);
      halt(mapping, true);
      const wasEnabled = mapping.settings.enabled;
      mapping.settings = settings;
      mapping.functionName = target.name;
      mapping.functionArn = target.arn;
      mapping.lastModified = cloud.clock.now();
      start(mapping);
      return describe(cloud, mapping, transition(wasEnabled, settings.enabled));
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html */
    DeleteEventSourceMapping({ UUID }: DeleteEventSourceMappingRequest): EventSourceMappingConfiguration {
      const mapping = find(UUID);
      mappings.delete(mapping.uuid);
      halt(mapping, true);
      return describe(cloud, mapping, 'Deleting');
    },
  };

  return {
    operations,
    permissions: mappingPermissions(cloud),
    /** The tags of a mapping, to read and to change; undefined when the ARN is no mapping's. Throws when it is gone. */
    tagsOf(arn: string | undefined): Map<string, string> | undefined {
      const [, uuid] = /:event-source-mapping:([\w-]+)$/.exec(arn ?? '') ?? [];
      if (uuid === undefined) return undefined;
      const mapping = mappings.get(uuid);
      if (mapping) return mapping.tags;
      throw new AwsError('ResourceNotFoundException', `Event source mapping not found: ${arn}`, {
        status: 404,
      });
    },
    /**
     * A function is gone: what its mappings wait for is left in the queue. They stay, as on AWS, and go on when
     * there is a function of that name again.
     */
    onFunctionDeleted(name: string): void {
      for (const mapping of mappings.values()) {
        if (mapping.functionName !== name || !mapping.poller) continue;
        halt(mapping, false);
        start(mapping);
      }
    },
    /** Ends all polls at once, and waits for the batches that are under way. */
    async stop(): Promise<void> {
      for (const mapping of mappings.values()) halt(mapping, false);
      await Promise.all(ending);
    },
  };
}

/** A reference without a qualifier means the mappings of the function's versions and aliases too. */
function isOf(mapping: Mapping, { name, qualifier }: FunctionReference): boolean {
  if (mapping.functionName !== name) return false;
  return qualifier === undefined || mapping.functionArn.endsWith(`:${qualifier}`);
}

/** What an answer calls the change that it has set going; here it is done by the time of the next call. */
function transition(wasEnabled: boolean, isEnabled: boolean): string {
  if (wasEnabled === isEnabled) return 'Updating';
  return isEnabled ? 'Enabling' : 'Disabling';
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

/**
 * A queue's mapping has no LastProcessingResult, as on AWS.
 * https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
 */
function describe(
  cloud: Cloud,
  mapping: Mapping,
  state: string = mapping.state,
): EventSourceMappingConfiguration {
  const { settings } = mapping;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mappingArn(cloud, mapping.uuid),
    EventSourceArn: mapping.source.arn,
    FunctionArn: mapping.functionArn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    FunctionResponseTypes: [...settings.responseTypes],
    ...(settings.filters.length > 0 && {
      FilterCriteria: { Filters: settings.filters.map((Pattern) => ({ Pattern })) },
    }),
    ...(settings.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
    }),
    ...(settings.provisionedPollers && {
      ProvisionedPollerConfig: {
        MinimumPollers: settings.provisionedPollers.minimum,
        MaximumPollers: settings.provisionedPollers.maximum,
      },
    }),
    ...(settings.metrics.length > 0 && { MetricsConfig: { Metrics: [...settings.metrics] } }),
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    LastModified: new Date(mapping.lastModified),
  };
}

function mappingArn(cloud: Cloud, uuid: string): string {
  return arnOf(cloud, 'lambda', `event-source-mapping:${uuid}`);
}
