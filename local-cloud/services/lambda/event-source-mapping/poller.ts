import type { Message } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../../service.ts';
import {
  type Batch,
  type CountEvents,
  deliver,
  FIRST_BACKOFF_MS,
  type InvokeOutcome,
  LONGEST_BACKOFF_MS,
} from './batch.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { compileFilters } from './message-filter.ts';
import type { MappedQueue } from './queue-source.ts';
import { createSlots, provisionedScaling, standardScaling } from './slots.ts';
import { LARGEST_EVENT_BYTES, type SqsEventPart, toSqsEvents } from './sqs-event.ts';

export interface PollerOptions {
  cloud: Cloud;
  queue: MappedQueue;
  settings: MappingSettings;
  /** The function as it is now. Throws when it is gone. */
  target(): { name: string; arn: string; timeoutSeconds: number };
  invoke(functionArn: string, event: Uint8Array, traceHeaders: readonly string[]): Promise<InvokeOutcome>;
  count: CountEvents;
}

/** Reads a queue for one mapping until it is stopped. */
export interface Poller {
  /**
   * Takes nothing more from the queue, and waits for the batches that are under way.
   * @param options `handOver`: a batch whose window is still open goes to the function; else its messages come back
   * to the queue by themselves
   */
  stop(options: { handOver: boolean }): Promise<void>;
}

/** Messages that were received, not yet handed over. */
type Gathered = Pick<Batch, 'messages' | 'receivedAt' | 'hiddenMs'>;

/** Starts to poll. One gatherer takes batches from the queue; several batches are under way at once. */
export function startPoller({ cloud, queue, settings, target, invoke, count }: PollerOptions): Poller {
  const { clock } = cloud;
  const stopped = new AbortController();
  const { provisionedPollers, maximumConcurrency } = settings;
  const slots = createSlots(
    clock,
    provisionedPollers ? provisionedScaling(provisionedPollers) : standardScaling(maximumConcurrency),
  );
  const isWanted = compileFilters(settings.filters);
  const eventsOf = (messages: readonly Message[]) =>
    toSqsEvents(messages, queue.arn, settings.windowSeconds > 0);
  let handOver = true;

  async function poll(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!stopped.signal.aborted) {
      await slots.free();
      if (stopped.signal.aborted) return;
      try {
        const gathered = await gather();
        backoffMs = FIRST_BACKOFF_MS;
        if (gathered && handOver) await start(gathered);
      } catch {
        // The journal has the call that failed.
        await pause(backoffMs);
        backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
      }
    }
  }

  /** One batch: closed when it is full, or its window since the first message is over. */
  async function gather(): Promise<Gathered | undefined> {
    const hiddenMs = await hiddenForWindow();
    const messages = await receive(settings.batchSize, hiddenMs, stopped.signal);
    if (messages.length === 0) return undefined;
    const gathered: Gathered = { messages, receivedAt: clock.now(), hiddenMs };
    if (settings.windowSeconds > 0) await fill(gathered);
    return gathered;
  }

  /** What no filter lets through is deleted. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html */
  async function receive(
    most: number,
    hiddenMs: number | undefined,
    signal: AbortSignal,
  ): Promise<Message[]> {
    const messages = await queue.receive(most, hiddenMs, signal);
    count('polled', messages.length);
    if (!isWanted) return messages;
    const wanted = messages.filter(({ Body = '' }) => isWanted(Body));
    if (wanted.length < messages.length) {
      count('filtered-out', messages.length - wanted.length);
      await queue.remove(messages.filter((message) => !wanted.includes(message)));
    }
    return wanted;
  }

  async function fill({ messages, hiddenMs }: Gathered): Promise<void> {
    const closed = new AbortController();
    const close = () => closed.abort();
    const window = clock.schedule(clock.now() + settings.windowSeconds * 1000, 'work', close);
    stopped.signal.addEventListener('abort', close, { once: true });
    let size = sizeOf(messages);
    try {
      while (messages.length < settings.batchSize && size < LARGEST_EVENT_BYTES && !closed.signal.aborted) {
        const more = await receive(settings.batchSize - messages.length, hiddenMs, closed.signal);
        messages.push(...more);
        size += sizeOf(more);
      }
    } catch {
      // What was received before goes to the function all the same.
    } finally {
      window.cancel();
      stopped.signal.removeEventListener('abort', close);
    }
  }

  /**
   * Messages stay hidden while their batch waits for its window and runs.
   * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html: when window and timeout exceed the queue's visibility
   * timeout, it is their sum and 30 seconds.
   */
  async function hiddenForWindow(): Promise<number | undefined> {
    // Nothing is read for a function that is gone: looking it up throws.
    const { timeoutSeconds } = target();
    if (settings.windowSeconds === 0) return undefined;
    const busySeconds = settings.windowSeconds + timeoutSeconds;
    const visibilitySeconds = await queue.visibilitySeconds();
    return (busySeconds > visibilitySeconds ? busySeconds + 30 : visibilitySeconds) * 1000;
  }

  async function start({ messages, ...receipt }: Gathered): Promise<void> {
    const options = {
      cloud,
      queue,
      settings,
      slots,
      target: target(),
      invoke,
      pause,
      isStopped: () => stopped.signal.aborted,
      count,
    };
    const hand = (part: SqsEventPart) => deliver({ ...part, ...receipt }, options);
    const run = (task: () => Promise<unknown>) =>
      slots.run(() =>
        task().then(
          () => {},
          // What could not be deleted comes back by itself.
          () => {},
        ),
      );
    const parts = eventsOf(messages);
    if (queue.isFifo) {
      run(() => handInOrder(parts, hand, receipt.receivedAt));
      return;
    }
    for (const part of parts) {
      await slots.free();
      run(() => hand(part));
    }
  }

  /**
   * The events of one batch of a FIFO queue, one after the other: two of them may hold messages of one group. What
   * lies behind a failure of its group is not handed over, and comes back with it.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: Lambda takes no more of a group before
   * the messages that failed are dealt with.
   */
  async function handInOrder(
    parts: readonly SqsEventPart[],
    hand: (part: SqsEventPart) => Promise<readonly Message[]>,
    receivedAt: number,
  ): Promise<void> {
    const blocked = new Set<string | undefined>();
    for (const { messages } of parts) {
      // What has become visible meanwhile is another receive's, or soon will be.
      const isLater = messages !== parts[0]?.messages;
      if (isLater && clock.now() >= receivedAt + (await queue.visibilitySeconds()) * 1000) return;
      const free = messages.filter((message) => !blocked.has(groupOf(message)));
      for (const part of eventsOf(free)) {
        for (const message of await hand(part)) blocked.add(groupOf(message));
      }
    }
  }

  /** Something may be seen to happen after it, so time may jump over it. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (stopped.signal.aborted) return resolve();
      const end = () => {
        timer.cancel();
        stopped.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = clock.schedule(clock.now() + ms, 'work', end);
      stopped.signal.addEventListener('abort', end);
    });
  }

  const polling = poll();
  return {
    async stop(options) {
      handOver = options.handOver;
      stopped.abort();
      slots.close();
      await polling;
      await slots.empty();
    },
  };
}

function groupOf({ Attributes }: Message): string | undefined {
  return Attributes?.MessageGroupId;
}

function sizeOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
}
