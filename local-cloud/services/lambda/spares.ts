import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeProcess, type StartSettings, startNode } from './node-process.ts';

/**
 * Node.js processes that have started before anybody needs them. Whoever runs one account after another keeps them,
 * so that a cold start is what it is on AWS: loading the function's code.
 */
export interface Spares {
  /** Gives a process that was started with these settings, if there is one. */
  take(settings: StartSettings): NodeProcess | undefined;
  /**
   * Starts as many, and such, as were asked for since the last call, a few at a time. It stops when one is taken: who
   * needs them now needs the processors, too.
   * @param preload packages of the runtime that the functions import: loading them counts as part of the init
   */
  refill(preload?: readonly string[]): Promise<void>;
  /** Ends those that nobody took. */
  drop(): void;
  /** Ends those that nobody took, and starts no more. */
  close(): void;
}

/** Each shows 75 MB with the SDK loaded; 25 MB are its own. */
const MOST_SPARES = 24;

/** More at once would only take the processors from each other. */
const STARTING_AT_ONCE = 2;

/** Makes an empty store. @param scratch folder for the processes' temporary folders (absolute) */
export function createSpares(scratch: string): Spares {
  const waiting = new Map<string, NodeProcess[]>();
  const asked = new Map<string, { settings: StartSettings; count: number }>();
  let started = 0;
  let taken = 0;
  let closed = false;

  /** Resolves when it waits for its function, or is gone. */
  function start(settings: StartSettings, key: string, preload: readonly string[]): Promise<void> {
    const folder = join(scratch, 'spares', String(started++));
    mkdirSync(folder, { recursive: true });
    const spare = startNode(settings, realpathSync(folder), preload);
    const store = waiting.get(key) ?? [];
    waiting.set(key, store);
    store.push(spare);
    const forget = () => {
      const index = store.indexOf(spare);
      if (index >= 0) store.splice(index, 1);
    };
    spare.child.once('exit', forget);
    spare.child.once('error', forget);
    // A spare alone is no reason to stay: its input ends with this process, and then it ends.
    setReferenced(spare, false);
    return new Promise((resolve) => {
      spare.pipe.once('readable', resolve);
      spare.pipe.once('close', resolve);
    });
  }

  function end({ child, tmp }: NodeProcess): void {
    child.kill('SIGKILL');
    rmSync(tmp, { recursive: true, force: true });
  }

  function drop(): void {
    for (const store of waiting.values()) store.splice(0).forEach(end);
  }

  return {
    take(settings) {
      const key = keyOf(settings);
      const demand = asked.get(key) ?? { settings, count: 0 };
      asked.set(key, { settings, count: demand.count + 1 });
      taken++;
      const spare = waiting.get(key)?.shift();
      if (spare) setReferenced(spare, true);
      return spare;
    },
    async refill(preload = []) {
      const wanted = new Map(asked);
      asked.clear();
      for (const [key, store] of waiting) if (!wanted.has(key)) store.splice(0).forEach(end);
      const missing = [...wanted].flatMap(([key, { settings, count }]) => {
        const number = Math.min(count, MOST_SPARES) - (waiting.get(key)?.length ?? 0);
        return Array.from({ length: Math.max(0, number) }, () => ({ settings, key }));
      });
      const before = taken;
      const startOthers = async () => {
        for (let next = missing.shift(); next && !closed && taken === before; next = missing.shift()) {
          await start(next.settings, next.key, preload);
        }
      };
      await Promise.all(Array.from({ length: STARTING_AT_ONCE }, startOthers));
    },
    drop,
    close() {
      closed = true;
      drop();
    },
  };
}

function setReferenced({ child, pipe }: NodeProcess, isReferenced: boolean): void {
  for (const handle of [child, pipe]) isReferenced ? handle.ref() : handle.unref();
}

function keyOf({ memoryMb, variables }: StartSettings): string {
  return JSON.stringify([memoryMb, Object.entries(variables).sort()]);
}
