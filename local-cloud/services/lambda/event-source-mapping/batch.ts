import type { Message } from '@aws-sdk/client-sqs';
import type { JournalEntry } from '../../../journal.ts';
import type { Cloud } from '../../../service.ts';
import { readBatchResponse } from './batch-response.ts';
import type { MappingSettings } from './mapping-settings.ts';
import type { MappedQueue } from './queue-source.ts';
import type { Slots } from './slots.ts';
import type { SqsEventPart } from './sqs-event.ts';

/** What came of an invocation on the mapping's behalf. */
export type InvokeOutcome =
  | { payload: Buffer; error?: { errorType: string; errorMessage: string } }
  | { throttled: string };

export interface BatchOptions {
  cloud: Cloud;
  queue: MappedQueue;
  settings: MappingSettings;
  slots: Slots;
  target: { name: string; arn: string };
  invoke(functionArn: string, event: Uint8Array, traceHeaders: readonly string[]): Promise<InvokeOutcome>;
  /** Waits in cloud time; ends early when the mapping is stopped. */
  pause(ms: number): Promise<void>;
  isStopped(): boolean;
  count: CountEvents;
}

/** Counts what becomes of events, when the mapping's MetricsConfig asks for it. */
export type CountEvents = (
  what: Extract<JournalEntry, { type: 'mapping-events' }>['what'],
  count: number,
) => void;

/** A batch on its way to the function. */
export interface Batch extends SqsEventPart {
  /** When its first message was received, in epoch milliseconds. */
  receivedAt: number;
  /** For how long its messages are hidden; absent: as long as the queue says. */
  hiddenMs?: number;
}

/** Waits between attempts when the queue cannot be read or the function is throttled: doubled up to a bound. */
export const FIRST_BACKOFF_MS = 1000;
export const LONGEST_BACKOFF_MS = 60_000;

/**
 * Hands a batch over and deletes what the function has dealt with. A throttled batch is tried again until its
 * messages become visible to others. What is not deleted comes back by itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @returns the messages that stay in the queue
 */
export async function deliver(batch: Batch, options: BatchOptions): Promise<readonly Message[]> {
  const { cloud, queue, slots, target, pause, isStopped } = options;
  cloud.journal.record({
    type: 'delivery',
    from: queue.arn,
    to: target.arn,
    messageIds: idsOf(batch.messages),
  });
  let backoffMs = FIRST_BACKOFF_MS;
  let visibleAt: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const outcome = await invokeOnce(batch, options);
    if (!('throttled' in outcome)) return outcome.left;
    if (attempt === 1) slots.slowDown();
    visibleAt ??= batch.receivedAt + (batch.hiddenMs ?? (await queue.visibilitySeconds()) * 1000);
    if (cloud.clock.now() + backoffMs >= visibleAt || isStopped()) return batch.messages;
    cloud.journal.record({ type: 'retry', what: queue.arn, attempt, delayMs: backoffMs });
    await slots.pause(() => pause(backoffMs));
    if (isStopped()) return batch.messages;
    backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
  }
}

/** @returns what stays in the queue, or why the function was throttled */
async function invokeOnce(
  batch: Batch,
  options: BatchOptions,
): Promise<{ left: readonly Message[] } | { throttled: string }> {
  const { cloud, target, invoke, count } = options;
  const work = cloud.clock.begin();
  try {
    // The environment holds the clock meanwhile, and sets it aside in a long poll of the handler's.
    count('invoked', batch.messages.length);
    const traceHeaders = batch.messages.flatMap(({ Attributes }) => Attributes?.AWSTraceHeader ?? []);
    const outcome = await work.suspend(() => invoke(target.arn, batch.event, traceHeaders));
    if ('throttled' in outcome) return outcome;
    return { left: await settle(batch.messages, outcome, options) };
  } finally {
    work.end();
  }
}

/**
 * Deletes what succeeded. What failed stays, and comes back after its visibility timeout. So it is with FIFO queues
 * too: to keep a group in order, a function reports also what lies behind a failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @returns what failed
 */
async function settle(
  messages: readonly Message[],
  outcome: Exclude<InvokeOutcome, { throttled: string }>,
  { queue, settings, slots, count }: BatchOptions,
): Promise<readonly Message[]> {
  const reports = settings.responseTypes.includes('ReportBatchItemFailures');
  if (outcome.error) {
    count('failed', messages.length);
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: with partial batch responses
    // Lambda does not scale down when invocations fail.
    if (!reports) slots.slowDown();
    return messages;
  }
  const answer = reports
    ? readBatchResponse(outcome.payload, new Set(idsOf(messages)))
    : ({ kind: 'success' } as const);
  if (answer.kind === 'failure') {
    count('failed', messages.length);
    return messages;
  }
  const failed = answer.kind === 'partial' ? answer.failed : new Set<string>();
  const left = messages.filter(({ MessageId = '' }) => failed.has(MessageId));
  if (left.length > 0) count('failed', left.length);
  count('deleted', await queue.remove(messages.filter((message) => !left.includes(message))));
  return left;
}

function idsOf(messages: readonly Message[]): string[] {
  return messages.map(({ MessageId = '' }) => MessageId);
}
