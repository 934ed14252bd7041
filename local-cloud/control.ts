import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Work } from './clock.ts';
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
  /** Callers prove with it that they may. */
  token: string;
}

const match = z.record(z.string(), z.unknown()).optional();
const common = {
  service: z.string(),
  operation: z.union([z.string(), z.array(z.string())]).optional(),
  match,
  times: z.number().int().positive().optional(),
};
const fault = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('error'),
    ...common,
    code: z.string(),
    message: z.string().optional(),
    status: z.number().int().optional(),
    afterEffect: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('latency'),
    ...common,
    ms: z.number().nonnegative(),
    together: z.number().int().positive().optional(),
  }),
]);

/** Makes the control endpoint of an account. */
export function createControl({
  cloud,
  faults,
  lambdaFaults,
  eventBridgeFaults,
  token,
}: ControlOptions): Control {
  const { clock, journal } = cloud;
  const works = new Map<string, Work>();
  const undo = new Map<string, () => void>();

  const idOf = <T>(map: Map<string, T>, value: T): string => {
    const id = cloud.uuid();
    map.set(id, value);
    return id;
  };
  const undoOnce = (id: string) => {
    undo.get(id)?.();
    undo.delete(id);
  };

  const actions: Record<string, (body: unknown, signal: AbortSignal) => unknown> = {
    now: () => ({ now: clock.now(), seq: journal.lastSeq }),
    begin: () => ({ workId: idOf(works, clock.begin()) }),
    end: (body) => {
      const { workId } = z.object({ workId: z.string() }).parse(body);
      works.get(workId)?.end();
      works.delete(workId);
      return {};
    },
    wait: (body, signal) => {
      const { until, within, afterSeq, workId } = z
        .object({
          until: z.number().optional(),
          within: z.number().nonnegative().optional(),
          afterSeq: z.number().int().optional(),
          workId: z.string().optional(),
        })
        .parse(body);
      const deadline = until ?? clock.now() + (within ?? 0);
      return waitForActivity(
        cloud,
        deadline,
        afterSeq ?? journal.lastSeq,
        signal,
        workId ? works.get(workId) : undefined,
      );
    },
    advance: async (body) => {
      const { ms, workId } = z
        .object({ ms: z.number().nonnegative(), workId: z.string().optional() })
        .parse(body);
      await clock.wait({ until: clock.now() + ms, work: workId ? works.get(workId) : undefined });
      return { now: clock.now() };
    },
    'inject-fault': (body) => ({ id: idOf(undo, faults.inject(fault.parse(body))) }),
    'clear-faults': () => {
      faults.clear();
      eventBridgeFaults.clear();
      return {};
    },
    occupy: (body) => {
      const { functionName, slots } = z
        .object({ functionName: z.string(), slots: z.number().int().positive() })
        .parse(body);
      return { id: idOf(undo, lambdaFaults.occupy(functionName, slots)) };
    },
    undo: (body) => {
      undoOnce(z.object({ id: z.string() }).parse(body).id);
      return {};
    },
    'kill-after': (body) => {
      const { functionName, ...point } = z
        .object({
          functionName: z.string(),
          service: z.string(),
          operation: z.string().optional(),
          calls: z.number().int().positive().optional(),
        })
        .parse(body);
      return { id: idOf(undo, lambdaFaults.killAfter(functionName, point)) };
    },
    'fail-entries': (body) => {
      const entryFault = z
        .object({
          detailContains: z.string().optional(),
          times: z.number().int().positive().optional(),
          errorCode: z.string().optional(),
          errorMessage: z.string().optional(),
        })
        .parse(body);
      return { id: idOf(undo, eventBridgeFaults.failEntries(entryFault)) };
    },
    'kill-environments': (body) => {
      lambdaFaults.killEnvironments(z.object({ functionName: z.string() }).parse(body).functionName);
      return {};
    },
    journal: (body) => {
      const { after } = z.object({ after: z.number().int().optional() }).parse(body);
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
        sendJson(response, 200, await run(await readJson(request), gone.signal));
      } catch (error) {
        sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

/**
 * Waits until something was journaled after `afterSeq`, and what followed from it is done, or until `deadline`
 * in cloud time. The waiting caller makes time jump.
 */
async function waitForActivity(
  { clock, journal }: Cloud,
  deadline: number,
  afterSeq: number,
  signal: AbortSignal,
  work: Work | undefined,
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

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
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
