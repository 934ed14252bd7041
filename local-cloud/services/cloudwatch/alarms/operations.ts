import type {
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  EnableAlarmActionsInput,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, notSupported } from '../../../errors.ts';
import { constraintError, missing, validationError } from '../errors.ts';
import { dimensionsOf, keyOf } from '../metrics/store.ts';
import { pageOf } from '../paging.ts';
import type { Alarm, Alarms } from './alarms.ts';
import { checkAlarm } from './definition.ts';
import { type AlarmHistory, pageSize } from './history.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const ALARMS_PER_PAGE = 50;
const MOST_NAMES = 100;
const MOST_TAGS = 50;
const STATES = ['INSUFFICIENT_DATA', 'ALARM', 'OK'] as const;

/** Alarms on one metric: definition, state, history, tags. */
export function createAlarmOperations(alarms: Alarms, history: AlarmHistory) {
  function switchActions({ AlarmNames }: EnableAlarmActionsInput, actionsEnabled: boolean): void {
    // Names that do not exist are passed over, as on AWS.
    for (const name of AlarmNames ?? []) {
      const alarm = alarms.find(name);
      if (alarm) alarm.definition = { ...alarm.definition, actionsEnabled };
    }
  }

  function byArn(arn = ''): Alarm {
    const alarm = alarms.all().find((one) => one.arn === arn);
    if (alarm) return alarm;
    throw new AwsError('ResourceNotFoundException', `Unknown resource ${arn}`, {
      status: 404,
      members: { ResourceType: 'Alarm', ResourceId: arn },
    });
  }

  return {
    PutMetricAlarm(input: PutMetricAlarmInput): void {
      const definition = checkAlarm(input);
      const verb = alarms.find(definition.name) ? 'updated' : 'created';
      alarms.put(definition, tagsOf(input.Tags));
      history.record(definition.name, 'ConfigurationUpdate', `Alarm "${definition.name}" ${verb}`, {
        version: '1.0',
        type: verb === 'created' ? 'Create' : 'Update',
      });
    },

    DescribeAlarms(input: DescribeAlarmsInput): DescribeAlarmsOutput {
      const { AlarmNames = [], AlarmNamePrefix, ActionPrefix, StateValue, AlarmTypes = [] } = input;
      if (input.ChildrenOfAlarmName) throw notSupported('ChildrenOfAlarmName of DescribeAlarms');
      if (input.ParentsOfAlarmName) throw notSupported('ParentsOfAlarmName of DescribeAlarms');
      if (AlarmNames.length > 0 && AlarmNamePrefix !== undefined) {
        throw validationError('AlarmNamePrefix and AlarmNames are mutually exclusive.');
      }
      if (AlarmNames.length > MOST_NAMES) {
        throw validationError(`The collection AlarmNames must not have a size greater than ${MOST_NAMES}.`);
      }
      const found = alarms
        .all()
        .filter(({ definition }) => AlarmNames.length === 0 || AlarmNames.includes(definition.name))
        .filter(({ definition }) => definition.name.startsWith(AlarmNamePrefix ?? ''))
        .filter(({ state }) => StateValue === undefined || state.value === StateValue)
        .filter(({ definition }) => hasAction(definition.actions, ActionPrefix))
        .filter(() => AlarmTypes.length === 0 || AlarmTypes.includes('MetricAlarm'));
      const usual = AlarmNames.length > 0 ? MOST_NAMES : ALARMS_PER_PAGE;
      const { page, nextToken } = pageOf(found, input.NextToken, pageSize(input.MaxRecords, usual));
      return {
        MetricAlarms: page.map(described),
        CompositeAlarms: [],
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    DescribeAlarmsForMetric(input: DescribeAlarmsForMetricInput): DescribeAlarmsForMetricOutput {
      const { MetricName, Namespace, Statistic, ExtendedStatistic, Dimensions, Period, Unit } = input;
      if (!MetricName) throw missing('MetricName');
      if (!Namespace) throw missing('Namespace');
      const dimensions = dimensionsOf(Dimensions);
      const key = keyOf({ namespace: Namespace, name: MetricName, dimensions });
      const statistic = Statistic ?? ExtendedStatistic;
      const found = alarms
        .all()
        .filter(({ definition }) => keyOf(definition.metric) === key)
        .filter(({ definition }) => statistic === undefined || definition.statisticName === statistic)
        .filter(({ definition }) => Period === undefined || definition.periodSeconds === Period)
        .filter(({ definition }) => Unit === undefined || definition.unit === Unit);
      return { MetricAlarms: found.map(described) };
    },

    DescribeAlarmHistory: (input: DescribeAlarmHistoryInput): DescribeAlarmHistoryOutput =>
      history.describe(input),

    DeleteAlarms({ AlarmNames = [] }: DeleteAlarmsInput): void {
      if (AlarmNames.length === 0) throw missing('AlarmNames');
      if (AlarmNames.length > MOST_NAMES) {
        throw validationError(`The collection AlarmNames must not have a size greater than ${MOST_NAMES}.`);
      }
      for (const name of AlarmNames) {
        const alarm = alarms.find(name);
        if (!alarm) continue;
        alarms.remove(alarm);
        history.record(name, 'ConfigurationUpdate', `Alarm "${name}" deleted`, {
          version: '1.0',
          type: 'Delete',
        });
      }
    },

    SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }: SetAlarmStateInput): void {
      if (!AlarmName) throw missing('AlarmName');
      if (!StateValue) throw missing('StateValue');
      if (StateReason === undefined) throw missing('StateReason');
      if (!STATES.includes(StateValue)) {
        throw constraintError(StateValue, 'stateValue', `satisfy enum value set: [${STATES.join(', ')}]`);
      }
      if (StateReasonData !== undefined && !isJson(StateReasonData)) {
        throw new AwsError('InvalidFormatFault', 'TheStateReasonData parameter is not valid JSON.');
      }
      alarms.setState(AlarmName, { value: StateValue, reason: StateReason, reasonData: StateReasonData });
    },

    EnableAlarmActions: (input: EnableAlarmActionsInput): void => switchActions(input, true),
    DisableAlarmActions: (input: EnableAlarmActionsInput): void => switchActions(input, false),

    TagResource({ ResourceARN, Tags }: TagResourceInput): void {
      const { tags } = byArn(ResourceARN);
      const changed = new Map([...tags, ...tagsOf(Tags)]);
      if (changed.size > MOST_TAGS) throw validationError(`A resource can have at most ${MOST_TAGS} tags.`);
      for (const [key, value] of changed) tags.set(key, value);
    },

    UntagResource({ ResourceARN, TagKeys = [] }: UntagResourceInput): void {
      const { tags } = byArn(ResourceARN);
      for (const key of TagKeys) tags.delete(key);
    },

    ListTagsForResource({ ResourceARN }: ListTagsForResourceInput): ListTagsForResourceOutput {
      return { Tags: [...byArn(ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

function described({ arn, definition, configuredAt, state, transitionedAt }: Alarm): MetricAlarm {
  const { metric, statisticName, isPercentile, actions, unit, lowSamples, description } = definition;
  return {
    AlarmName: definition.name,
    AlarmArn: arn,
    ...(description !== undefined && { AlarmDescription: description }),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: [...actions.OK],
    AlarmActions: [...actions.ALARM],
    InsufficientDataActions: [...actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.since),
    StateTransitionedTimestamp: new Date(transitionedAt),
    MetricName: metric.name,
    Namespace: metric.namespace,
    ...(isPercentile
      ? { ExtendedStatistic: statisticName }
      : { Statistic: statisticName as MetricAlarm['Statistic'] }),
    Dimensions: metric.dimensions.map(({ Name, Value }) => ({ Name, Value })),
    Period: definition.periodSeconds,
    ...(unit && { Unit: unit as MetricAlarm['Unit'] }),
    EvaluationPeriods: definition.evaluationPeriods,
    ...(definition.datapointsToAlarm !== undefined && { DatapointsToAlarm: definition.datapointsToAlarm }),
    Threshold: definition.threshold,
    ComparisonOperator: definition.operator,
    ...(definition.treatMissingData && { TreatMissingData: definition.treatMissingData }),
    ...(lowSamples && { EvaluateLowSampleCountPercentile: lowSamples }),
  };
}

function hasAction(actions: Alarm['definition']['actions'], prefix: string | undefined): boolean {
  return (
    prefix === undefined || Object.values(actions).some((arns) => arns.some((arn) => arn.startsWith(prefix)))
  );
}

function tagsOf(tags: readonly Tag[] = []): Map<string, string> {
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
