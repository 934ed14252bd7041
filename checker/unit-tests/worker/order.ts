import { inject, type RunnerTask, type RunnerTestFile, type RunnerTestSuite, TestRunner } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** By room: in which order its tests run. */
    orders: Readonly<Record<string, string>>;
  }
}

/** Runs the tests of a file in the order that was planned for its room. */
export default class OrderedRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    for (const file of files) {
      const room = /\/rooms\/(\d+)\//.exec(file.filepath)?.[1] ?? '';
      const order = inject('orders')[room] ?? 'as written';
      if (order === 'reversed') reorder(file, (tasks) => tasks.reverse());
      const [, seed] = /^shuffled (\d+)$/.exec(order) ?? [];
      if (seed) {
        const random = randomFrom(Number(seed));
        reorder(file, (tasks) => shuffle(tasks, random));
      }
    }
  }
}

function reorder(suite: RunnerTestSuite, change: (tasks: RunnerTask[]) => void): void {
  change(suite.tasks);
  for (const task of suite.tasks) if (task.type === 'suite') reorder(task, change);
}

function shuffle(tasks: RunnerTask[], random: () => number): void {
  for (let last = tasks.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [tasks[last], tasks[other]] = [tasks[other] as RunnerTask, tasks[last] as RunnerTask];
  }
}

/** A linear congruential generator: the same seed, the same order. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
