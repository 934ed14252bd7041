import { type Address, withLocalAddresses } from './addresses.ts';
import { createConditions } from './conditions.ts';
import { DeployError, resourceError, templateError, unsupported } from './errors.ts';
import { type Condition, NO_VALUE, resolve, type Scope, UNKNOWN } from './intrinsics.ts';
import { levelsOf } from './order.ts';
import { type ParameterValues, resolveParameters, type StoredValues } from './parameters.ts';
import { readProperties } from './properties.ts';
import { type Reference, referencesIn } from './references.ts';
import { checkProperties, type Provisioned, type ResourceType } from './resource-type.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import type { Template, TemplateResource } from './template.ts';

/** The stack around a template. */
export interface StackIdentity {
  readonly stackName: string;
  readonly stackId: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** A resource by its logical id, once it exists. */
export type Live = (logicalId: string) => Provisioned | undefined;

export interface OutputValue {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** What a template asks for, checked as far as it can be before anything is made. */
export interface Plan {
  readonly template: Template;
  readonly parameters: ParameterValues;
  /** Logical ids; those of one level do not need each other. */
  readonly levels: readonly (readonly string[])[];
  readonly imports: ReadonlySet<string>;
  /** What is wrong with the properties of a resource, by its logical id; found out when it is made. */
  readonly refused: ReadonlyMap<string, Error>;
  /** Why the stack as a whole fails: it imports what nobody exports. */
  failure(): Error | undefined;
  resource(logicalId: string): { type: ResourceType; definition: TemplateResource };
  /** Properties with everything filled in that exists by now; the rest is `UNKNOWN`. */
  properties(logicalId: string, live: Live): Record<string, unknown>;
  outputs(live: Live): OutputValue[];
  /** What a value of the template refers to. */
  references(value: unknown): Reference[];
}

interface PlanRequest {
  template: Template;
  given: Readonly<Record<string, string>>;
  /** Values of SSM parameters that the template's parameters name. */
  stored?: StoredValues;
  /** Tags of the stack: every resource that has the property `Tags` gets them, under its own. */
  stackTags: Readonly<Record<string, string>>;
  identity: StackIdentity;
  /** The value of an export of another stack. */
  exportOf: (name: string) => string | undefined;
  /** Whether wrong properties and imports are a plan that fails, as on AWS, instead of no plan. */
  late?: boolean;
}

const NOTHING_LIVE: Live = () => undefined;

/**
 * Reads a template into a plan: parameters, conditions, order.
 * @throws DeployError for whatever is wrong, or not supported here, before anything is made
 */
export function makePlan(request: PlanRequest): Plan {
  const { template, given, stored, stackTags, identity, exportOf, late = false } = request;
  const parameters = resolveParameters(template.Parameters, given, stored);
  const pseudo = pseudoParameters(identity);
  const imports = new Set<string>();
  const refused = new Map<string, Error>();
  let failure: Error | undefined;

  const constants: Omit<Scope, 'condition'> = {
    region: identity.region,
    ref(name) {
      const value = pseudo.get(name) ?? parameters.get(name);
      if (value === undefined) {
        throw templateError(`Template error: conditions can only refer to parameters, not to ${name}`);
      }
      return value;
    },
    getAtt() {
      throw templateError('Template error: Fn::GetAtt cannot be used in conditions.');
    },
    mapping(map, key, name) {
      if (!Object.hasOwn(template.Mappings, map)) {
        throw templateError(
          `Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`,
        );
      }
      const value = template.Mappings[map]?.[key]?.[name];
      if (value === undefined) {
        throw templateError(`Template error: Unable to get mapping for ${map}::${key}::${name}`);
      }
      return value;
    },
    importValue(name) {
      const value = exportOf(name);
      if (value === undefined) {
        failure ??= templateError(`No export named ${name} found.`);
        if (!late) throw failure;
        return UNKNOWN;
      }
      imports.add(name);
      return value;
    },
  };
  const condition = createConditions(template.Conditions, constants);
  const applies = (name: string | undefined, block: 'Resources' | 'Outputs') =>
    name === undefined || condition(name, block);
  for (const name of Object.keys(template.Conditions)) condition(name, 'Conditions');

  const present = new Map(
    Object.entries(template.Resources).filter(([, { Condition }]) => applies(Condition, 'Resources')),
  );
  const outputs = Object.entries(template.Outputs).filter(([, { Condition }]) =>
    applies(Condition, 'Outputs'),
  );
  const isDefined = (name: string) => Object.hasOwn(template.Resources, name);
  const isKnown = (name: string) => present.has(name) || parameters.has(name) || pseudo.has(name);

  function scopeOf(live: Live): Scope {
    return {
      ...constants,
      condition,
      ref(name) {
        if (!present.has(name)) return constants.ref(name);
        return live(name)?.physicalId ?? UNKNOWN;
      },
      getAtt: (logicalId, attribute) => {
        const existing = live(logicalId);
        return existing && !existing.inFlux ? existing.attributes[attribute] : UNKNOWN;
      },
    };
  }

  function resolveHere(value: unknown, live: Live): unknown {
    return withLocalAddresses(resolve(value, scopeOf(live)), addressesOf(live));
  }

  function addressesOf(live: Live): Address[] {
    return [...present].flatMap(([logicalId, { Type }]) => {
      const existing = live(logicalId);
      const address = existing && RESOURCE_TYPES.get(Type)?.address?.(existing, identity.region);
      return address ? [address] : [];
    });
  }

  const plan: Plan = {
    template,
    parameters,
    levels: [],
    imports,
    refused,
    failure: () => failure,
    resource(logicalId) {
      const definition = present.get(logicalId) as TemplateResource;
      const type = RESOURCE_TYPES.get(definition.Type);
      if (!type) {
        throw unsupported(`The resource type ${definition.Type}`, {
          logicalId,
          resourceType: definition.Type,
        });
      }
      return { type, definition };
    },
    properties(logicalId, live) {
      const { Properties = {} } = present.get(logicalId) ?? {};
      const properties = resolveHere(Properties, live) as Record<string, unknown>;
      return 'Tags' in plan.resource(logicalId).type.properties
        ? withTags(properties, stackTags)
        : properties;
    },
    references: (value) => referencesIn(value, condition),
    outputs: (live) =>
      outputs.flatMap(([name, output]) => {
        const scope = scopeOf(live);
        const value = resolveHere(output.Value, live);
        if (value === UNKNOWN || value === NO_VALUE) return [];
        if (typeof value === 'object') {
          throw templateError(
            `Template format error: Output ${name} is malformed. The Value field of every Outputs member must evaluate to a String.`,
          );
        }
        const exportName = output.Export && resolve(output.Export.Name, scope);
        return [
          {
            name,
            value: String(value),
            description: output.Description,
            ...(typeof exportName === 'string' && { exportName }),
          },
        ];
      }),
  };

  const properties = [...present].map(([, { Properties }]) => Properties);
  checkFunctions(properties, isDefined, condition);
  checkReferences(properties, 'Resources', isKnown, isDefined, condition);
  checkReferences(
    outputs.map(([, { Value, Export }]) => [Value, Export?.Name]),
    'Outputs',
    isKnown,
    isDefined,
    condition,
  );
  for (const logicalId of present.keys()) {
    const { type } = plan.resource(logicalId);
    const properties = plan.properties(logicalId, NOTHING_LIVE);
    try {
      checkProperties(type, logicalId, properties);
      type.check?.(readProperties(properties), identity.region);
    } catch (cause) {
      const error = resourceError(cause, logicalId, type.type);
      // What AWS would do and this account cannot is said before anything is made.
      if (!late || !(error instanceof DeployError) || error.kind === 'unsupported') throw error;
      refused.set(logicalId, error);
    }
  }
  checkAttributes(
    [...present].flatMap(([, { Properties }]) => referencesIn(Properties, condition)),
    plan,
    present,
  );
  checkAttributes(
    outputs.flatMap(([, { Value }]) => referencesIn(Value, condition)),
    plan,
    present,
  );
  const levels = levelsOf(dependenciesOf(template, present, condition));
  return { ...plan, levels };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html */
function pseudoParameters({ stackName, stackId, accountId, region, partition }: StackIdentity) {
  return new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', NO_VALUE],
    ['AWS::Partition', partition],
    ['AWS::Region', region],
    ['AWS::StackId', stackId],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
}

function withTags(
  properties: Record<string, unknown>,
  stackTags: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { Tags: own = [] } = properties;
  if (!Array.isArray(own) || Object.keys(stackTags).length === 0) return properties;
  const inherited = Object.entries(stackTags).filter(([key]) => !own.some(({ Key }) => Key === key));
  return { ...properties, Tags: [...inherited.map(([Key, Value]) => ({ Key, Value })), ...own] };
}

function checkReferences(
  values: readonly unknown[],
  block: 'Resources' | 'Outputs',
  isKnown: (name: string) => boolean,
  isDefined: (name: string) => boolean,
  condition: Condition,
): void {
  const missing = new Set(
    referencesIn(values, condition)
      .map(({ name }) => name)
      .filter((name) => !isKnown(name)),
  );
  if (missing.size === 0) return;
  // A resource that a condition leaves out is not a mistake of format in the outputs.
  const leftOut = block === 'Outputs' && [...missing].every(isDefined);
  throw templateError(
    `${leftOut ? '' : 'Template format error: '}Unresolved resource dependencies [${[...missing].join(', ')}] in the ${block} block of the template`,
  );
}

/** In the Resources block an attribute of what is nowhere in the template is the function's mistake. */
function checkFunctions(
  values: readonly unknown[],
  isDefined: (name: string) => boolean,
  condition: Condition,
): void {
  const wrong = referencesIn(values, condition).find(({ name, by }) => by && !isDefined(name));
  if (!wrong) return;
  throw templateError(`Template error: instance of ${wrong.by} references undefined resource ${wrong.name}`);
}

function checkAttributes(
  references: readonly Reference[],
  plan: Plan,
  present: ReadonlyMap<string, TemplateResource>,
): void {
  for (const { name, attribute } of references) {
    if (attribute === undefined || !present.has(name)) continue;
    const { type } = plan.resource(name);
    if (type.attributes.includes(attribute)) continue;
    const where = { logicalId: name, resourceType: type.type };
    // AWS may know the attribute: that this account does not is not the template's fault.
    throw unsupported(`The attribute ${attribute} of ${type.type} in Fn::GetAtt`, where);
  }
}

/** What each resource needs: by `DependsOn`, and by what its properties refer to. */
function dependenciesOf(
  template: Template,
  present: ReadonlyMap<string, TemplateResource>,
  condition: Condition,
): Map<string, Set<string>> {
  const dependencies = new Map<string, Set<string>>();
  for (const [logicalId, { Properties, DependsOn }] of present) {
    const unknown = DependsOn.filter((name) => !Object.hasOwn(template.Resources, name));
    if (unknown.length > 0) {
      throw templateError(
        `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the Resources block of the template`,
      );
    }
    const names = [...DependsOn, ...referencesIn(Properties, condition).map(({ name }) => name)];
    dependencies.set(logicalId, new Set(names.filter((name) => present.has(name))));
  }
  return dependencies;
}
