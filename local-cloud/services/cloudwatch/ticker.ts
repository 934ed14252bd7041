import type { Clock, Timer } from '../../clock.ts';

/** Something that is done at every multiple of a period, while it is needed. */
export interface Task {
  readonly everyMs: number;
  /** Whether it must run again; a task that became needed is followed by `wake`. */
  isNeeded(): boolean;
  /** @param at the multiple, epoch milliseconds */
  run(at: number): void;
}

/**
 * Makes the heartbeat of CloudWatch: one timer for all tasks, which run in the order in which they were given, so that
 * alarms see what was measured at the same moment. It is housekeeping: time passes it on the way and never jumps for
 * its sake. An account in which nothing is measured has no timer.
 */
export function createTicker(clock: Clock, tasks: readonly Task[]) {
  let timer: Timer | undefined;
  let setFor = Number.POSITIVE_INFINITY;

  function wake(): void {
    const now = clock.now();
    const next = Math.min(
      ...tasks
        .filter((task) => task.isNeeded())
        .map(({ everyMs }) => (Math.floor(now / everyMs) + 1) * everyMs),
    );
    if (next >= setFor || next === Number.POSITIVE_INFINITY) return;
    timer?.cancel();
    setFor = next;
    timer = clock.schedule(next, 'housekeeping', () => tick(next));
  }

  function tick(at: number): void {
    setFor = Number.POSITIVE_INFINITY;
    for (const task of tasks) {
      if (at % task.everyMs === 0 && task.isNeeded()) task.run(at);
    }
    wake();
  }

  return { wake };
}
