import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../errors.ts';
import { arnOf, type Cloud } from '../../../service.ts';
import { addAll, emptyDistribution } from '../metrics/distribution.ts';
import { keyOf, type MetricStore } from '../metrics/store.ts';
import type { Task } from '../ticker.ts';
import type { AlarmDefinition } from './definition.ts';
import { evaluate, evaluationRange, type Period } from './evaluate.ts';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface Alarm {
  readonly arn: string;
  /** Of its metric in events. */
  readonly metricId: string;
  readonly tags: Map<string, string>;
  definition: AlarmDefinition;
  configuredAt: number;
  state: AlarmState;
  /** When the state's value last became another one. */
  transitionedAt: number;
  /** Evaluations go on until then: after that nothing in the evaluation range can change the verdict. */
  evaluatedUntil: number;
}

/** Called when an alarm has come into another state. */
export type OnTransition = (alarm: Alarm, previous: AlarmState) => void;

/** The alarms of an account. */
export type Alarms = ReturnType<typeof createAlarms>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Makes an account without alarms. An alarm is evaluated every minute, or every ten seconds when its period is shorter
 * than a minute, over a window that ends at that moment.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 *
 * An alarm whose metric has no data in its range, and whose state says so already, is left alone until data comes.
 */
export function createAlarms(
  cloud: Cloud,
  metrics: MetricStore,
  onTransition: OnTransition,
  wake: () => void,
) {
  const { clock } = cloud;
  const byName = new Map<string, Alarm>();
  const byMetric = new Map<string, Set<Alarm>>();

  metrics.subscribe((metric, at) => {
    if (byMetric.size === 0) return;
    for (const alarm of byMetric.get(keyOf(metric)) ?? []) keepEvaluating(alarm, at);
  });

  function keepEvaluating(alarm: Alarm, at: number): void {
    const { periodSeconds } = alarm.definition;
    // One period more than the range: data counts until its whole period has left.
    const reach = (evaluationRange(alarm.definition) + 1) * periodSeconds * 1000 + rhythm(alarm.definition);
    alarm.evaluatedUntil = Math.max(alarm.evaluatedUntil, at + reach);
    wake();
  }

  function put(definition: AlarmDefinition, tags: ReadonlyMap<string, string>): Alarm {
    const now = clock.now();
    const existing = byName.get(definition.name);
    if (existing) unindex(existing);
    const alarm: Alarm = existing ?? {
      arn: arnOf(cloud, 'cloudwatch', `alarm:${definition.name}`),
      metricId: cloud.uuid(),
      tags: new Map(tags),
      definition,
      configuredAt: now,
      state: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', since: now },
      transitionedAt: now,
      evaluatedUntil: now,
    };
    // An update leaves state and tags as they are.
    alarm.definition = definition;
    alarm.configuredAt = now;
    byName.set(definition.name, alarm);
    const key = keyOf(definition.metric);
    byMetric.set(key, (byMetric.get(key) ?? new Set()).add(alarm));
    keepEvaluating(alarm, now);
    return alarm;
  }

  function unindex(alarm: Alarm): void {
    const key = keyOf(alarm.definition.metric);
    const others = byMetric.get(key);
    others?.delete(alarm);
    if (others?.size === 0) byMetric.delete(key);
  }

  function setState(alarm: Alarm, state: Omit<AlarmState, 'since'>): void {
    const previous = alarm.state;
    alarm.state = { ...state, since: clock.now() };
    if (previous.value === state.value) return;
    alarm.transitionedAt = clock.now();
    cloud.journal.record({
      type: 'alarm',
      alarmName: alarm.definition.name,
      from: previous.value,
      to: state.value,
      reason: state.reason,
    });
    onTransition(alarm, previous);
  }

  function evaluateAt(alarm: Alarm, at: number): void {
    const verdict = evaluate(alarm.definition, alarm.state.value, periodsOf(alarm.definition, at), at);
    if (!verdict) return;
    const { state: value, reason, reasonData } = verdict;
    setState(alarm, { value, reason, reasonData });
  }

  function periodsOf(definition: AlarmDefinition, end: number): Period[] {
    const { metric, unit, statistic, periodSeconds } = definition;
    const count = evaluationRange(definition);
    const from = end - count * periodSeconds * 1000;
    const points = metrics.read(metric, { from, to: end, periodSeconds, unit });
    return Array.from({ length: count }, (_, index) => {
      const at = from + index * periodSeconds * 1000;
      const all = emptyDistribution();
      // Without a unit, what was sent with different units counts together.
      for (const point of points) if (point.at === at) addAll(all, point.of);
      const value = all.count > 0 ? statistic(all) : undefined;
      return value === undefined ? { at } : { at, value, sampleCount: all.count };
    });
  }

  const task = (everyMs: number): Task => ({
    everyMs,
    isNeeded: () =>
      [...byName.values()].some(
        ({ definition, evaluatedUntil }) => rhythm(definition) === everyMs && evaluatedUntil >= clock.now(),
      ),
    run(at) {
      for (const alarm of [...byName.values()]) {
        if (rhythm(alarm.definition) === everyMs && alarm.evaluatedUntil >= at) evaluateAt(alarm, at);
      }
    },
  });

  return {
    put,
    setState(name: string, state: Omit<AlarmState, 'since'>): void {
      const alarm = this.get(name);
      setState(alarm, state);
      // The next evaluation sets it right.
      keepEvaluating(alarm, clock.now());
    },
    find: (name: string): Alarm | undefined => byName.get(name),
    /** @throws ResourceNotFound */
    get(name: string): Alarm {
      const alarm = byName.get(name);
      if (!alarm) throw new AwsError('ResourceNotFound', `Unknown alarm ${name}`, { status: 404 });
      return alarm;
    },
    /** In order of their names. */
    all: (): Alarm[] => [...byName.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
    remove(alarm: Alarm): void {
      unindex(alarm);
      byName.delete(alarm.definition.name);
    },
    /** The evaluations, by rhythm. */
    tasks: [10_000, MINUTE_MS, HOUR_MS].map(task),
  };
}

/** How often an alarm is evaluated, in milliseconds: once an hour if it looks at more than a day. */
function rhythm({ periodSeconds, evaluationPeriods }: AlarmDefinition): number {
  if (periodSeconds < 60) return 10_000;
  return periodSeconds * evaluationPeriods > 86_400 ? HOUR_MS : MINUTE_MS;
}
