import { isDeepStrictEqual } from 'node:util';
import type { Live, Plan } from './plan.ts';
import { changeOf, type ResourceType } from './resource-type.ts';
import type { Stack } from './stack.ts';

/** What an update would do to one resource. */
export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly physicalId?: string;
  readonly replacement: boolean;
  /** Names of the properties that change. */
  readonly properties: readonly string[];
}

/**
 * Compares a plan with a stack as it is. What depends on a resource that is made or replaced counts as changed.
 * @param stack undefined for a stack that does not exist yet
 */
export function changesOf(plan: Plan, stack: Stack | undefined): ResourceChange[] {
  const settled = new Set<string>();
  const live: Live = (logicalId) => (settled.has(logicalId) ? stack?.resources.get(logicalId) : undefined);
  const wanted = plan.levels.flat();
  const changes = wanted.flatMap((logicalId): ResourceChange[] => {
    const { type } = plan.resource(logicalId);
    const previous = stack?.resources.get(logicalId);
    if (!previous) return [{ action: 'Add', logicalId, type, replacement: false, properties: [] }];
    const { kind, properties } = changeOf(type, previous.properties, plan.properties(logicalId, live));
    if (kind !== 'replacement') settled.add(logicalId);
    if (kind === 'none') return [];
    const replacement = kind === 'replacement';
    return [{ action: 'Modify', logicalId, type, physicalId: previous.physicalId, replacement, properties }];
  });
  const removed = [...(stack?.resources.values() ?? [])].filter(
    ({ logicalId }) => !wanted.includes(logicalId),
  );
  return [
    ...changes,
    ...removed.map(
      ({ logicalId, type, physicalId }): ResourceChange => ({
        action: 'Remove',
        logicalId,
        type,
        physicalId,
        replacement: false,
        properties: [],
      }),
    ),
  ];
}

/** Whether an update would do nothing at all: same resources, same outputs, same tags. */
export function isUnchanged(plan: Plan, stack: Stack, tags: Readonly<Record<string, string>>): boolean {
  if (changesOf(plan, stack).length > 0 || !isDeepStrictEqual(tags, stack.tags)) return false;
  return isDeepStrictEqual(
    plan.outputs((logicalId) => stack.resources.get(logicalId)),
    stack.outputs,
  );
}
