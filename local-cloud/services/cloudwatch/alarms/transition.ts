import { servicePrincipal } from '../../../iam/credentials.ts';
import type { Call, Cloud } from '../../../service.ts';
import type { ServiceEvent } from '../../eventbridge/put-events.ts';
import type { Alarm, AlarmState, OnTransition } from './alarms.ts';
import type { AlarmHistory } from './history.ts';
import { isoTime } from './reason.ts';

export interface TransitionDependencies {
  /** Hands an event to a function's queue of asynchronous invocations, guarded. */
  invokeAsync(functionArn: string, payload: Uint8Array, call: Call): Promise<void>;
  /** Publishes an event on the account's default bus. */
  publish(event: ServiceEvent): void;
}

/** Makes what follows from a change of an alarm's state: history, an event, the actions. */
export function createTransitions(
  cloud: Cloud,
  history: AlarmHistory,
  { invokeAsync, publish }: TransitionDependencies,
): OnTransition {
  async function act(alarm: Alarm, previous: AlarmState, action: string): Promise<void> {
    const { name, actionsEnabled } = alarm.definition;
    if (!actionsEnabled) {
      history.record(name, 'Action', `Actions are disabled. Failed to execute action ${action}`, {});
      return;
    }
    const work = cloud.clock.begin();
    const data = {
      actionState: 'Succeeded',
      stateUpdateTimestamp: alarm.state.since,
      notificationResource: action,
    };
    try {
      await invokeAsync(
        action,
        Buffer.from(JSON.stringify(lambdaEvent(cloud, alarm, previous))),
        callFor(alarm),
      );
      history.record(name, 'Action', `Successfully executed action ${action}`, data);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      history.record(name, 'Action', `Failed to execute action ${action}. Received error: "${message}"`, {
        ...data,
        actionState: 'Failed',
        error: message,
      });
    } finally {
      work.end();
    }
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html names the principal. */
  function callFor({ arn }: Alarm): Call {
    return {
      principal: servicePrincipal(cloud, 'lambda.alarms.cloudwatch.amazonaws.com', arn),
      requestId: cloud.uuid(),
      signal: new AbortController().signal,
      background: true,
    };
  }

  return (alarm, previous) => {
    const { name, actions } = alarm.definition;
    const { state } = alarm;
    history.record(name, 'StateUpdate', `Alarm updated from ${previous.value} to ${state.value}`, {
      version: '1.0',
      oldState: historyState(previous),
      newState: historyState(state),
    });
    publish({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [alarm.arn],
      detail: stateChange(alarm, previous),
    });
    for (const action of actions[state.value]) void act(alarm, previous, action);
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
function stateChange({ definition, state, metricId }: Alarm, previous: AlarmState) {
  const { name, description, metric, periodSeconds, statisticName, unit } = definition;
  return {
    alarmName: name,
    state: stateOf(state),
    previousState: stateOf(previous),
    configuration: {
      ...(description !== undefined && { description }),
      metrics: [
        {
          id: metricId,
          metricStat: {
            metric: {
              namespace: metric.namespace,
              name: metric.name,
              dimensions: Object.fromEntries(metric.dimensions.map(({ Name, Value }) => [Name, Value])),
            },
            period: periodSeconds,
            stat: statisticName,
            ...(unit && { unit }),
          },
          returnData: true,
        },
      ],
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
function lambdaEvent(cloud: Cloud, alarm: Alarm, previous: AlarmState) {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: cloud.accountId,
    time: isoTime(alarm.state.since),
    region: cloud.region,
    alarmData: stateChange(alarm, previous),
  };
}

function stateOf({ value, reason, reasonData, since }: AlarmState) {
  return { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: isoTime(since) };
}

function historyState({ value, reason, reasonData }: AlarmState) {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) }),
  };
}
