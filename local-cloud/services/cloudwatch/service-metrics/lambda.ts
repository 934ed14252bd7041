import type { JournalEntry } from '../../../journal.ts';
import type { Dimension, MetricStore } from '../metrics/store.ts';
import { createServiceMetrics } from './publish.ts';

type Invocation = Extract<JournalEntry, { type: 'invocation' }>;
type AsyncEvent = Extract<JournalEntry, { type: 'async-event' }>;

/** Metrics of asynchronous invocation; each counts one. Same page as below. */
const ASYNC_COUNTS = {
  received: 'AsyncEventsReceived',
  dropped: 'AsyncEventsDropped',
  'dead-letter-error': 'DeadLetterErrors',
  'destination-error': 'DestinationDeliveryFailures',
} as const;

/**
 * Metrics of event source mappings.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 */
const MAPPING_COUNTS = {
  polled: 'PolledEventCount',
  'filtered-out': 'FilteredOutEventCount',
  invoked: 'InvokedEventCount',
  failed: 'FailedInvokeEventCount',
  deleted: 'DeletedEventCount',
} as const;

/** Invocations that ended longer ago cannot have overlapped with one that ends now. */
const LONGEST_INVOCATION_MS = 900_000;
const MOST_REMEMBERED = 2000;

/**
 * Makes AWS/Lambda's metrics from the journal: for all functions, by function, and by version.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function createLambdaMetrics(metrics: MetricStore) {
  const put = createServiceMetrics(metrics, 'AWS/Lambda');
  const ended = new Map<string, { from: number; to: number }[]>();

  /**
   * How many invocations ran at once, at most, since this one began; exact as soon as the last of them has ended.
   * Nothing in the journal tells when an invocation begins.
   */
  function concurrent(key: string, from: number, to: number): number {
    const known = ended.get(key) ?? [];
    ended.set(key, known);
    known.push({ from, to });
    while (known.length > MOST_REMEMBERED || (known[0]?.to ?? to) < to - LONGEST_INVOCATION_MS) known.shift();
    const edges: { at: number; by: 1 | -1 }[] = [];
    // They are in the order in which they ended.
    for (let index = known.length - 1; index >= 0; index--) {
      const one = known[index];
      if (!one || one.to < from) break;
      edges.push({ at: Math.max(one.from, from), by: 1 }, { at: one.to, by: -1 });
    }
    let running = 0;
    let most = 0;
    for (const { by } of edges.sort((a, b) => a.at - b.at || b.by - a.by)) {
      running += by;
      most = Math.max(most, running);
    }
    return most;
  }

  function invoked({ functionName, version, durationMs, error, at }: Invocation): void {
    const sets = dimensionSets(functionName, version);
    put(sets, { name: 'Invocations', value: 1, unit: 'Count', at });
    put(sets, { name: 'Errors', value: error ? 1 : 0, unit: 'Count', at });
    put(sets, { name: 'Throttles', value: 0, unit: 'Count', at });
    put(sets, { name: 'Duration', value: durationMs, unit: 'Milliseconds', at });
    for (const [key, dimensions] of [
      ['', []],
      [functionName, [{ Name: 'FunctionName', Value: functionName }]],
    ] as const) {
      const value = concurrent(key, at - durationMs, at);
      put([dimensions], { name: 'ConcurrentExecutions', value, unit: 'Count', at });
    }
  }

  function gaveAsync({ functionName, qualifier, what, ageMs, at }: AsyncEvent): void {
    const sets = dimensionSets(functionName, qualifier);
    if (what === 'attempt') put(sets, { name: 'AsyncEventAge', value: ageMs, unit: 'Milliseconds', at });
    else put(sets, { name: ASYNC_COUNTS[what], value: 1, unit: 'Count', at });
  }

  return (entry: JournalEntry): void => {
    if (entry.type === 'invocation') invoked(entry);
    if (entry.type === 'async-event') gaveAsync(entry);
    if (entry.type === 'mapping-events') {
      const { uuid, what, count: value, at } = entry;
      const mapping = [[{ Name: 'EventSourceMappingUUID', Value: uuid }]];
      put(mapping, { name: MAPPING_COUNTS[what], value, unit: 'Count', at });
    }
    if (entry.type === 'recursion') {
      const { functionName, at } = entry;
      const sets = dimensionSets(functionName, '$LATEST');
      put(sets, { name: 'RecursiveInvocationsDropped', value: 1, unit: 'Count', at });
    }
    if (entry.type === 'throttle') {
      const { functionName, at } = entry;
      put(dimensionSets(functionName, '$LATEST'), { name: 'Throttles', value: 1, unit: 'Count', at });
    }
  };
}

function dimensionSets(functionName: string, version: string): Dimension[][] {
  const byFunction = { Name: 'FunctionName', Value: functionName };
  const Value = version === '$LATEST' ? functionName : `${functionName}:${version}`;
  return [[], [byFunction], [byFunction, { Name: 'Resource', Value }]];
}
