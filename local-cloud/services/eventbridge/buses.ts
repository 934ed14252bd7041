import type { RuleState, Target } from '@aws-sdk/client-eventbridge';
import { notSupported } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { busNotFound, constraint, ruleNotFound } from './errors.ts';
import type { EventPattern } from './pattern/index.ts';

export interface StoredBus {
  readonly name: string;
  readonly arn: string;
  description?: string;
  /** The bus's own policy, as JSON. */
  policy?: string;
  readonly createdAt: number;
  modifiedAt: number;
  tags: Map<string, string>;
  readonly rules: Map<string, StoredRule>;
}

export interface StoredRule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  /** The pattern as it was sent, and compiled. */
  pattern: string;
  matches: EventPattern;
  state: RuleState;
  description?: string;
  tags: Map<string, string>;
  readonly targets: Map<string, Target>;
}

export const DEFAULT_BUS = 'default';

const NAME = /^[.\-_A-Za-z0-9]+$/;
const LONGEST_RULE_NAME = 64;

export type Buses = ReturnType<typeof createBuses>;

/** Makes an account's event buses: at first there is the default bus. */
export function createBuses(cloud: Cloud) {
  const buses = new Map<string, StoredBus>();
  create(DEFAULT_BUS);

  function create(name: string): StoredBus {
    const now = cloud.clock.now();
    const bus: StoredBus = {
      name,
      arn: busArn(name),
      createdAt: now,
      modifiedAt: now,
      tags: new Map(),
      rules: new Map(),
    };
    buses.set(name, bus);
    return bus;
  }

  function busArn(name: string): string {
    return arnOf(cloud, 'events', `event-bus/${name}`);
  }

  /** A bus is named by its name or its ARN; without either it is the default bus. */
  function nameOf(reference: string | undefined): string {
    if (!reference) return DEFAULT_BUS;
    if (!reference.startsWith('arn:')) return reference;
    const own = arnOf(cloud, 'events', 'event-bus/');
    if (reference.startsWith(own)) return reference.slice(own.length);
    throw notSupported(`The event bus ${reference} of another account, Region or kind`);
  }

  function get(reference: string | undefined): StoredBus {
    const name = nameOf(reference);
    const bus = buses.get(name);
    if (!bus) throw busNotFound(name);
    return bus;
  }

  return {
    create,
    remove: (bus: StoredBus) => buses.delete(bus.name),
    nameOf,
    busArn,
    /** `rule/<name>`, or `rule/<bus>/<name>` on a custom bus. */
    ruleArn: (busName: string, name: string | undefined) =>
      arnOf(cloud, 'events', `rule/${busName === DEFAULT_BUS ? '' : `${busName}/`}${name}`),
    find: (name: string): StoredBus | undefined => buses.get(name),
    /** @throws ResourceNotFoundException */
    get,
    /** In order of their names. */
    all: (): StoredBus[] => [...buses.values()].sort(inOrderOfName),
    get count() {
      return buses.size;
    },

    /** @throws ValidationException, ResourceNotFoundException */
    rule(name: string | undefined, busReference: string | undefined, member = 'name'): StoredRule {
      checkRuleName(name, member);
      const bus = get(busReference);
      const rule = bus.rules.get(name);
      if (!rule) throw ruleNotFound(name, bus.name);
      return rule;
    },

    /** The bus or rule that an ARN names; tags hang on both. */
    byArn(arn: string): StoredBus | StoredRule {
      const busPrefix = arnOf(cloud, 'events', 'event-bus/');
      if (arn.startsWith(busPrefix)) return get(arn);
      const path = arn.slice(arnOf(cloud, 'events', 'rule/').length);
      const slash = path.lastIndexOf('/');
      const [bus, name] = slash === -1 ? [DEFAULT_BUS, path] : [path.slice(0, slash), path.slice(slash + 1)];
      const rule = get(bus).rules.get(name);
      if (!rule) throw ruleNotFound(name, bus);
      return rule;
    },
  };
}

/** @throws ValidationException */
export function checkRuleName(name: string | undefined, member: string): asserts name is string {
  if (name === undefined) throw constraint(undefined, member, 'not be null');
  if (name.length < 1) throw constraint(name, member, 'have length greater than or equal to 1');
  if (name.length > LONGEST_RULE_NAME) {
    throw constraint(name, member, `have length less than or equal to ${LONGEST_RULE_NAME}`);
  }
  if (!NAME.test(name)) {
    throw constraint(name, member, 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
  }
}

export function inOrderOfName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
