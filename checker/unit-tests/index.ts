import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestModule, type TestSpecification, type Vitest } from 'vitest/node';
import { createQuietVitest } from '../suite-runner/quiet-vitest.ts';
import type { PlannedRun, TestOrder } from './plan.ts';
import { plain, readRun, type TestRun, type TestRuns } from './results.ts';
import { createRooms, type Rooms } from './room.ts';

/** What the contract gives the tests with one handler. The time is kept here, outside of their process. */
export const runLimitMs = 10_000;

/** A test of a mocked handler takes milliseconds: one that waits longer waits for something that never comes. */
const testLimitMs = 2_000;

export interface UnitTestRequest {
  /** The learner's files, with `given/` (absolute). */
  folder: string;
  plan: readonly PlannedRun[];
  signal?: AbortSignal;
}

/** Runs a learner's unit tests against many handlers, in a process of their own. */
export interface UnitTestRunner {
  run(request: UnitTestRequest): Promise<TestRuns>;
  /** Starts the process for the next run, so that it waits when a learner saves. */
  rewarm(): Promise<void>;
  close(): Promise<void>;
}

interface UnitTestRunnerOptions {
  /** The checkout. */
  root: string;
  /** Folder of this runner (absolute), inside the checkout, so that packages are found. */
  scratch: string;
}

/** Makes a runner; it starts nothing before the first run. */
export function createUnitTestRunner({ root, scratch }: UnitTestRunnerOptions): UnitTestRunner {
  let waiting: Waiting | undefined;
  /** Of the last run, room by room: the process is told when it starts. */
  let orders: readonly TestOrder[] = [];

  function take(plan: readonly PlannedRun[]): { taken: Waiting; inRooms: readonly PlannedRun[] } {
    const inRooms = arrange(plan, orders);
    if (inRooms && waiting) {
      const taken = waiting;
      waiting = undefined;
      return { taken, inRooms };
    }
    void waiting?.end();
    waiting = undefined;
    orders = plan.map(({ order }) => order);
    return { taken: startProcess(root, scratch, orders), inRooms: plan };
  }

  return {
    async run({ folder, plan, signal }) {
      if (!existsSync(join(folder, 'handler.test.ts'))) {
        return { runs: [], refused: [], broken: 'handler.test.ts is missing.' };
      }
      const { taken, inRooms } = take(plan);
      const cancel = () => void taken.end();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const runs = await taken.run(folder, inRooms);
        signal?.throwIfAborted();
        return runs;
      } finally {
        signal?.removeEventListener('abort', cancel);
        void taken.end();
      }
    },
    async rewarm() {
      if (orders.length > 0) waiting ??= startProcess(root, scratch, orders);
    },
    async close() {
      await waiting?.end();
    },
  };
}

/** The runs of a plan, each in a room of its order; undefined when they do not fit. */
function arrange(
  plan: readonly PlannedRun[],
  orders: readonly TestOrder[],
): readonly PlannedRun[] | undefined {
  const left = [...plan];
  const inRooms = orders.flatMap((order) => {
    const index = left.findIndex((planned) => planned.order === order);
    return index < 0 ? [] : left.splice(index, 1);
  });
  return inRooms.length === orders.length && left.length === 0 ? inRooms : undefined;
}

/** A process that has loaded the SDK and waits for tests. */
interface Waiting {
  run(folder: string, plan: readonly PlannedRun[]): Promise<TestRuns>;
  /** Ends the process, whatever it does. */
  end(): Promise<void>;
}

const worker = join(dirname(fileURLToPath(import.meta.url)), 'worker');
let started = 0;

function startProcess(root: string, scratch: string, orders: readonly TestOrder[]): Waiting {
  const rooms = createRooms(scratch, `tests-${started++}/rooms`);
  const waits = new Promise<number>((resolve) => rooms.onWaiting(resolve));
  const ends = new Set<(module: TestModule) => void>();
  const vitest = startVitest(root, rooms, scratch, (module) => {
    for (const end of ends) end(module);
  });
  const done = vitest.then(async (made) => {
    made.provide('orders', Object.fromEntries(orders.map((order, room) => [String(room), order])));
    const project = made.getRootProject();
    const files = orders.map((_order, room) => rooms.testFile(room));
    // The first file waits until there is something to run.
    const specifications = [join(worker, 'park.ts'), ...files].map((file) =>
      project.createSpecification(file),
    );
    return made.runTestSpecifications(specifications);
  });
  done.catch(() => {});
  let killed = false;
  const kill = (pid: number) => {
    killed = true;
    endProcess(pid);
  };
  let ended: Promise<void> | undefined;

  return {
    async run(folder, plan) {
      const pid = await Promise.race([waits, done.then(({ unhandledErrors }) => failed(unhandledErrors))]);
      const runs: TestRun[] = [];
      let broken: string | undefined;
      let stopped = false;
      let startedAt = performance.now();
      const watch = () =>
        setTimeout(() => {
          broken = `The tests did not end within ${runLimitMs / 1000} s and were stopped. Is there a loop, or a promise that never ends?`;
          kill(pid);
        }, runLimitMs);
      let limit = watch();
      ends.add((module) => {
        const room = /\/rooms\/(\d+)\//.exec(module.moduleId)?.[1];
        const planned = room === undefined ? undefined : plan[Number(room)];
        if (!planned || module.state() === 'queued' || module.state() === 'pending') return;
        clearTimeout(limit);
        limit = watch();
        const durationMs = Math.round(performance.now() - startedAt);
        startedAt = performance.now();
        const run = readRun(module, { subject: planned.subject, order: planned.order, durationMs });
        runs.push(run);
        // Tests that fail with the given handler say nothing about any other.
        if (room === '0' && !passed(run)) {
          stopped = true;
          kill(pid);
        }
      });
      const opened = rooms.open({ folder, subjects: plan.map(({ source }) => source) });
      vitest.then((made) => transformAhead(made, rooms, plan.length)).catch(() => {});
      const { unhandledErrors } = await done;
      clearTimeout(limit);
      const incomplete = runs.length < plan.length && !stopped;
      broken ??= whyBroken(unhandledErrors, incomplete, rooms.testFile(0));
      return { runs, refused: opened.refused, ...(broken && { broken }) };
    },
    end() {
      ended ??= (async () => {
        const first = await Promise.race([waits, done.then(() => undefined)]).catch(() => undefined);
        const over = await Promise.race([done.then(() => true).catch(() => true), soon()]);
        if (first !== undefined && !over) kill(first);
        await done.catch(() => {});
        rooms.close();
        await vitest.then((made) => (killed ? closeServers(made) : made.close())).catch(() => {});
      })();
      return ended;
    },
  };
}

/**
 * Transforms the files of all rooms while the process runs the first: it asks for one file after the other, and the two
 * would take turns. What cannot be transformed is told when the process asks for it.
 */
async function transformAhead(vitest: Vitest, rooms: Rooms, count: number): Promise<void> {
  const { ssr } = vitest.getRootProject().vite.environments;
  for (let room = 0; room < count && ssr; room++) {
    const test = rooms.testFile(room);
    await Promise.allSettled([
      ssr.transformRequest(test),
      ssr.transformRequest(join(dirname(test), 'handler.ts')),
    ]);
  }
}

/** Vitest waits in vain for the end of a process that a signal has ended: its servers are all that is left to close. */
async function closeServers({ projects }: Vitest): Promise<void> {
  await Promise.all(projects.map((project) => project.close()));
}

function passed({ tests, errors }: TestRun): boolean {
  return errors.length === 0 && tests.every(({ state }) => state !== 'failed');
}

function soon(): Promise<false> {
  return new Promise((resolve) => setImmediate(() => resolve(false)));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function failed(errors: readonly unknown[]): never {
  throw new Error(`The process for unit tests did not start: ${errors.map(textOf).join('; ')}`);
}

/**
 * What was thrown outside of every test, or ended the process.
 * @param first the test file with the given handler; a wrong handler may make more trouble than its tests expect
 */
function whyBroken(errors: readonly unknown[], incomplete: boolean, first: string): string | undefined {
  if (incomplete) {
    return 'The tests ended their own process. A test returns or throws; it never ends the process.';
  }
  const atRight = errors.find(
    (error) => (error as { VITEST_TEST_PATH?: unknown }).VITEST_TEST_PATH === first,
  );
  if (atRight === undefined) return undefined;
  return `Something failed outside of every test: ${plain(textOf(atRight))}`;
}

function textOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** The files run in the order in which they are given: the one that waits comes first. */
class AsGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

async function startVitest(
  root: string,
  rooms: Rooms,
  scratch: string,
  onEnd: (module: TestModule) => void,
): Promise<Vitest> {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const vitest = await createQuietVitest(
    {
      root: scratch,
      config: false,
      include: ['**/*.test.ts'],
      watch: false,
      pool: 'forks',
      maxWorkers: 1,
      // One process for all handlers: loading the SDK takes longer than all tests together. setup.ts cleans up.
      isolate: false,
      fileParallelism: false,
      sequence: { sequencer: AsGiven },
      runner: join(worker, 'order.ts'),
      setupFiles: [join(worker, 'setup.ts')],
      testTimeout: testLimitMs,
      hookTimeout: testLimitMs,
      teardownTimeout: 500,
      allowOnly: true,
      passWithNoTests: true,
      // A snapshot that is not there is no expectation: it must not be written, and then pass.
      update: false,
      resolveSnapshotPath: (file, ending) => rooms.snapshotFile(file) ?? join(scratch, `none${ending}`),
      reporters: [{ onTestModuleEnd: onEnd }],
      silent: true,
      coverage: { enabled: false },
    },
    {
      server: { watch: null },
      cacheDir: join(root, '.scratch', 'vite'),
      logLevel: 'silent',
      plugins: [rooms.plugin],
    },
    { stdout: nowhere(), stderr: nowhere() },
  );
  const project = vitest.getRootProject();
  project.config.snapshotOptions.updateSnapshot = 'none';
  // https://nodejs.org/docs/latest-v20.x/api/permissions.html: no file but packages, no process, no thread.
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  // Each once: Node.js 20 aborts when it is given the same path twice.
  const readable = new Set([
    join(root, 'node_modules', '*'),
    // A checkout may borrow another one's packages by a link.
    join(realpathSync(join(root, 'node_modules')), '*'),
    join(root, 'package.json'),
    join(project.tmpDir, '*'),
    // The learner's own files, for their snapshots.
    join(scratch, '*'),
  ]);
  project.config.execArgv = [
    permission,
    ...[...readable].map((path) => `--allow-fs-read=${path}`),
    '--no-warnings',
    '--enable-source-maps',
  ];
  return vitest;
}
