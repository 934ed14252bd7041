import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListRulesRequest,
  ListRulesResponse,
  PutRuleRequest,
  PutRuleResponse,
  Rule,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from '@aws-sdk/client-eventbridge';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { checkDescription } from './bus-operations.ts';
import { type Buses, checkRuleName, inOrderOfName, type StoredRule } from './buses.ts';
import { constraint, overLimit, validation } from './errors.ts';
import { pageOf } from './paging.ts';
import { compilePattern, type EventPattern } from './pattern/index.ts';
import { refuseMembers } from './refusals.ts';
import { withTags } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_RULES = 300;
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const LONGEST_PATTERN = 4096;

/**
 * The documentation adds `resources`, which AWS does not ask for.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
const NEEDED_BY_A_TEST = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export function createRuleOperations(cloud: Cloud, buses: Buses) {
  const setState =
    (state: 'ENABLED' | 'DISABLED') =>
    ({ Name, EventBusName }: EnableRuleRequest | DisableRuleRequest): void => {
      buses.rule(Name, EventBusName).state = state;
    };

  return {
    /**
     * Creates a rule or replaces what it was; its targets stay, and tags are only taken when it is new.
     * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
     */
    PutRule(input: PutRuleRequest): PutRuleResponse {
      checkRuleName(input.Name, 'name');
      if (input.ScheduleExpression) throw notSupported("PutRule's ScheduleExpression");
      refuseMembers('PutRule', input, ['RoleArn']);
      const state = checkState(input.State);
      checkDescription(input.Description);
      if (!input.EventPattern) {
        throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      const bus = buses.get(input.EventBusName);
      const settings = {
        pattern: input.EventPattern,
        matches: checkPattern(input.EventPattern),
        state,
        description: input.Description,
      };
      const existing = bus.rules.get(input.Name);
      if (existing) {
        Object.assign(existing, settings);
        return { RuleArn: existing.arn };
      }
      if (bus.rules.size >= MOST_RULES) throw overLimit();
      const rule: StoredRule = {
        name: input.Name,
        arn: buses.ruleArn(bus.name, input.Name),
        busName: bus.name,
        ...settings,
        tags: withTags(new Map(), input.Tags ?? []),
        targets: new Map(),
      };
      bus.rules.set(rule.name, rule);
      return { RuleArn: rule.arn };
    },

    DescribeRule({ Name, EventBusName }: DescribeRuleRequest): DescribeRuleResponse {
      return { ...describe(buses.rule(Name, EventBusName)), CreatedBy: cloud.accountId };
    },

    ListRules({ NamePrefix = '', EventBusName, ...paging }: ListRulesRequest): ListRulesResponse {
      const rules = [...buses.get(EventBusName).rules.values()].sort(inOrderOfName);
      const { page, NextToken } = pageOf(
        rules.filter(({ name }) => name.startsWith(NamePrefix)),
        paging,
      );
      return { Rules: page.map(describe), NextToken };
    },

    ListRuleNamesByTarget({
      TargetArn,
      EventBusName,
      ...paging
    }: ListRuleNamesByTargetRequest): ListRuleNamesByTargetResponse {
      if (!TargetArn) throw constraint(TargetArn, 'targetArn', 'not be null');
      const rules = [...buses.get(EventBusName).rules.values()].sort(inOrderOfName);
      const names = rules
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === TargetArn))
        .map(({ name }) => name);
      const { page, NextToken } = pageOf(names, paging);
      return { RuleNames: page, NextToken };
    },

    /**
     * A rule that is not there is as good as deleted.
     * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
     */
    DeleteRule({ Name, EventBusName }: DeleteRuleRequest): void {
      checkRuleName(Name, 'name');
      const bus = buses.get(EventBusName);
      const rule = bus.rules.get(Name);
      if (rule && rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
      bus.rules.delete(Name);
    },

    EnableRule: setState('ENABLED'),
    DisableRule: setState('DISABLED'),

    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
    TestEventPattern({ EventPattern: pattern, Event }: TestEventPatternRequest): TestEventPatternResponse {
      if (!pattern) throw constraint(pattern, 'eventPattern', 'not be null');
      if (!Event) throw constraint(Event, 'event', 'not be null');
      const matches = checkPattern(pattern);
      const event = objectOf(Event);
      if (!event || NEEDED_BY_A_TEST.some((name) => !Object.hasOwn(event, name))) {
        throw validation('Parameter Event is not valid.');
      }
      return { Result: matches(event) };
    },
  };
}

function describe(rule: StoredRule): Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: rule.state,
    ...(rule.description !== undefined && { Description: rule.description }),
    EventBusName: rule.busName,
  };
}

function checkPattern(pattern: string): EventPattern {
  if (pattern.length > LONGEST_PATTERN) {
    throw constraint(pattern, 'eventPattern', `have length less than or equal to ${LONGEST_PATTERN}`);
  }
  return compilePattern(pattern);
}

/** Management events of CloudTrail do not occur here: a rule that asks for them too sees no more than another one. */
function checkState(state: string | undefined): 'ENABLED' | 'DISABLED' {
  if (state === undefined) return 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state;
  if (state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')
    throw notSupported(`The rule state ${state}`);
  throw constraint(
    state,
    'state',
    'satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]',
  );
}

function objectOf(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
