import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Lab } from '../catalog.ts';
import type { LabReport } from '../report.ts';
import type { Runner } from '../run.ts';
import { createSession, type SessionEvent } from '../watch/session.ts';
import { readJson } from './body.ts';
import { createEventHub } from './events.ts';
import type { Refused } from './guard.ts';
import type { LabAnswer, LabsAnswer, Refusal, ServerEvent } from './protocol.ts';
import { applyEvent, initialStates, type States, setWatching } from './states.ts';

/** All that grading needs; loaded while the server answers already. */
export interface Course {
  labs: readonly Lab[];
  runner: Runner;
  /** Folder that holds `<slug>/` of each lab. */
  source: string;
  /** The last verdict recorded of a lab. */
  latest: (lab: string) => LabReport | undefined;
  record?: (report: LabReport) => Promise<void> | void;
}

export interface Api {
  /** Answers a request under `/api/`. Never rejects on a bad request. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  close(): Promise<void>;
}

/** A page that is reloaded is gone for a moment: so long its files are still watched, in milliseconds. */
const FAREWELL_MS = 5_000;

const watchSchema = z.strictObject({ on: z.boolean() });

/**
 * Makes the API over a course: verdicts, runs on demand, and live events while a page is open.
 * @param course what to grade
 * @param token what a page must send back with each call that changes something
 */
export function createApi(course: Course, token: string): Api {
  let states: States = initialStates(
    course.labs.map(({ slug }) => slug),
    course.latest,
  );
  const tell = (change: { states: States; tell: readonly ServerEvent[] }): void => {
    states = change.states;
    for (const event of change.tell) hub.send(event);
  };
  const session = createSession({
    runner: course.runner,
    labs: course.labs,
    source: course.source,
    record: course.record,
    runsOnSave: (lab) => states.get(lab)?.watching ?? false,
    onEvent: (event: SessionEvent) => tell(applyEvent(states, event)),
  });
  let farewell: NodeJS.Timeout | undefined;
  const hub = createEventHub((present) => {
    clearTimeout(farewell);
    if (!present) farewell = setTimeout(() => void session.unwatch(), FAREWELL_MS);
  });

  /** Once the page has its first event, no save is missed. */
  const openPage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    clearTimeout(farewell);
    await session.watch();
    hub.open(
      request,
      response,
      [...states.values()].map((data) => ({ event: 'state', data })),
    );
  };

  const labOf = (name: string) => course.labs.find(({ slug }) => slug === name);

  const change = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const [, name = '', action = ''] = /^\/api\/labs\/([^/]+)\/(run|watch)$/.exec(path) ?? [];
    if (action === '') return refuseWith(response, unknownCall(path));
    const lab = labOf(name);
    if (lab === undefined) return refuseWith(response, unknownLab(name, course.labs));
    if (action === 'run') {
      session.runFirst(lab.slug);
      return sendJson(response, 202, states.get(lab.slug));
    }
    const body = await readJson(request, watchSchema);
    if ('refused' in body) return refuseWith(response, body.refused);
    tell(setWatching(states, lab.slug, body.value.on));
    sendJson(response, 200, states.get(lab.slug));
  };

  return {
    answer: async (request, response, path) => {
      if (request.method === 'POST') return change(request, response, path);
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuseWith(response, wrongMethod);
      if (path === '/api/labs') return sendJson(response, 200, answerLabs(course.labs, states, token));
      if (path === '/api/events' && request.method === 'GET') return openPage(request, response);
      refuseWith(response, unknownCall(path));
    },
    close: async () => {
      clearTimeout(farewell);
      hub.close();
      await session.close();
    },
  };
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Answers with a refusal. */
export function refuseWith(response: ServerResponse, { status, code, message }: Refused): void {
  // What is left of a refused body is not read: the connection ends with the answer.
  response.setHeader('connection', 'close');
  sendJson(response, status, { error: { code, message } } satisfies Refusal);
}

function answerLabs(labs: readonly Lab[], states: States, token: string): LabsAnswer {
  return {
    token,
    labs: labs.map(
      ({ slug, number, title, route, checks }): LabAnswer => ({
        slug,
        number,
        title,
        route,
        checks,
        latest: states.get(slug)?.report,
      }),
    ),
  };
}

const wrongMethod: Refused = { status: 405, code: 'MethodNotAllowed', message: 'Use GET or POST.' };

function unknownCall(path: string): Refused {
  return {
    status: 404,
    code: 'UnknownCall',
    message: `There is no ${path}. There are GET /api/health, /api/labs, /api/events and POST /api/labs/<lab>/run, /api/labs/<lab>/watch.`,
  };
}

function unknownLab(name: string, labs: readonly Lab[]): Refused {
  const known = labs.map(({ slug }) => slug).join(', ');
  return { status: 404, code: 'UnknownLab', message: `There is no lab ${name}. There are: ${known}.` };
}
