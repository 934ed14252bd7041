import TinyQueue from 'tinyqueue';

/**
 * The only source of time in the account.
 *
 * `real`: time as it is. `warp`: time runs at normal speed too, but *jumps* to the next timer that can do work
 * while a caller waits on cloud time and everything else is idle. So a six-hour retry schedule costs
 * milliseconds, and a client that merely pauses loses nothing.
 */
export type ClockMode = 'real' | 'warp';

/**
 * `work` timers can change what a waiting caller sees (visibility, delay, batching window, retry, schedule).
 * `housekeeping` timers (retention, environment expiry, TTL) fire on the way but are never a reason to jump.
 */
export type TimerKind = 'work' | 'housekeeping';

export interface Timer {
  cancel(): void;
}

/** Something under way: while any work is open, time does not jump. */
export interface Work {
  end(): void;
  /** Runs `blocked` with this work set aside, for a caller that only waits (a long poll). */
  suspend<T>(blocked: () => Promise<T>): Promise<T>;
}

export interface WaitOptions {
  /** Cloud time at which the wait ends by itself, in epoch milliseconds. */
  until: number;
  /** Ends the wait early. */
  wake?: AbortSignal;
  /** The waiting caller's own work, set aside during the wait. */
  work?: Work;
  /** `true` for the account's own pollers: they wait like anybody, but time never jumps for their sake. */
  background?: boolean;
}

export interface Clock {
  readonly mode: ClockMode;
  /** Cloud time in epoch milliseconds. */
  now(): number;
  /** Runs `run` once when cloud time reaches `at` (epoch milliseconds). */
  schedule(at: number, kind: TimerKind, run: () => void): Timer;
  /** Marks something under way, until `end()`. */
  begin(): Work;
  /** Waits in cloud time; says whether it was woken or the time had come. */
  wait(options: WaitOptions): Promise<'woken' | 'elapsed'>;
  /** Runs every timer up to `ms` from now, in order, then returns. Only in `warp`. */
  advance(ms: number): Promise<void>;
  /** Stops all timers; nothing fires after it. */
  stop(): void;
}

interface ScheduledTimer {
  at: number;
  order: number;
  kind: TimerKind;
  run: () => void;
}

/** Node's timers overflow above 2^31 - 1 ms and would fire at once. */
const LONGEST_REAL_TIMER_MS = 2 ** 31 - 1;

/** Turns of the event loop that must pass without new work before the account counts as idle. */
const QUIET_TURNS = 3;

/**
 * Makes a clock.
 * @param mode `real` or `warp`
 * @param realNow the machine's clock in epoch milliseconds; tests give their own
 */
export function createClock(mode: ClockMode, realNow: () => number = Date.now): Clock {
  const timers = createTimerQueue();
  const waitingUntil = new Map<symbol, number>();
  let offset = 0;
  let order = 0;
  let openWork = 0;
  let stopped = false;
  let alarm: NodeJS.Timeout | undefined;
  let jumping = false;

  const now = () => realNow() + offset;

  function schedule(at: number, kind: TimerKind, run: () => void): Timer {
    const timer: ScheduledTimer = { at, order: order++, kind, run };
    if (stopped) return { cancel: () => {} };
    timers.add(timer);
    if (timers.first() === timer) setAlarm();
    considerJump();
    return {
      cancel: () => {
        timers.remove(timer);
      },
    };
  }

  function setAlarm(): void {
    clearTimeout(alarm);
    const first = timers.first();
    if (!first || stopped) return;
    const delay = Math.max(0, Math.ceil(first.at - now()));
    alarm = setTimeout(fireDue, Math.min(delay, LONGEST_REAL_TIMER_MS));
    alarm.unref();
  }

  function fireDue(): void {
    for (let first = timers.first(); first && first.at <= now() && !stopped; first = timers.first()) {
      timers.remove(first);
      first.run();
    }
    setAlarm();
  }

  function begin(): Work {
    let open = true;
    openWork++;
    const end = () => {
      if (!open) return;
      open = false;
      openWork--;
      considerJump();
    };
    const suspend = async <T>(blocked: () => Promise<T>): Promise<T> => {
      if (!open) return blocked();
      openWork--;
      considerJump();
      try {
        return await blocked();
      } finally {
        if (open) openWork++;
      }
    };
    return { end, suspend };
  }

  function wait({ until, wake, work, background = false }: WaitOptions): Promise<'woken' | 'elapsed'> {
    const blocked = () =>
      new Promise<'woken' | 'elapsed'>((resolve) => {
        if (wake?.aborted) return resolve('woken');
        const id = Symbol('waiting caller');
        // The end of a background wait is no reason to jump either.
        const timer = schedule(until, background ? 'housekeeping' : 'work', () => finish('elapsed'));
        const onWake = () => finish('woken');
        const finish = (how: 'woken' | 'elapsed') => {
          timer.cancel();
          waitingUntil.delete(id);
          wake?.removeEventListener('abort', onWake);
          resolve(how);
        };
        wake?.addEventListener('abort', onWake, { once: true });
        if (!background) waitingUntil.set(id, until);
        considerJump();
      });
    return work ? work.suspend(blocked) : blocked();
  }

  function mayJump(): boolean {
    return mode === 'warp' && !stopped && openWork === 0 && waitingUntil.size > 0;
  }

  function considerJump(): void {
    if (jumping || !mayJump()) return;
    jumping = true;
    void jump().finally(() => {
      jumping = false;
      // Work may have ended between the last look and this line.
      if (mayJump() && nextJump() !== undefined) setImmediate(considerJump);
    });
  }

  /** The next work timer that lies within the earliest waiting caller's deadline. */
  function nextJump(): number | undefined {
    const deadline = Math.min(...waitingUntil.values());
    const next = timers.firstWork();
    return next && next.at <= deadline ? next.at : undefined;
  }

  async function jump(): Promise<void> {
    for (;;) {
      if (!(await quiet())) return;
      const at = nextJump();
      if (at === undefined) return;
      // Housekeeping that falls due before it fires first, at its own time.
      const first = timers.first();
      if (!first) return;
      moveTo(Math.min(first.at, at));
      fireDue();
    }
  }

  /** Promises that are about to settle may start work: give them a few turns of the event loop. */
  async function quiet(): Promise<boolean> {
    for (let turn = 0; turn < QUIET_TURNS; turn++) {
      if (!mayJump()) return false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return mayJump();
  }

  function moveTo(time: number): void {
    offset += Math.max(0, time - now());
    setAlarm();
  }

  async function advance(ms: number): Promise<void> {
    if (mode !== 'warp') throw new Error('Only a warp clock can be advanced; this one runs in real time.');
    await wait({ until: now() + ms });
  }

  return {
    mode,
    now,
    schedule,
    begin,
    wait,
    advance,
    stop: () => {
      stopped = true;
      clearTimeout(alarm);
      timers.clear();
    },
  };
}

/** Timers in order of time, first in first out at the same instant; cancelled ones are dropped lazily. */
function createTimerQueue() {
  const live = new Set<ScheduledTimer>();
  let all = new TinyQueue<ScheduledTimer>([], inOrderOfTime);
  let work = new TinyQueue<ScheduledTimer>([], inOrderOfTime);

  function peek(queue: TinyQueue<ScheduledTimer>): ScheduledTimer | undefined {
    let top = queue.peek();
    while (top && !live.has(top)) {
      queue.pop();
      top = queue.peek();
    }
    return top;
  }

  /** Most timers are cancelled before they fire: rebuild when the dead far outnumber the living. */
  function compact(): void {
    if (all.length < 64 || all.length < 4 * live.size) return;
    const alive = [...live];
    all = new TinyQueue(alive.slice(), inOrderOfTime);
    work = new TinyQueue(
      alive.filter((timer) => timer.kind === 'work'),
      inOrderOfTime,
    );
  }

  return {
    add(timer: ScheduledTimer): void {
      live.add(timer);
      all.push(timer);
      if (timer.kind === 'work') work.push(timer);
    },
    remove(timer: ScheduledTimer): void {
      live.delete(timer);
      compact();
    },
    first: () => peek(all),
    firstWork: () => peek(work),
    clear: () => live.clear(),
  };
}

function inOrderOfTime(a: ScheduledTimer, b: ScheduledTimer): number {
  return a.at - b.at || a.order - b.order;
}
