import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Fault } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import type { EntryFault } from './services/eventbridge/faults.ts';
import type { KillPoint } from './services/lambda/faults.ts';

/** What a test does to an account that runs in another process. */
export interface ControlClient {
  /** Cloud time in epoch milliseconds, and the newest journal entry. */
  now(): Promise<{ now: number; seq: number }>;
  /** Says that something is under way; time does not jump until `end`, but for this caller's own waits. */
  begin(): Promise<string>;
  end(workId: string): Promise<void>;
  /** Waits until something happened after `afterSeq`, or until a point of cloud time. */
  wait(options: {
    until?: number;
    within?: number;
    afterSeq?: number;
    workId?: string;
  }): Promise<{ reason: 'activity' | 'elapsed'; seq: number; now: number }>;
  /** Lets `ms` of cloud time pass. */
  advance(ms: number, workId?: string): Promise<void>;
  /** Adds a fault; returns an id for `undo`. */
  injectFault(fault: Fault): Promise<string>;
  /** Kills the function's environments once it has made some calls, before it hears of the last; returns an id. */
  killAfter(functionName: string, point: KillPoint): Promise<string>;
  /** Fails entries of PutEvents one by one; returns an id for `undo`. */
  failEntries(fault: EntryFault): Promise<string>;
  /** Occupies concurrency slots of a function; returns an id for `undo`. */
  occupy(functionName: string, slots: number): Promise<string>;
  /** Takes back a fault or frees occupied slots. */
  undo(id: string): Promise<void>;
  /** Takes back all faults, and frees all occupied slots. */
  clearFaults(): Promise<void>;
  /** Kills the function's execution environments now, as a crash of the machine would. */
  killEnvironments(functionName: string): Promise<void>;
  journal(after?: number): Promise<{ entries: readonly JournalEntry[]; seq: number }>;
}

/**
 * Makes a client of an account's control endpoint.
 * @param url base URL of the account
 * @param token the token that the account was made with
 */
export function createControlClient(url: string, token: string): ControlClient {
  async function post<Answer = void>(action: string, body: object = {}): Promise<Answer> {
    const response = await send(`${url}/_control/${action}`, token, JSON.stringify(body));
    const answer: unknown = await json(response);
    if (response.statusCode !== 200)
      throw new Error(`${action}: ${(answer as { message?: string }).message}`);
    return answer as Answer;
  }

  return {
    now: () => post('now'),
    begin: async () => (await post<{ workId: string }>('begin')).workId,
    end: (workId) => post('end', { workId }),
    wait: (options) => post('wait', options),
    advance: (ms, workId) => post('advance', { ms, workId }),
    injectFault: async (fault) => (await post<{ id: string }>('inject-fault', fault)).id,
    killAfter: async (functionName, point) =>
      (await post<{ id: string }>('kill-after', { functionName, ...point })).id,
    failEntries: async (fault) => (await post<{ id: string }>('fail-entries', fault)).id,
    occupy: async (functionName, slots) => (await post<{ id: string }>('occupy', { functionName, slots })).id,
    undo: (id) => post('undo', { id }),
    clearFaults: () => post('clear-faults'),
    killEnvironments: (functionName) => post('kill-environments', { functionName }),
    journal: (after) => post('journal', { after }),
  };
}

const agent = new Agent({ keepAlive: true });

/** `fetch` would do as well, but loading it takes a tenth of a second, and most who use this live for one run only. */
function send(url: string, token: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-control-token': token,
    };
    request(url, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
  });
}
