import { performance } from 'node:perf_hooks';
import type { Clock } from '../../clock.ts';

/** Less than this is the clock's own graininess, not a jump. */
const JUMP_MS = 2;

/**
 * Measures durations as Lambda reports them, to the microsecond: what a real process took, plus the cloud time that
 * was jumped over while it waited.
 * @returns a function that says how many milliseconds have passed
 */
export function startStopwatch(clock: Clock): () => number {
  const real = performance.now();
  const cloud = clock.now();
  return () => {
    const realMs = performance.now() - real;
    const jumpedMs = clock.now() - cloud - realMs;
    return realMs + (jumpedMs > JUMP_MS ? jumpedMs : 0);
  };
}
