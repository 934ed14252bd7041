import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../service.ts';
import type { Buses } from './buses.ts';
import { checkElements, constraint, overLimit } from './errors.ts';
import { pageOf } from './paging.ts';
import { checkTarget } from './target-checks.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;
const MOST_IN_A_REQUEST = 100;

export function createTargetOperations(cloud: Cloud, buses: Buses) {
  return {
    /**
     * Adds targets, or replaces those of the same id.
     * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
     */
    PutTargets({ Rule, EventBusName, Targets }: PutTargetsRequest): PutTargetsResponse {
      const targets = required(Targets, 'targets');
      for (const [index, target] of targets.entries()) checkTarget(cloud, target, index + 1);
      const rule = buses.rule(Rule, EventBusName, 'rule');
      const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]);
      if (ids.size > MOST_TARGETS) throw overLimit();
      for (const target of targets) rule.targets.set(target.Id ?? '', structuredClone(target));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
    RemoveTargets({ Rule, EventBusName, Ids }: RemoveTargetsRequest): RemoveTargetsResponse {
      const ids = required(Ids, 'ids');
      const rule = buses.rule(Rule, EventBusName, 'rule');
      for (const id of ids) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule({
      Rule,
      EventBusName,
      ...paging
    }: ListTargetsByRuleRequest): ListTargetsByRuleResponse {
      const targets = [...buses.rule(Rule, EventBusName, 'rule').targets.values()].sort(inOrderOfId);
      const { page, NextToken } = pageOf(targets, paging);
      return { Targets: page, NextToken };
    },
  };
}

function required<T>(list: T[] | undefined, member: string): T[] {
  if (!list) throw constraint(undefined, member, 'not be null');
  if (list.length < 1) throw constraint('[]', member, 'have length greater than or equal to 1');
  if (list.length > MOST_IN_A_REQUEST) {
    throw constraint(
      `[${list.length} entries]`,
      member,
      `have length less than or equal to ${MOST_IN_A_REQUEST}`,
    );
  }
  checkElements(list, member);
  return list;
}

function inOrderOfId({ Id: a = '' }: Target, { Id: b = '' }: Target): number {
  return a < b ? -1 : Number(a > b);
}
