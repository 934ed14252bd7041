import { createVitest, type Vitest } from 'vitest/node';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes a Vitest that leaves the signals of this process alone: it would end the process at once, and stopping in
 * order is the business of whoever owns the runner.
 */
export async function createQuietVitest(
  ...[options, viteOptions, vitestOptions]: CreateOptions
): Promise<Vitest> {
  const before = new Set(stopSignals.flatMap((signal) => process.listeners(signal)));
  const created = createVitest('test', options, viteOptions, vitestOptions);
  // It has registered its listeners by now: what others add while it loads is theirs.
  for (const signal of stopSignals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.off(signal, listener);
    }
  }
  return created;
}

type CreateOptions = Parameters<typeof createVitest> extends [unknown, ...infer Rest] ? Rest : never;
