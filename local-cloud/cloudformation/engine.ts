import type { Call, Cloud } from '../service.ts';
import { resourceError } from './errors.ts';
import { physicalName } from './names.ts';
import type { Live, Plan } from './plan.ts';
import { readProperties } from './properties.ts';
import { isGone, reasonOf, refuseNamedReplacement } from './refusals.ts';
import { changeOf, type Provisioned } from './resource-type.ts';
import type { ResourceContext, StackServices } from './services.ts';
import { addResourceEvent, type Stack, type StackResource, setStackStatus } from './stack.ts';

interface Deployment {
  stack: Stack;
  plan: Plan;
  call: Call;
  /** Why nothing is made at all. */
  failure?: Error;
}

/** What the events say of a resource once it has a physical id, and of one that another is to replace. */
const INITIATED = 'Resource creation Initiated';
const REPLACED = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Takes back one step that was done. */
type Undo = () => Promise<void>;

/** Makes the part of CloudFormation that makes, changes and removes resources, level by level. */
export function createEngine(cloud: Cloud, services: StackServices) {
  const now = () => new Date(cloud.clock.now());

  function contextOf(stack: Stack, logicalId: string, call: Call): ResourceContext {
    return {
      services,
      logicalId,
      region: cloud.region,
      stack: { id: stack.id, name: stack.name },
      call: () => ({ ...call, requestId: cloud.uuid() }),
      newName: (longest) => physicalName(stack.name, logicalId, longest, cloud.random),
    };
  }

  /**
   * Brings a stack to what the plan asks for. If a resource fails, all that was done is taken back.
   * @throws DeployError of the first resource that failed
   */
  async function deploy(deployment: Deployment, isNew: boolean): Promise<void> {
    const { stack, plan, call } = deployment;
    const [verb, failedVerb] = isNew ? (['CREATE', 'create'] as const) : (['UPDATE', 'update'] as const);
    setStackStatus(cloud, stack, `${verb}_IN_PROGRESS`, 'User Initiated');
    if (deployment.failure) {
      await rollBack(stack, isNew, [], deployment.failure.message.replace(/\.$/, ''));
      throw deployment.failure;
    }
    const undo: Undo[] = [];
    const replaced: StackResource[] = [];
    const failures: { logicalId: string; error: unknown }[] = [];
    for (const level of plan.levels) {
      const results = await Promise.allSettled(level.map((id) => apply(deployment, id, undo, replaced)));
      for (const [index, result] of results.entries()) {
        if (result.status === 'rejected')
          failures.push({ logicalId: level[index] ?? '', error: result.reason });
      }
      if (failures.length > 0) break;
    }
    const failure = failures[0];
    if (failure) {
      const ids = failures.map(({ logicalId }) => logicalId).join(', ');
      await rollBack(stack, isNew, undo, `The following resource(s) failed to ${failedVerb}: [${ids}]`);
      throw failure.error;
    }

    try {
      stack.outputs = plan.outputs(liveIn(stack));
    } catch (error) {
      await rollBack(stack, isNew, undo, error instanceof Error ? error.message : String(error));
      throw error;
    }
    if (!isNew) {
      const wanted = plan.levels.flat();
      const leaving = stack.levels.flat().filter((id) => !wanted.includes(id));
      setStackStatus(cloud, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      await cleanUp(stack, replaced, leaving, call);
    }
    stack.levels = plan.levels;
    stack.imports = plan.imports;
    setStackStatus(cloud, stack, `${verb}_COMPLETE`);
  }

  /** Makes, changes or replaces one resource, or leaves it as it is. */
  async function apply(
    { stack, plan, call }: Deployment,
    logicalId: string,
    undo: Undo[],
    replaced: StackResource[],
  ): Promise<void> {
    const { type, definition } = plan.resource(logicalId);
    const previous = stack.resources.get(logicalId);
    const policies = {
      retain: definition.DeletionPolicy !== 'Delete',
      retainWhenReplaced: definition.UpdateReplacePolicy !== 'Delete',
    };
    const properties = plan.properties(logicalId, liveIn(stack));
    const change = previous && changeOf(type, previous.properties, properties);
    if (previous && change?.kind === 'none') {
      Object.assign(previous, policies);
      return;
    }
    const verb = previous ? 'UPDATE' : 'CREATE';
    const context = contextOf(stack, logicalId, call);
    const event = { logicalId, type, physicalId: previous?.physicalId, properties };
    const updatesInPlace = previous && change?.kind === 'in-place' && type.update;
    addResourceEvent(
      cloud,
      stack,
      event,
      `${verb}_IN_PROGRESS`,
      previous && !updatesInPlace ? REPLACED : undefined,
    );
    try {
      const refused = plan.refused.get(logicalId);
      if (refused) throw refused;
      if (previous && !updatesInPlace) refuseNamedReplacement(previous, properties);
      const made =
        previous && updatesInPlace
          ? await updatesInPlace(
              previous,
              readProperties(properties),
              readProperties(previous.properties),
              context,
            )
          : await type.create(readProperties(properties), context);
      const resource: StackResource = {
        logicalId,
        type,
        ...made,
        ...policies,
        properties,
        status: `${verb}_COMPLETE`,
        updatedAt: now(),
      };
      stack.resources.set(logicalId, resource);
      if (previous && !updatesInPlace) replaced.push(previous);
      undo.push(() =>
        takeBack(stack, resource, previous, Boolean(updatesInPlace), definition.DeletionPolicy, call),
      );
      if (!updatesInPlace) addResourceEvent(cloud, stack, resource, `${verb}_IN_PROGRESS`, INITIATED);
      addResourceEvent(cloud, stack, resource, `${verb}_COMPLETE`);
    } catch (cause) {
      // A change that failed half-way is taken back like one that succeeded.
      if (previous && change?.kind === 'in-place' && type.update) {
        undo.push(() => restore(previous, properties, context));
      }
      const error = resourceError(cause, logicalId, type.type);
      addResourceEvent(cloud, stack, event, `${verb}_FAILED`, reasonOf(cause, type.type));
      throw error;
    }
  }

  async function restore(
    previous: StackResource,
    attempted: Readonly<Record<string, unknown>>,
    context: ResourceContext,
  ): Promise<void> {
    try {
      const before = readProperties(previous.properties);
      await previous.type.update?.(previous, before, readProperties(attempted), context);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async function takeBack(
    stack: Stack,
    resource: StackResource,
    previous: StackResource | undefined,
    wasUpdated: boolean,
    policy: string,
    call: Call,
  ): Promise<void> {
    const { logicalId, type } = resource;
    const context = contextOf(stack, logicalId, call);
    if (previous && wasUpdated && type.update) {
      addResourceEvent(cloud, stack, resource, 'UPDATE_IN_PROGRESS');
      await type.update(
        resource,
        readProperties(previous.properties),
        readProperties(resource.properties),
        context,
      );
      stack.resources.set(logicalId, previous);
      addResourceEvent(cloud, stack, previous, 'UPDATE_COMPLETE');
      return;
    }
    if (previous) stack.resources.set(logicalId, previous);
    // `Retain` keeps even what a failed creation made; `RetainExceptOnCreate` does not.
    await remove(stack, resource, policy === 'Retain' && !previous, call);
    if (!previous) stack.resources.delete(logicalId);
  }

  async function rollBack(
    stack: Stack,
    isNew: boolean,
    undo: readonly Undo[],
    reason: string,
  ): Promise<void> {
    const prefix = isNew ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
    // The end of the sentence is AWS's, though no user asked.
    const end = isNew ? '. Rollback requested by user.' : '. ';
    setStackStatus(cloud, stack, `${prefix}_IN_PROGRESS`, reason + end);
    if (isNew) stack.deletedAt = now();
    try {
      for (const step of undo.toReversed()) await step();
    } catch (error) {
      setStackStatus(
        cloud,
        stack,
        `${prefix}_FAILED`,
        error instanceof Error ? error.message : String(error),
      );
      return;
    }
    if (!isNew) setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    setStackStatus(cloud, stack, `${prefix}_COMPLETE`);
  }

  /** After an update has succeeded: what was replaced or is no longer in the template goes, last made first. */
  async function cleanUp(
    stack: Stack,
    replaced: readonly StackResource[],
    leaving: readonly string[],
    call: Call,
  ): Promise<void> {
    for (const resource of replaced.toReversed()) {
      await remove(stack, resource, resource.retainWhenReplaced, call, 'cleanup').catch(() => {});
    }
    for (const logicalId of leaving.toReversed()) {
      const resource = stack.resources.get(logicalId);
      if (!resource) continue;
      await remove(stack, resource, resource.retain, call, 'cleanup').catch(() => {});
      stack.resources.delete(logicalId);
    }
  }

  /** Deletes one resource. That it is gone already is not a failure. */
  async function remove(
    stack: Stack,
    resource: StackResource,
    retain: boolean,
    call: Call,
    phase?: 'cleanup',
  ): Promise<void> {
    // The events of a clean-up do not tell what the resource was.
    const event = phase ? { ...resource, properties: undefined } : resource;
    if (retain) {
      addResourceEvent(cloud, stack, event, 'DELETE_SKIPPED');
      return;
    }
    addResourceEvent(cloud, stack, event, 'DELETE_IN_PROGRESS');
    try {
      const context = contextOf(stack, resource.logicalId, call);
      await resource.type.delete(resource, readProperties(resource.properties), context);
    } catch (error) {
      if (!isGone(error)) {
        resource.status = 'DELETE_FAILED';
        resource.statusReason = reasonOf(error, resource.type.type);
        addResourceEvent(cloud, stack, event, 'DELETE_FAILED', resource.statusReason);
        throw error;
      }
    }
    addResourceEvent(cloud, stack, event, 'DELETE_COMPLETE');
  }

  /**
   * Deletes a stack's resources, last made first.
   * @throws DeployError of the first resource that could not be deleted; the others are gone
   */
  async function destroy(stack: Stack, call: Call): Promise<void> {
    setStackStatus(cloud, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    const failures: { resource: StackResource; error: unknown }[] = [];
    const ordered = stack.levels.flat();
    const others = [...stack.resources.keys()].filter((id) => !ordered.includes(id));
    for (const logicalId of [...ordered, ...others].toReversed()) {
      const resource = stack.resources.get(logicalId);
      if (!resource) continue;
      try {
        await remove(stack, resource, resource.retain, call);
        stack.resources.delete(logicalId);
      } catch (error) {
        failures.push({ resource, error });
      }
    }
    const failure = failures[0];
    if (failure) {
      const ids = failures.map(({ resource }) => resource.logicalId).join(', ');
      setStackStatus(cloud, stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${ids}]. `);
      throw resourceError(failure.error, failure.resource.logicalId, failure.resource.type.type);
    }
    stack.deletedAt = now();
    setStackStatus(cloud, stack, 'DELETE_COMPLETE');
  }

  return { deploy, destroy };
}

/** The resources of a stack as they are now. */
export function liveIn(stack: Stack): Live {
  return (logicalId) => stack.resources.get(logicalId) satisfies Provisioned | undefined;
}
