import { isDeepStrictEqual } from 'node:util';
import type { Address } from './addresses.ts';
import { DeployError, templateError, unsupported } from './errors.ts';
import type { PropertyReader } from './properties.ts';
import type { ResourceContext } from './services.ts';
import { objectOf } from './template.ts';

/** How CloudFormation treats a property of a resource type. */
export interface PropertyRule {
  /** What a change of it does to the resource. */
  readonly change: 'in-place' | 'replacement' | 'unsupported';
  readonly required?: boolean;
  /** The members that are supported; of each element where the property is a list. */
  readonly members?: readonly string[];
  /** For an unsupported property: values that ask for nothing, for example the default. */
  readonly except?: readonly unknown[];
}

export const inPlace: PropertyRule = { change: 'in-place' };
export const replacement: PropertyRule = { change: 'replacement' };
export const notHere: PropertyRule = { change: 'unsupported' };

/** A resource as the service has made it. */
export interface Provisioned {
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` returns. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** An update is going to change it: its attributes are not known before. */
  readonly inFlux?: boolean;
}

/** One type of resource: what it has, and how it is made through the service's operations. */
export interface ResourceType {
  readonly type: string;
  /** Every property that AWS documents for the type. */
  readonly properties: Readonly<Record<string, PropertyRule>>;
  /** Names for `Fn::GetAtt`. */
  readonly attributes: readonly string[];
  /** The property that holds the physical name; two resources cannot have the same one during a replacement. */
  readonly nameProperty?: string;
  /** Where a resource with a URL would be on AWS, and where it is here. */
  address?(current: Provisioned, region: string): Address;
  /** Refuses, before anything is made, what the names of properties alone do not tell. */
  check?(properties: PropertyReader, region: string): void;
  create(properties: PropertyReader, context: ResourceContext): Promise<Provisioned>;
  /** Changes the resource in place; a type without it only has properties that replace it. */
  update?(
    current: Provisioned,
    properties: PropertyReader,
    previous: PropertyReader,
    context: ResourceContext,
  ): Promise<Provisioned>;
  delete(current: Provisioned, properties: PropertyReader, context: ResourceContext): Promise<void>;
}

/**
 * Checks, before anything is made, that a resource asks only for what its type supports here.
 * @param properties resolved as far as they are known
 * @throws DeployError naming logical id, type and property
 */
export function checkProperties(
  type: ResourceType,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): void {
  const where = (property: string) => ({ logicalId, resourceType: type.type, property });
  for (const [name, value] of Object.entries(properties)) {
    const rule = Object.hasOwn(type.properties, name) ? type.properties[name] : undefined;
    if (!rule) throw templateError(`Encountered unsupported property ${name}`, where(name));
    if (
      rule.change === 'unsupported' &&
      !rule.except?.some((harmless) => isDeepStrictEqual(harmless, value))
    ) {
      throw unsupported(`The property ${name} of ${type.type}`, where(name));
    }
    const { members } = rule;
    if (!members) continue;
    for (const element of Array.isArray(value) ? value : [value]) {
      const strange = Object.keys(objectOf(element) ?? {}).find((member) => !members.includes(member));
      if (strange) throw unsupported(`The property ${name}.${strange} of ${type.type}`, where(name));
    }
  }
  const missing = Object.entries(type.properties).find(
    ([name, { required }]) => required && properties[name] === undefined,
  );
  if (missing) {
    throw new DeployError(
      'template',
      `Properties validation failed for resource ${logicalId} with message: #: required key [${missing[0]}] not found`,
      where(missing[0]),
    );
  }
}

/** What a change of properties means for a resource. `UNKNOWN` values may turn out different: they count as changed. */
export function changeOf(
  type: ResourceType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { kind: 'none' | 'in-place' | 'replacement'; properties: string[] } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const properties = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (properties.length === 0) return { kind: 'none', properties };
  const replaces = properties.some((name) => type.properties[name]?.change === 'replacement');
  return { kind: replaces ? 'replacement' : 'in-place', properties };
}

/** Finishes a resource that its service has made; if that fails, the resource is not left behind. */
export async function finishOrUndo(finish: () => Promise<void>, undo: () => Promise<unknown>): Promise<void> {
  try {
    await finish();
  } catch (error) {
    await undo();
    throw error;
  }
}
