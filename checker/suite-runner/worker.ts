/**
 * The one file that Vitest runs, in one worker for all sessions: it loads the fixtures, waits until the checker has
 * something to grade, runs the lab's suites, and waits again. So the start of the worker and of the SDK clients is
 * over before a learner saves, and from the second run on its code is warm.
 */
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { inject, test } from 'vitest';
import { type CheckBody, collectChecks, type Declaration } from '../check.ts';
import { forgetClientsOf } from '../fixtures/clients.ts';
import { createFixtures, createRunState, type RunState } from '../fixtures/index.ts';
import { isLearnersFailure } from '../fixtures/outcome.ts';
import { buildClients, rehearseCalls } from '../fixtures/warm-up.ts';
import type { FromWorker, Observation, Session, ToWorker } from './session.ts';

declare module 'vitest' {
  interface ProvidedContext {
    channel: string;
  }
}

const channel = new BroadcastChannel(inject('channel'));
const say = (message: FromWorker) => channel.postMessage(message);
/** By file: a suite is loaded once. */
const suites = new Map<string, Promise<readonly [Declaration, CheckBody][]>>();
let loading: Promise<unknown> = Promise.resolve();

test('every session', () => {
  const stopped = new Promise<void>((resolve) => {
    channel.onmessage = ({ data }: { data: unknown }) => {
      const message = data as ToWorker | FromWorker;
      // One that was given up may still be under way: its account is closed, so it ends soon.
      if (message.type === 'go') void run(message.run, message.session);
      if (message.type === 'stop') resolve();
      // Who is told to run meanwhile does not wait for the end of it, nor for its failure.
      if (message.type === 'rehearse' && suites.size === 0) rehearseCalls().catch(() => {});
    };
  });
  buildClients();
  say({ type: 'parked' });
  return stopped;
});

async function run(number: number, session: Session): Promise<void> {
  const problems: string[] = [];
  try {
    await runChecks(number, session);
  } catch (cause) {
    problems.push(textOf(cause));
  }
  for (const account of [session.bare?.account, session.deployed?.account]) {
    if (account) forgetClientsOf(account);
  }
  say({ type: 'finished', run: number, problems });
}

async function runChecks(number: number, session: Session): Promise<void> {
  const state = createRunState();
  const queue = inOrder();
  const concurrent: (() => Promise<unknown>)[] = [];
  const lanes = new Map<string, LaneCheck[]>();
  const comparisons: (() => Promise<unknown>)[] = [];
  let stopped = false;
  for (const { kind, file, slugs } of session.suites) {
    for (const [{ slug, comparesWithStarter, lane }, body] of await checksOf(file)) {
      if (!slugs.includes(slug)) continue;
      const check: LaneCheck = async (sharing) => {
        if (stopped) return false;
        say({ type: 'started', run: number, kind, slug });
        const observation = await observe({ session, state, kind, slug, lane: sharing, body });
        if (session.bail && observation.status !== 'passed') stopped = true;
        say({ type: 'ended', run: number, observation });
        return observation.status === 'passed';
      };
      // What is measured needs a machine that does nothing else.
      if (comparesWithStarter) comparisons.push(() => check());
      // Live checks share one queue and one function, so each has them to itself.
      else if (kind === 'live' || session.bail) concurrent.push(() => queue(() => check()));
      else if (lane) lanes.set(lane, [...(lanes.get(lane) ?? []), check]);
      else concurrent.push(() => check());
    }
  }
  for (const [lane, checks] of lanes) concurrent.push(() => runLane(lane, checks));
  await Promise.all(concurrent.map((start) => start()));
  for (const check of comparisons) await check();
}

/** Runs a check, with what its lane shares or without; resolves to whether it passed. */
type LaneCheck = (lane?: string) => Promise<boolean>;

/** One after the other; what a check leaves behind that did not pass is nothing for the others. */
async function runLane(lane: string, checks: readonly LaneCheck[]): Promise<void> {
  const waiting = [...checks];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (await next(lane)) continue;
    await Promise.all(waiting.splice(0).map((check) => check()));
  }
}

function checksOf(file: string): Promise<readonly [Declaration, CheckBody][]> {
  const known = suites.get(file);
  if (known) return known;
  // One after the other: a session that was given up may be loading its suites, too.
  const loaded = loading.then(() => load(file));
  loading = loaded.catch(() => {
    // The next session tries it again.
    suites.delete(file);
  });
  suites.set(file, loaded);
  return loaded;
}

async function load(file: string): Promise<readonly [Declaration, CheckBody][]> {
  const declared: [Declaration, CheckBody][] = [];
  collectChecks((declaration, body) => declared.push([declaration, body]));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    return declared;
  } finally {
    collectChecks(undefined);
  }
}

interface Running {
  session: Session;
  state: RunState;
  kind: Observation['kind'];
  slug: string;
  /** The lane whose function it shares. */
  lane: string | undefined;
  body: CheckBody;
}

async function observe({ session, state, kind, slug, lane, body }: Running): Promise<Observation> {
  const startedAt = performance.now();
  const ended = (status: Observation['status'], message?: string): Observation => ({
    kind,
    slug,
    status,
    durationMs: Math.round(performance.now() - startedAt),
    ...(message && { message }),
  });
  const { fixtures, notes, dispose, watch } = createFixtures({ session, state, kind, slug, lane });
  let wentWrong = async (_message: string) => '';
  try {
    wentWrong = await watch();
    await body(fixtures);
    return ended('passed', notes.join('\n'));
  } catch (cause) {
    if (isLearnersFailure(cause)) {
      return ended('failed', `${cause.message}${await wentWrong(cause.message)}`);
    }
    return ended('error', textOf(cause));
  } finally {
    await dispose().catch(() => {});
  }
}

const textOf = (cause: unknown) => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));

/** Runs what it is given one after the other. */
function inOrder(): (run: () => Promise<unknown>) => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    last = last.then(run, run);
    return last;
  };
}
