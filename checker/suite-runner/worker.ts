/**
 * The one file that Vitest runs. It loads the fixtures, waits until the checker has something to grade, and then
 * runs the lab's suites. So the start of the worker and of the SDK clients is over before a learner saves.
 */
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { afterAll, inject, test } from 'vitest';
import { type CheckBody, collectChecks, type Declaration } from '../check.ts';
import { createFixtures } from '../fixtures/index.ts';
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

const session = await nextSession();
if (session) await declareChecks(session);
else test('nothing to run', () => {});

function nextSession(): Promise<Session | undefined> {
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: { data: unknown }) => {
      const message = data as ToWorker | FromWorker;
      if (message.type === 'go') resolve(message.session);
      if (message.type === 'stop') resolve(undefined);
      // Who is told to run meanwhile does not wait for the end of it, nor for its failure.
      if (message.type === 'rehearse') rehearseCalls().catch(() => {});
    };
    buildClients();
    say({ type: 'parked' });
  });
}

async function declareChecks(session: Session): Promise<void> {
  afterAll(() => say({ type: 'finished' }));
  const queue = inOrder();
  const comparisons: [name: string, run: () => Promise<void>][] = [];
  let stopped = false;
  for (const { kind, file, slugs } of session.suites) {
    const declared: [Declaration, CheckBody][] = [];
    collectChecks((declaration, body) => declared.push([declaration, body]));
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    collectChecks(undefined);
    for (const [{ slug, comparesWithStarter }, body] of declared) {
      if (!slugs.includes(slug)) continue;
      const run = async () => {
        if (stopped) return;
        say({ type: 'started', kind, slug });
        const observation = await observe(session, kind, slug, body);
        if (session.bail && observation.status !== 'passed') stopped = true;
        say({ type: 'ended', observation });
      };
      // Live checks share one queue and one function, so each has them to itself.
      const start = () => (kind === 'live' || session.bail ? queue(run) : run());
      // What is measured needs a machine that does nothing else.
      if (comparesWithStarter) comparisons.push([`${kind}/${slug}`, run]);
      else test.concurrent(`${kind}/${slug}`, start);
    }
  }
  // Vitest runs these after the concurrent ones.
  for (const [name, run] of comparisons) test(name, run);
}

async function observe(
  session: Session,
  kind: Observation['kind'],
  slug: string,
  body: CheckBody,
): Promise<Observation> {
  const startedAt = performance.now();
  const ended = (status: Observation['status'], message?: string): Observation => ({
    kind,
    slug,
    status,
    durationMs: Math.round(performance.now() - startedAt),
    ...(message && { message }),
  });
  const { fixtures, notes, dispose } = createFixtures(session, kind, slug);
  try {
    await body(fixtures);
    return ended('passed', notes.join('\n'));
  } catch (cause) {
    if (isLearnersFailure(cause)) return ended('failed', cause.message);
    return ended('error', cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  } finally {
    await dispose().catch(() => {});
  }
}

/** Runs what it is given one after the other. */
function inOrder(): (run: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (run) => {
    last = last.then(run, run);
    return last;
  };
}
