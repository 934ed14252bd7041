import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Work } from './clock.ts';
import { createControlInput, type OperationNames, readInput } from './control-input.ts';
import type { Faults } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import type { Cloud } from './service.ts';
import type { EventBridgeFaults } from './services/eventbridge/faults.ts';
import type { LambdaFaults } from './services/lambda/index.ts';

/** What tests do to an account from another process: time, faults, journal. */
export interface Control {
  answer(action: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface ControlOptions {
  cloud: Cloud;
  faults: Faults;
  lambdaFaults: LambdaFaults;
  eventBridgeFaults: EventBridgeFaults;
  operations: OperationNames;
  /** Callers prove with it that they may. */
  token: string;
}

/** Makes the control endpoint of an account. */
export function createControl({
  cloud,
  faults,
  lambdaFaults,
  eventBridgeFaults,
  operations,
  token,
}: ControlOptions): Control {
  const { clock, journal } = cloud;
  const works = new Map<string, Work>();
  const undo = new Map<string, () => void>();

  const input = createControlInput(operations);

  const idOf = <T>(map: Map<string, T>, value: T): string => {
    const id = cloud.uuid();
    map.set(id, value);
    return id;
  };
  const undoOnce = (id: string) => {
    undo.get(id)?.();
    undo.delete(id);
  };

  const actions: Record<string, (body: string, signal: AbortSignal) => unknown> = {
    now: (body) => {
      readInput(input.nothing, body);
      return { now: clock.now(), seq: journal.lastSeq };
    },
    begin: (body) => {
      readInput(input.nothing, body);
      return { workId: idOf(works, clock.begin()) };
    },
    end: (body) => {
      const { workId } = readInput(input.work, body);
      works.get(workId)?.end();
      works.delete(workId);
      return {};
    },
    wait: (body, signal) => {
      const { until, within, afterSeq, workId } = readInput(input.wait, body);
      return waitForActivity(cloud, {
        deadline: until ?? clock.now() + (within ?? 0),
        afterSeq: afterSeq ?? journal.lastSeq,
        signal,
        work: workId ? works.get(workId) : undefined,
      });
    },
    advance: async (body) => {
      const { ms, workId } = readInput(input.advance, body);
      await clock.wait({ until: clock.now() + ms, work: workId ? works.get(workId) : undefined });
      return { now: clock.now() };
    },
    'inject-fault': (body) => ({ id: idOf(undo, faults.inject(readInput(input.fault, body))) }),
    'kill-after': (body) => {
      const { functionName, ...point } = readInput(input.killAfter, body);
      return { id: idOf(undo, lambdaFaults.killAfter(functionName, point)) };
    },
    'fail-entries': (body) => ({
      id: idOf(undo, eventBridgeFaults.failEntries(readInput(input.failEntries, body))),
    }),
    occupy: (body) => {
      const { functionName, slots } = readInput(input.occupy, body);
      return { id: idOf(undo, lambdaFaults.occupy(functionName, slots)) };
    },
    undo: (body) => {
      undoOnce(readInput(input.undo, body).id);
      return {};
    },
    'clear-faults': (body) => {
      readInput(input.nothing, body);
      for (const id of undo.keys()) undoOnce(id);
      faults.clear();
      eventBridgeFaults.clear();
      return {};
    },
    'kill-environments': (body) => {
      lambdaFaults.killEnvironments(readInput(input.killEnvironments, body).functionName);
      return {};
    },
    journal: (body) => {
      const { after } = readInput(input.journal, body);
      return { entries: journal.read(after), seq: journal.lastSeq };
    },
  };

  return {
    async answer(action, request, response) {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      if (!sameToken(request.headers['x-control-token'], token))
        return sendJson(response, 403, { message: 'Wrong control token.' });
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!run) return sendJson(response, 404, { message: `There is no control action ${action}.` });
      try {
        sendJson(response, 200, await run(await text(request), gone.signal));
      } catch (error) {
        sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

interface Wait {
  /** Cloud time in epoch milliseconds. */
  deadline: number;
  afterSeq: number;
  signal: AbortSignal;
  work: Work | undefined;
}

/**
 * Waits until something was journaled after `afterSeq`, and what followed from it is done, or until `deadline`
 * in cloud time. The waiting caller makes time jump.
 */
async function waitForActivity(
  { clock, journal }: Cloud,
  { deadline, afterSeq, signal, work }: Wait,
): Promise<{ reason: 'activity' | 'elapsed'; seq: number; now: number }> {
  const wake = new AbortController();
  const onGone = () => wake.abort();
  signal.addEventListener('abort', onGone, { once: true });
  // A little later than the entry itself: its effects follow in the same turns of the event loop.
  const unsubscribe = journal.subscribe((entry) => {
    if (isEffect(entry)) setImmediate(() => wake.abort());
  });
  if (journal.read(afterSeq).some(isEffect)) wake.abort();
  try {
    const how = await clock.wait({ until: deadline, wake: wake.signal, work });
    return { reason: how === 'woken' ? 'activity' : 'elapsed', seq: journal.lastSeq, now: clock.now() };
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', onGone);
  }
}

/** Operations that change nothing. */
const READING = /^(Get|List|Describe|Receive|BatchGet|Query|Scan|Filter)/;

/** Whether an entry may have changed what a caller sees; the caller's own look at it does not. */
function isEffect(entry: JournalEntry): boolean {
  if (entry.type === 'call') return !entry.principal.endsWith(':root') && !READING.test(entry.operation);
  return entry.type !== 'cost';
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sameToken(given: string | string[] | undefined, token: string): boolean {
  const a = Buffer.from(String(given ?? ''));
  const b = Buffer.from(token);
  return a.length === b.length && timingSafeEqual(a, b);
}
