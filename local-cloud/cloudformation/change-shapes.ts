import type { Change, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import type { ChangeDetail, ResourceChange } from './changes.ts';
import { UNKNOWN } from './intrinsics.ts';

/** How AWS writes a value that nobody knows before the change set is executed. */
const AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

/**
 * A change as `DescribeChangeSet` tells it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 * @param withValues whether the caller asked for the properties' values (`IncludePropertyValues`)
 */
export function changeShape(change: ResourceChange, withValues: boolean): Change {
  const { action, replacement, policy, details, before, after } = change;
  return {
    Type: 'Resource',
    ResourceChange: {
      ...(policy && { PolicyAction: policy }),
      Action: action,
      LogicalResourceId: change.logicalId,
      PhysicalResourceId: change.physicalId,
      ResourceType: change.type.type,
      ...(action === 'Modify' && { Replacement: replacement }),
      Scope: details.length > 0 ? ['Properties'] : [],
      Details: (withValues ? valueDetails(details) : details).map((detail) =>
        detailShape(detail, change, withValues),
      ),
      ...(withValues && before && { BeforeContext: contextOf(before) }),
      ...(withValues && after && { AfterContext: contextOf(after) }),
    },
  };
}

/** With values, AWS lists the details otherwise: what a parameter changes comes last, and an attribute is never alone. */
function valueDetails(details: readonly ChangeDetail[]): ChangeDetail[] {
  const byParameter = details.filter(({ source }) => source === 'ParameterReference');
  const others = details.filter(({ source }) => source !== 'ParameterReference');
  const alone = others
    .filter(
      ({ source, property }) =>
        source === 'ResourceAttribute' &&
        !details.some((other) => other.property === property && other.source === 'DirectModification'),
    )
    .map(({ property }) => ({ property, source: 'DirectModification', evaluation: 'Dynamic' }) as const);
  return [...others, ...alone, ...byParameter];
}

function detailShape(
  { property, source, evaluation, cause }: ChangeDetail,
  { type, before = {}, after = {} }: ResourceChange,
  withValues: boolean,
): ResourceChangeDetail {
  return {
    Target: {
      Attribute: 'Properties',
      Name: property,
      RequiresRecreation: type.properties[property]?.change === 'replacement' ? 'Always' : 'Never',
      ...(withValues && valuesOf(property, before, after)),
    },
    Evaluation: evaluation,
    ChangeSource: source,
    CausingEntity: cause,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html */
function valuesOf(
  property: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
) {
  const [had, has] = [before[property], after[property]];
  return {
    Path: `/Properties/${property}`,
    AttributeChangeType: had === undefined ? 'Add' : has === undefined ? 'Remove' : 'Modify',
    ...(had !== undefined && { BeforeValue: textOf(had) }),
    ...(has !== undefined && { AfterValue: textOf(has) }),
  } as const;
}

function contextOf(properties: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Properties: properties }, afterApply);
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value, afterApply) : String(afterApply('', value));
}

function afterApply(_: string, value: unknown): unknown {
  return value === UNKNOWN ? AFTER_APPLY : value;
}
