import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, type ClockMode, createClock } from './clock.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

const clocks: Clock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** A clock whose machine stands still, so that only jumps move it. */
function clockAt(mode: ClockMode, machine = { now: 1_700_000_000_000 }) {
  const clock = createClock(mode, () => machine.now);
  clocks.push(clock);
  return { clock, machine, start: machine.now, elapsed: () => clock.now() - 1_700_000_000_000 };
}

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a warp clock', () => {
  test('jumps to the next work timer while a caller waits', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const fired: number[] = [];
    clock.schedule(start + 6 * HOUR, 'work', () => fired.push(elapsed()));
    await clock.wait({ until: start + 7 * HOUR });
    expect(fired).toEqual([6 * HOUR]);
    expect(elapsed()).toBe(7 * HOUR);
  });

  test('does not jump when nobody waits', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    clock.schedule(start + SECOND, 'work', () => {});
    await turns();
    expect(elapsed()).toBe(0);
  });

  test('never jumps beyond the deadline of the waiting caller', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    let fired = false;
    clock.schedule(start + HOUR, 'work', () => {
      fired = true;
    });
    expect(await clock.wait({ until: start + 30 * SECOND })).toBe('elapsed');
    expect(elapsed()).toBe(30 * SECOND);
    expect(fired).toBe(false);
  });

  test('honours the earliest of several deadlines', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const seen: string[] = [];
    const late = clock.wait({ until: start + HOUR }).then(() => seen.push(`late ${elapsed()}`));
    const early = clock.wait({ until: start + SECOND }).then(() => seen.push(`early ${elapsed()}`));
    await Promise.all([late, early]);
    expect(seen).toEqual([`early ${SECOND}`, `late ${HOUR}`]);
  });

  test('stands while work is open, so a client that merely pauses loses nothing', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const work = clock.begin();
    const waiting = clock.wait({ until: start + HOUR });
    await turns();
    expect(elapsed()).toBe(0);
    work.end();
    await waiting;
    expect(elapsed()).toBe(HOUR);
  });

  test('takes a blocked long poll for waiting, not for work', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const request = clock.begin();
    clock.schedule(start + 10 * SECOND, 'work', () => {});
    expect(await clock.wait({ until: start + 20 * SECOND, work: request })).toBe('elapsed');
    expect(elapsed()).toBe(20 * SECOND);
    request.end();
  });

  test('is held again by the work whose wait is over', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const work = clock.begin();
    await clock.wait({ until: start + SECOND, work });
    const other = clock.wait({ until: start + HOUR });
    await turns();
    expect(elapsed()).toBe(SECOND);
    work.end();
    await other;
  });

  test('fires housekeeping on the way, at its own time and in order', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const fired: string[] = [];
    clock.schedule(start + 2 * SECOND, 'housekeeping', () => fired.push(`retention ${elapsed()}`));
    clock.schedule(start + 3 * SECOND, 'work', () => fired.push(`retry ${elapsed()}`));
    clock.schedule(start + 1 * SECOND, 'work', () => fired.push(`delay ${elapsed()}`));
    await clock.wait({ until: start + 3 * SECOND });
    expect(fired).toEqual([`delay ${SECOND}`, `retention ${2 * SECOND}`, `retry ${3 * SECOND}`]);
  });

  test('has no reason to jump in housekeeping or in a background poll', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    clock.schedule(start + 4 * DAY, 'housekeeping', () => {});
    void clock.wait({ until: start + 20 * SECOND, background: true });
    await turns();
    expect(elapsed()).toBe(0);
  });

  test('lets work that a timer starts finish before it jumps again', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const seen: string[] = [];
    clock.schedule(start + SECOND, 'work', () => {
      const work = clock.begin();
      void turns(30).then(() => {
        seen.push(`work ends at ${elapsed()}`);
        work.end();
      });
    });
    clock.schedule(start + HOUR, 'work', () => seen.push(`next timer at ${elapsed()}`));
    await clock.wait({ until: start + HOUR });
    expect(seen).toEqual([`work ends at ${SECOND}`, `next timer at ${HOUR}`]);
  });

  test('keeps timers of the same instant in the order in which they were set', async () => {
    const { clock, start } = clockAt('warp');
    const fired: number[] = [];
    for (const id of [1, 2, 3]) clock.schedule(start + SECOND, 'work', () => fired.push(id));
    await clock.advance(SECOND);
    expect(fired).toEqual([1, 2, 3]);
  });

  test('does not fire a cancelled timer', async () => {
    const { clock, start } = clockAt('warp');
    let fired = false;
    clock
      .schedule(start + SECOND, 'work', () => {
        fired = true;
      })
      .cancel();
    await clock.advance(2 * SECOND);
    expect(fired).toBe(false);
  });

  test('wakes a waiting caller early and stays where it is', async () => {
    const { clock, start, elapsed } = clockAt('warp');
    const wake = new AbortController();
    const hold = clock.begin();
    const waiting = clock.wait({ until: start + HOUR, wake: wake.signal });
    wake.abort();
    expect(await waiting).toBe('woken');
    expect(elapsed()).toBe(0);
    hold.end();
  });

  test('still drops cancelled timers when there are many', async () => {
    const { clock, start } = clockAt('warp');
    const fired: number[] = [];
    const timers = Array.from({ length: 1000 }, (_, index) =>
      clock.schedule(start + index, 'work', () => fired.push(index)),
    );
    for (const [index, timer] of timers.entries()) if (index % 100 !== 0) timer.cancel();
    await clock.advance(SECOND);
    expect(fired).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });
});

describe('a real clock', () => {
  test('never jumps, whoever waits', async () => {
    const { clock, start, elapsed } = clockAt('real');
    const wake = new AbortController();
    const waiting = clock.wait({ until: start + HOUR, wake: wake.signal });
    await turns();
    expect(elapsed()).toBe(0);
    wake.abort();
    expect(await waiting).toBe('woken');
  });

  test('refuses to be advanced', async () => {
    await expect(clockAt('real').clock.advance(1)).rejects.toThrow('runs in real time');
  });

  test('fires a timer when its time has come', async () => {
    const clock = createClock('real');
    clocks.push(clock);
    expect(await clock.wait({ until: clock.now() + 5 })).toBe('elapsed');
  });
});
