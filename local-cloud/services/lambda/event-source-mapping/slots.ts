import type { Clock, Timer } from '../../../clock.ts';

/** How many batches of one mapping may be under way at once, and which are. */
export interface Slots {
  /** Waits until one more batch may be under way, or the slots are closed. */
  free(): Promise<void>;
  /** Takes a slot until `task` has settled; it must not reject. */
  run(task: () => Promise<void>): void;
  /** Sits out a throttled batch's pause; meanwhile the number of slots does not grow. */
  pause(pause: () => Promise<void>): Promise<void>;
  /** The function fails or is throttled: fewer batches at once. */
  slowDown(): void;
  /** Ends all waiting for a slot. */
  close(): void;
  /** Settles when no batch is under way. */
  empty(): Promise<void>;
}

/** How the number of batches at once begins, grows while there is more to read, and shrinks. */
export interface Scaling {
  first: number;
  /** After this time, one more. */
  growthMs: number;
  highest: number;
  /** Failures do not take the number below this; one that is lower stays as it is. */
  lowest: number;
}

/**
 * Five batches at once to begin with, then up to 300 more a minute, which is one each 200 ms, up to 1,250; and two,
 * the fewest that the page names for a queue that has become quiet. With a maximum concurrency they do not shrink.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 * @param maximum the mapping's MaximumConcurrency
 */
export function standardScaling(maximum?: number): Scaling {
  if (maximum === undefined) return { first: 5, growthMs: 200, highest: 1250, lowest: 2 };
  return { first: Math.min(5, maximum), growthMs: 200, highest: maximum, lowest: maximum };
}

/**
 * Provisioned mode: each poller has ten invocations at once, the fewest pollers are always there, and up to 1,000
 * invocations a minute are added, which is one each 60 ms.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function provisionedScaling({ minimum, maximum }: { minimum: number; maximum: number }): Scaling {
  return { first: 10 * minimum, growthMs: 60, highest: 10 * maximum, lowest: 10 * minimum };
}

export function createSlots(clock: Clock, { first, growthMs, highest, lowest }: Scaling): Slots {
  const underWay = new Set<Promise<void>>();
  let limit = first;
  let paused = 0;
  let closed = false;
  let growth: Timer | undefined;
  let wake = () => {};

  const isFull = () => underWay.size >= limit;

  /** Grows if all slots are still, or again, taken by then: short batches that end meanwhile must not prevent it. */
  function growLater(): void {
    if (growth || paused > 0 || limit >= highest) return;
    growth = clock.schedule(clock.now() + growthMs, 'work', () => {
      growth = undefined;
      if (isFull()) limit++;
      wake();
    });
  }

  function stopGrowing(): void {
    growth?.cancel();
    growth = undefined;
  }

  return {
    async free() {
      while (isFull() && !closed) {
        growLater();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    run(task) {
      const running = task().finally(() => {
        underWay.delete(running);
        wake();
      });
      underWay.add(running);
    },
    async pause(pause) {
      paused++;
      stopGrowing();
      try {
        await pause();
      } finally {
        paused--;
        wake();
      }
    },
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
    slowDown() {
      limit = Math.min(limit, Math.max(lowest, Math.floor(limit / 2)));
    },
    close() {
      closed = true;
      stopGrowing();
      wake();
    },
    async empty() {
      await Promise.all(underWay);
    },
  };
}
