import { arnMatcher, globMatcher } from '../../local-cloud/iam/pattern.ts';
import type { JournalEntry } from '../../local-cloud/journal.ts';

/** One thing that a role did, or tried to do. */
export interface Use {
  /** For example `sqs:SendMessage`. */
  action: string;
  /** An ARN, or `*` for actions that name no resource. */
  resource: string;
}

/** An Allow statement of a role's policies. */
export interface Grant {
  /** Name of the policy that holds it. */
  policy: string;
  actions: readonly string[];
  resources: readonly string[];
  /** Whether it only holds under a `Condition`. */
  conditional: boolean;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: readonly { Effect: 'Allow'; Action: string[]; Resource: string[] }[];
}

/** What a stack grants beyond what was needed. */
export interface Excess {
  policy: string;
  kind: 'never-used' | 'wildcard-action' | 'wildcard-resource';
  action: string;
  resource: string;
  /** What was used of it: actions for a wildcard action, resources for a wildcard resource. */
  used: readonly string[];
}

/**
 * What a role used, from the journal: each call's actions on its resources, unless IAM refused.
 * @param entries the journal of the run
 * @param roleName name of the role, without its path
 */
export function usesOf(entries: readonly JournalEntry[], roleName: string): readonly Use[] {
  const denied = deniedOf(entries, roleName).map(keyOf);
  const uses = entries.flatMap((entry) => {
    if (entry.type !== 'call' || !isSessionOf(entry.principal, roleName)) return [];
    return entry.actions.map((action, index) => ({ action, resource: entry.resources[index] ?? '*' }));
  });
  return distinct(uses).filter((use) => !denied.includes(keyOf(use)));
}

/** What a role asked for and did not get. */
export function deniedOf(entries: readonly JournalEntry[], roleName: string): readonly Use[] {
  return distinct(
    entries.flatMap((entry) =>
      entry.type === 'denial' && isSessionOf(entry.principal, roleName)
        ? [{ action: entry.action, resource: entry.resource }]
        : [],
    ),
  );
}

/**
 * The smallest policy that allows what was used. Names that the run made up are opened to all names of their kind:
 * the streams of a log group and the objects of a bucket.
 */
export function smallestPolicy(uses: readonly Use[]): PolicyDocument {
  const actionsOn = new Map<string, Set<string>>();
  for (const { action, resource } of uses) {
    const general = generalized(resource);
    actionsOn.set(general, (actionsOn.get(general) ?? new Set()).add(action));
  }
  const statements = new Map<string, { Effect: 'Allow'; Action: string[]; Resource: string[] }>();
  for (const [resource, actions] of [...actionsOn].sort(byName)) {
    const Action = [...actions].sort();
    const known = statements.get(Action.join());
    if (known) known.Resource.push(resource);
    else statements.set(Action.join(), { Effect: 'Allow', Action, Resource: [resource] });
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}

/** Compares what a role is granted with what it used. */
export function excessOf(grants: readonly Grant[], uses: readonly Use[]): readonly Excess[] {
  return grants.flatMap(({ policy, actions, resources }) =>
    actions.flatMap((action) => {
      const coversAction = globMatcher(action.toLowerCase());
      const ofAction = uses.filter((use) => coversAction(use.action.toLowerCase()));
      if (ofAction.length === 0) {
        return [{ policy, kind: 'never-used' as const, action, resource: resources.join(', '), used: [] }];
      }
      const found: Excess[] = [];
      if (/[*?]/.test(action)) {
        const used = [...new Set(ofAction.map((use) => use.action))].sort();
        found.push({ policy, kind: 'wildcard-action', action, resource: resources.join(', '), used });
      }
      for (const resource of resources) {
        const coversResource = arnMatcher(resource);
        const used = [...new Set(ofAction.map((use) => use.resource).filter(coversResource))].sort();
        if (used.length === 0) found.push({ policy, kind: 'never-used', action, resource, used });
        else if (isWider(resource, used)) {
          found.push({
            policy,
            kind: 'wildcard-resource',
            action,
            resource,
            used: [...new Set(used.map(generalized))],
          });
        }
      }
      return found;
    }),
  );
}

/** `*` is right for an action that names no resource; a wildcard is right where the smallest policy has it too. */
function isWider(resource: string, used: readonly string[]): boolean {
  if (!/[*?]/.test(resource) || used.includes('*')) return false;
  return !used.some((arn) => generalized(arn) === resource);
}

/** ARNs of log streams and objects end with names that the next run chooses anew. */
function generalized(resource: string): string {
  const group = /^(arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:]+):log-stream:/.exec(resource);
  if (group) return `${group[1]}:*`;
  const bucket = /^(arn:[^:]*:s3:::[^/]+)\/./.exec(resource);
  return bucket ? `${bucket[1]}/*` : resource;
}

function isSessionOf(principal: string, roleName: string): boolean {
  return principal.includes(`:assumed-role/${roleName}/`);
}

function distinct(uses: readonly Use[]): readonly Use[] {
  return [...new Map(uses.map((use) => [keyOf(use), use])).values()];
}

function keyOf({ action, resource }: Use): string {
  return `${action} ${resource}`;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
