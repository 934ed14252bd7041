import type { Message } from '@aws-sdk/client-sqs';
import type { Call, Cloud, Guarded } from '../../../service.ts';
import type { SqsOperations } from '../../sqs/index.ts';
import { readBatchResponse } from './batch-response.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { pollerCall, type QueueSource } from './queue-source.ts';
import { toSqsRecord } from './sqs-record.ts';

/** What came of an invocation on the mapping's behalf. */
export type InvokeOutcome =
  | { payload: Buffer; error?: { errorType: string; errorMessage: string } }
  | { throttled: string };

export interface PollerOptions {
  cloud: Cloud;
  sqs: Guarded<SqsOperations>;
  source: QueueSource;
  settings: MappingSettings;
  target: { name: string; arn: string; roleArn: string; timeoutSeconds: number };
  invoke(functionName: string, event: Uint8Array): Promise<InvokeOutcome>;
  onResult(result: string): void;
}

/** Reads a queue for one mapping until it is stopped. */
export interface Poller {
  /** Takes nothing more from the queue, and waits for the batches that are under way. */
  stop(): Promise<void>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: five batches at once to begin with … */
const FIRST_LIMIT = 5;
/** … then up to 300 more a minute, one each 200 ms, up to 1,000. */
const GROWTH_MS = 200;
const HIGHEST_LIMIT = 1000;

/** The longest that SQS lets a receive wait. */
const LONGEST_POLL_SECONDS = 20;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a batch with its metadata fits in one event. */
const LARGEST_EVENT_BYTES = 6 * 1024 * 1024;

/** Waits between attempts when the queue cannot be read or the function is throttled: doubled up to a bound. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;

/** Starts to poll. One gatherer takes batches from the queue; several batches are under way at once. */
export function startPoller({
  cloud,
  sqs,
  source,
  settings,
  target,
  invoke,
  onResult,
}: PollerOptions): Poller {
  const { clock } = cloud;
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  let limit = Math.min(FIRST_LIMIT, settings.maximumConcurrency ?? FIRST_LIMIT);
  let wakeGatherer = () => {};

  const call = (signal: AbortSignal): Call => pollerCall(cloud, target.roleArn, target.name, signal);
  const neverAborted = new AbortController().signal;

  async function poll(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!stopped.signal.aborted) {
      await freeSlot();
      try {
        const batch = await gather();
        backoffMs = FIRST_BACKOFF_MS;
        if (batch.length > 0) start(batch);
      } catch (error) {
        if (stopped.signal.aborted) return;
        onResult(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
        await pause(backoffMs);
        backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
      }
    }
  }

  /** Waits until one more batch may be under way; while all slots are taken their number grows. */
  async function freeSlot(): Promise<void> {
    while (underWay.size >= limit && !stopped.signal.aborted) {
      const highest = settings.maximumConcurrency ?? HIGHEST_LIMIT;
      await new Promise<void>((resolve) => {
        const growth = clock.schedule(clock.now() + GROWTH_MS, 'work', () => {
          if (limit < highest) limit++;
          resolve();
        });
        wakeGatherer = () => {
          growth.cancel();
          resolve();
        };
      });
      wakeGatherer = () => {};
    }
  }

  /** One batch: closed when it is full, or its window since the first message is over. */
  async function gather(): Promise<Message[]> {
    const batch: Message[] = await receive(settings.batchSize, stopped.signal);
    if (batch.length === 0 || settings.windowSeconds === 0) return batch;
    const closed = new AbortController();
    const window = clock.schedule(clock.now() + settings.windowSeconds * 1000, 'work', () => closed.abort());
    const close = () => closed.abort();
    stopped.signal.addEventListener('abort', close, { once: true });
    try {
      while (
        batch.length < settings.batchSize &&
        !closed.signal.aborted &&
        sizeOf(batch) < LARGEST_EVENT_BYTES
      ) {
        batch.push(...(await receive(settings.batchSize - batch.length, closed.signal)));
      }
    } finally {
      window.cancel();
      stopped.signal.removeEventListener('abort', close);
    }
    return batch;
  }

  async function receive(most: number, signal: AbortSignal): Promise<Message[]> {
    const { Messages = [] } = await sqs.ReceiveMessage(
      {
        QueueUrl: source.queueUrl,
        MaxNumberOfMessages: Math.min(most, 10),
        WaitTimeSeconds: LONGEST_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        ...visibilityForWindow(settings.windowSeconds, target.timeoutSeconds, await visibilitySeconds()),
      },
      call(signal),
    );
    return Messages;
  }

  async function visibilitySeconds(): Promise<number> {
    const { Attributes } = await sqs.GetQueueAttributes(
      { QueueUrl: source.queueUrl, AttributeNames: ['VisibilityTimeout'] },
      call(neverAborted),
    );
    return Number(Attributes?.VisibilityTimeout);
  }

  function start(batch: Message[]): void {
    for (const part of fittingParts(batch)) {
      const running = process(part)
        .catch((error: unknown) =>
          onResult(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(() => {
          underWay.delete(running);
          wakeGatherer();
        });
      underWay.add(running);
    }
  }

  async function process(batch: Message[]): Promise<void> {
    const receivedAt = clock.now();
    const messageIds = batch.map(({ MessageId = '' }) => MessageId);
    cloud.journal.record({ type: 'delivery', from: source.arn, to: target.arn, messageIds });
    const event = eventOf(batch);
    let backoffMs = FIRST_BACKOFF_MS;
    for (;;) {
      const work = clock.begin();
      try {
        const outcome = await invoke(target.name, event);
        if (!('throttled' in outcome)) {
          await settle(batch, outcome);
          return;
        }
        onResult(`PROBLEM: Function call was throttled: ${outcome.throttled}`);
      } finally {
        work.end();
      }
      // A throttled batch is tried again until its messages are visible to others.
      const visibleAt = receivedAt + (await visibilitySeconds()) * 1000;
      if (clock.now() + backoffMs >= visibleAt || stopped.signal.aborted) return;
      cloud.journal.record({ type: 'retry', what: source.arn, attempt: 1, delayMs: backoffMs });
      await pause(backoffMs);
      backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
    }
  }

  /** Deletes what succeeded. What failed stays, and comes back after its visibility timeout. */
  async function settle(
    batch: Message[],
    outcome: Exclude<InvokeOutcome, { throttled: string }>,
  ): Promise<void> {
    if (outcome.error) {
      onResult('PROBLEM: Function call failed');
      limit = Math.max(1, Math.floor(limit / 2));
      return;
    }
    const reports = settings.responseTypes.includes('ReportBatchItemFailures');
    const answer = reports
      ? readBatchResponse(outcome.payload, new Set(batch.map(({ MessageId = '' }) => MessageId)))
      : ({ kind: 'success' } as const);
    if (answer.kind === 'failure') {
      onResult(`PROBLEM: ${answer.reason}`);
      return;
    }
    const failed = answer.kind === 'partial' ? answer.failed : new Set<string>();
    const done = batch.filter(({ MessageId = '' }) => !failed.has(MessageId));
    for (let first = 0; first < done.length; first += 10) {
      await sqs.DeleteMessageBatch(
        {
          QueueUrl: source.queueUrl,
          Entries: done
            .slice(first, first + 10)
            .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        },
        call(neverAborted),
      );
    }
    onResult('OK');
  }

  /** Something may be seen to happen after it, so time may jump over it. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.schedule(clock.now() + ms, 'work', resolve);
      stopped.signal.addEventListener(
        'abort',
        () => {
          timer.cancel();
          resolve();
        },
        { once: true },
      );
    });
  }

  const polling = poll();
  return {
    async stop() {
      stopped.abort();
      wakeGatherer();
      await polling;
      await Promise.all(underWay);
    },
  };

  function eventOf(batch: readonly Message[]): Uint8Array {
    return Buffer.from(JSON.stringify({ Records: batch.map((message) => toSqsRecord(message, source.arn)) }));
  }

  function fittingParts(batch: Message[]): Message[][] {
    if (eventOf(batch).length <= LARGEST_EVENT_BYTES || batch.length === 1) return [batch];
    const middle = batch.length >> 1;
    return [...fittingParts(batch.slice(0, middle)), ...fittingParts(batch.slice(middle))];
  }
}

/** Messages stay hidden while their batch waits and runs.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
function visibilityForWindow(
  window: number,
  timeout: number,
  visibility: number,
): { VisibilityTimeout?: number } {
  return window + timeout > visibility ? { VisibilityTimeout: window + timeout + 30 } : {};
}

function sizeOf(batch: readonly Message[]): number {
  return batch.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
}
