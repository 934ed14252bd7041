import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import type { Vitest } from 'vitest/node';
import { createQuietVitest } from './quiet-vitest.ts';
import type { FromWorker, Observation, Session, ToWorker } from './session.ts';

/** Real time that one check may take before the checker ends it from outside. */
const checkLimitMs = 90_000;

export interface SuiteRunner {
  /**
   * Runs the suites of a session.
   * @param onObservation called as each check ends
   * @returns what went wrong beside the checks: a suite that does not load, a check that had to be ended
   */
  run(
    session: Session,
    onObservation: (observation: Observation) => void,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  /** Uses the time until the next run: its worker makes calls, so that those of the checks are fast. */
  rewarm(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a runner with one worker that has loaded the fixtures and waits.
 * @param root the checkout
 */
export async function createSuiteRunner(root: string): Promise<SuiteRunner> {
  const channelName = `checker-${randomUUID()}`;
  const channel = new BroadcastChannel(channelName);
  channel.unref();
  let runs = 0;
  let worker = await startWorker(root, channelName, channel);

  return {
    async run(session, onObservation, signal) {
      const { ready, done } = worker;
      await Promise.race([ready, done]);
      signal?.throwIfAborted();
      const run = ++runs;
      const watch = watchOver(channel, run, onObservation);
      let over = false;
      const dead = Promise.race([watch.overrun, done]).then(async (problems) => {
        if (over) return [];
        await end(worker);
        worker = await startWorker(root, channelName, channel);
        return problems;
      });
      // A check that is under way ends when its account closes, which is what the caller does next.
      let leave = () => {};
      const aborted = new Promise<readonly string[]>((resolve) => {
        leave = () => resolve([]);
      });
      signal?.addEventListener('abort', leave, { once: true });
      channel.postMessage({ type: 'go', run, session } satisfies ToWorker);
      try {
        const problems = await Promise.race([watch.finished, dead, aborted]);
        signal?.throwIfAborted();
        return problems;
      } finally {
        over = true;
        watch.end();
        signal?.removeEventListener('abort', leave);
      }
    },
    async rewarm() {
      const { ready, done } = worker;
      await Promise.race([ready, done]);
      channel.postMessage({ type: 'rehearse' } satisfies ToWorker);
    },
    async close() {
      await end(worker);
      channel.close();
    },
  };

  /** The worker is a thread: whoever closes the runner is about to end the process, and it with it. */
  async function end(ending: Worker): Promise<void> {
    await Promise.race([stop(ending), new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
  }

  async function stop({ vitest, ready, done }: Worker): Promise<void> {
    // A worker that is still loading would not hear it.
    await Promise.race([ready, done]);
    channel.postMessage({ type: 'stop' } satisfies ToWorker);
    await done;
    await vitest.close();
  }
}

/** Real time that a worker gets to end in good order. */
const patienceMs = 2000;

function startVitest(root: string): Promise<Vitest> {
  return createQuietVitest(
    {
      root,
      config: false,
      include: ['checker/suite-runner/worker.ts'],
      watch: false,
      pool: 'threads',
      maxWorkers: 1,
      isolate: true,
      // The one test lasts as long as the checker does; each check has a limit of its own.
      testTimeout: 0,
      teardownTimeout: 1000,
      reporters: [{}],
      silent: true,
      // The project's own NODE_ENV and coverage have no business here.
      coverage: { enabled: false },
    },
    {
      server: { watch: null },
      cacheDir: join(root, '.scratch', 'vite'),
      logLevel: 'silent',
    },
  );
}

interface Worker {
  vitest: Vitest;
  /** It has loaded everything. */
  ready: Promise<void>;
  /** It has ended; with what went wrong. */
  done: Promise<readonly string[]>;
}

/** Starts the worker, which waits for sessions. */
async function startWorker(root: string, channelName: string, channel: BroadcastChannel): Promise<Worker> {
  const vitest = await startVitest(root);
  vitest.provide('channel', channelName);
  const ready = new Promise<void>((resolve) => {
    const onMessage = (event: unknown) => {
      if ((event as { data: FromWorker }).data.type !== 'parked') return;
      channel.removeEventListener('message', onMessage);
      resolve();
    };
    channel.addEventListener('message', onMessage);
  });
  const file = join(vitest.config.root, 'checker', 'suite-runner', 'worker.ts');
  const specification = vitest.getRootProject().createSpecification(file);
  const done = vitest.runTestSpecifications([specification]).then(
    ({ testModules, unhandledErrors }) => [
      ...unhandledErrors.map(textOf),
      ...testModules.flatMap((module) => module.errors().map(textOf)),
    ],
    (cause) => [textOf(cause)],
  );
  return { vitest, ready, done };
}

function textOf(error: unknown): string {
  return error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
    ? String((error as Error).stack ?? (error as Error).message)
    : String(error);
}

/** Hears what the worker says, and keeps the time of each check outside the worker. */
function watchOver(
  channel: BroadcastChannel,
  run: number,
  onObservation: (observation: Observation) => void,
) {
  const limits = new Map<string, NodeJS.Timeout>();
  let tooLong: (problems: readonly string[]) => void = () => {};
  const overrun = new Promise<readonly string[]>((resolve) => {
    tooLong = resolve;
  });
  let allEnded: (problems: readonly string[]) => void = () => {};
  const finished = new Promise<readonly string[]>((resolve) => {
    allEnded = resolve;
  });
  const onMessage = (event: unknown) => {
    const message = (event as { data: FromWorker }).data;
    if (message.type === 'parked' || message.run !== run) return;
    if (message.type === 'started') {
      const id = `${message.kind}/${message.slug}`;
      const limit = setTimeout(
        () => tooLong([`${id} did not end within ${checkLimitMs / 1000} s and was stopped.`]),
        checkLimitMs,
      );
      limits.set(id, limit);
    }
    if (message.type === 'ended') {
      const { kind, slug } = message.observation;
      clearTimeout(limits.get(`${kind}/${slug}`));
      onObservation(message.observation);
    }
    if (message.type === 'finished') allEnded(message.problems);
  };
  channel.addEventListener('message', onMessage);
  return {
    overrun,
    finished,
    end: () => {
      channel.removeEventListener('message', onMessage);
      for (const limit of limits.values()) clearTimeout(limit);
    },
  };
}
