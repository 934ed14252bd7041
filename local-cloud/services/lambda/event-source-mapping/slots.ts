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

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: five batches at once to begin with … */
const FIRST_LIMIT = 5;
/** … then, while there is more to read, up to 300 more a minute, which is one each 200 ms, up to 1,000. */
const GROWTH_MS = 200;
const HIGHEST_LIMIT = 1000;
/** The fewest that the page names, for a queue that has become quiet. */
const LOWEST_LIMIT = 2;

/** @param maximum the mapping's MaximumConcurrency */
export function createSlots(clock: Clock, maximum: number = HIGHEST_LIMIT): Slots {
  const underWay = new Set<Promise<void>>();
  let limit = Math.min(FIRST_LIMIT, maximum);
  let paused = 0;
  let closed = false;
  let growth: Timer | undefined;
  let wake = () => {};

  const isFull = () => underWay.size >= limit;

  /** Grows if all slots are still, or again, taken by then: short batches that end meanwhile must not prevent it. */
  function growLater(): void {
    if (growth || paused > 0 || limit >= maximum) return;
    growth = clock.schedule(clock.now() + GROWTH_MS, 'work', () => {
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
      limit = Math.max(LOWEST_LIMIT, Math.floor(limit / 2));
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
