import { isDeepStrictEqual } from 'node:util';
import type { Live, Plan } from './plan.ts';
import { changeOf, type Provisioned, type ResourceType } from './resource-type.ts';
import type { Stack } from './stack.ts';

/** Why a property of a resource changes. */
export interface ChangeDetail {
  readonly property: string;
  readonly source: 'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute';
  /** `Dynamic`: what the value becomes is known only when the change set is executed. */
  readonly evaluation: 'Static' | 'Dynamic';
  /** The parameter, the resource, or the resource with its attribute, that makes it change. */
  readonly cause?: string;
}

/** What an update would do to one resource. */
export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly physicalId?: string;
  readonly replacement: 'True' | 'False' | 'Conditional';
  readonly details: readonly ChangeDetail[];
  /** Properties as they are, and as they would be. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** What happens to what the stack no longer has. */
  readonly policy?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
}

/**
 * Compares a plan with a stack as it is. What depends on a resource that is made or replaced, or on an attribute of one
 * that changes, counts as changed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-samples.html
 * @param stack undefined for a stack that does not exist yet
 */
export function changesOf(plan: Plan, stack: Stack | undefined): ResourceChange[] {
  const settled = new Map<string, Provisioned>();
  const live: Live = (logicalId) => settled.get(logicalId);
  const wanted = plan.levels.flat();
  const changed = new Map<string, ResourceChange>();
  for (const logicalId of wanted) {
    const { type, definition } = plan.resource(logicalId);
    const previous = stack?.resources.get(logicalId);
    const after = plan.properties(logicalId, live);
    if (!stack || !previous) {
      changed.set(logicalId, { action: 'Add', logicalId, type, replacement: 'True', details: [], after });
      continue;
    }
    const { physicalId, properties: before } = previous;
    const { kind, properties } = changeOf(type, before, after);
    // What changes in place keeps its physical id.
    if (kind !== 'replacement')
      settled.set(logicalId, kind === 'none' ? previous : { ...previous, inFlux: true });
    if (kind === 'none') continue;
    const details = detailsOf(plan, stack, logicalId, properties, changed);
    const replacement = replacementOf(type, details);
    changed.set(logicalId, {
      action: 'Modify',
      logicalId,
      type,
      physicalId,
      replacement,
      details,
      before,
      after,
      ...(replacement !== 'False' && {
        policy: definition.UpdateReplacePolicy === 'Delete' ? 'ReplaceAndDelete' : 'ReplaceAndRetain',
      }),
    });
  }
  const removed = [...(stack?.resources.values() ?? [])].filter(
    ({ logicalId }) => !wanted.includes(logicalId),
  );
  return [
    ...changed.values(),
    ...removed.map(
      ({ logicalId, type, physicalId, retain, properties }): ResourceChange => ({
        action: 'Remove',
        logicalId,
        type,
        physicalId,
        replacement: 'False',
        details: [],
        before: properties,
        policy: retain ? 'Retain' : 'Delete',
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

function detailsOf(
  plan: Plan,
  stack: Stack,
  logicalId: string,
  properties: readonly string[],
  changed: ReadonlyMap<string, ResourceChange>,
): ChangeDetail[] {
  const wanted = plan.resource(logicalId).definition.Properties;
  const had = stack.template.Resources[logicalId]?.Properties ?? {};
  const details = properties.flatMap((property): ChangeDetail[] => {
    const causes = plan.references(wanted[property]).flatMap(({ name, attribute }): ChangeDetail[] => {
      if (plan.parameters.has(name)) {
        const same = isDeepStrictEqual(plan.parameters.get(name), stack.parameterValues.get(name));
        return same ? [] : [{ property, source: 'ParameterReference', evaluation: 'Static', cause: name }];
      }
      const other = changed.get(name);
      if (!other) return [];
      // What is replaced has other attributes for sure; what changes in place may keep them.
      const evaluation = other.replacement === 'True' ? 'Static' : 'Dynamic';
      if (attribute !== undefined) {
        return [{ property, source: 'ResourceAttribute', evaluation, cause: `${name}.${attribute}` }];
      }
      if (other.action === 'Modify' && other.replacement === 'False') return [];
      return [{ property, source: 'ResourceReference', evaluation, cause: name }];
    });
    const own = { property, source: 'DirectModification' } as const;
    if (causes.length === 0) return [{ ...own, evaluation: 'Static' }];
    const mayDiffer =
      causes.some(({ source }) => source === 'ParameterReference') ||
      !isDeepStrictEqual(wanted[property], had[property]);
    return mayDiffer ? [...causes, { ...own, evaluation: 'Dynamic' }] : causes;
  });
  // What is sure comes first, as AWS lists it.
  return [
    ...details.filter(({ evaluation }) => evaluation === 'Static'),
    ...details.filter(({ evaluation }) => evaluation === 'Dynamic'),
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html */
function replacementOf(type: ResourceType, details: readonly ChangeDetail[]): ResourceChange['replacement'] {
  const recreating = details.filter(({ property }) => type.properties[property]?.change === 'replacement');
  if (recreating.length === 0) return 'False';
  return recreating.some(({ evaluation }) => evaluation === 'Static') ? 'True' : 'Conditional';
}
