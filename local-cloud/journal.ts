/** One thing that happened in the account. `at` is cloud time in epoch milliseconds. */
export type JournalEvent =
  | {
      type: 'call';
      service: string;
      operation: string;
      /** ARN of the caller. */
      principal: string;
      requestId: string;
      /** The resources that the call named, as ARNs. */
      resources: readonly string[];
      /** What IAM was asked for each of `resources`, in the same order: `dynamodb:PutItem`. */
      actions: readonly string[];
      /** Absent when the call succeeded; else the error's code. */
      error?: string;
      /** Milliseconds of cloud time from the request to the answer. */
      durationMs: number;
    }
  | {
      type: 'denial';
      principal: string;
      action: string;
      resource: string;
      /** The whole message that the caller got. */
      message: string;
    }
  | {
      type: 'delivery';
      /** What moved: from a queue to a function, from a queue to its dead-letter queue … */
      from: string;
      to: string;
      messageIds: readonly string[];
    }
  | {
      type: 'cold-start';
      functionName: string;
      environmentId: string;
      initMs: number;
    }
  | {
      type: 'invocation';
      functionName: string;
      version: string;
      environmentId: string;
      requestId: string;
      invocationType: 'RequestResponse' | 'Event' | 'event-source-mapping';
      durationMs: number;
      billedMs: number;
      initMs?: number;
      memoryMb: number;
      maxMemoryUsedMb: number;
      /** Absent when the handler returned; else the error's type, for example `Sandbox.Timedout`. */
      error?: string;
    }
  | {
      /** DynamoDB deleted items whose time to live was over. */
      type: 'expiry';
      resource: string;
      count: number;
    }
  | { type: 'throttle'; functionName: string; reason: string }
  | { type: 'retry'; what: string; attempt: number; delayMs: number }
  | {
      /** Lambda did not run a function that was in a loop with itself. */
      type: 'recursion';
      functionName: string;
      requestId: string;
    }
  | {
      /** How an event fares that a function was given asynchronously. */
      type: 'async-event';
      functionName: string;
      /** `$LATEST` when the caller named none. */
      qualifier: string;
      /** The same for all attempts. */
      requestId: string;
      what: 'received' | 'attempt' | 'dropped' | 'dead-letter-error' | 'destination-error';
      /** Since Lambda accepted it, in milliseconds of cloud time. */
      ageMs: number;
      /** Why it was dropped, or could not be sent on. */
      reason?: string;
    }
  | {
      /** What an event source mapping does with events; only when its MetricsConfig asks to count them. */
      type: 'mapping-events';
      uuid: string;
      what: 'polled' | 'filtered-out' | 'invoked' | 'failed' | 'deleted';
      count: number;
    }
  | {
      /** An alarm came into another state. */
      type: 'alarm';
      alarmName: string;
      from: string;
      to: string;
      reason: string;
    }
  | { type: 'log'; logGroup: string; logStream: string; message: string }
  | { type: 'environment-end'; functionName: string; environmentId: string; reason: string }
  | {
      /** A client's request to an HTTP API. */
      type: 'request';
      apiId: string;
      /** Absent when no stage took it. */
      stage?: string;
      /** Absent when no route took it. */
      routeKey?: string;
      method: string;
      /** As sent, without the query string. */
      path: string;
      status: number;
      requestId: string;
      /** Why the integration failed; the client does not get to know. */
      integrationError?: string;
      durationMs: number;
    }
  | {
      type: 'cost';
      /** What AWS's price list counts: requests, GB-seconds, capacity units … */
      unit: 'sqs-request' | 'lambda-request' | 'gb-second' | 'read-unit' | 'write-unit' | 'http-api-request';
      resource: string;
      amount: number;
    };

export type JournalEntry = JournalEvent & { readonly seq: number; readonly at: number };

export interface Journal {
  record(event: JournalEvent): void;
  /** Entries with `seq` greater than `after`, oldest first. */
  read(after?: number): readonly JournalEntry[];
  /** `seq` of the newest entry; 0 when nothing has happened yet. */
  readonly lastSeq: number;
  /** How many entries were dropped, oldest first, to stay within the bound. */
  readonly dropped: number;
  /** Calls `listener` on each new entry; the returned function ends it. */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

const DEFAULT_CAPACITY = 50_000;

/**
 * Makes a bounded, append-only record of what happened.
 * @param now cloud time in epoch milliseconds
 * @param capacity entries kept at least; up to twice as many are held, so that dropping costs little
 */
export function createJournal(now: () => number, capacity: number = DEFAULT_CAPACITY): Journal {
  let entries: JournalEntry[] = [];
  let lastSeq = 0;
  let dropped = 0;
  const listeners = new Set<(entry: JournalEntry) => void>();
  return {
    record(event) {
      const entry: JournalEntry = { ...event, seq: ++lastSeq, at: now() };
      entries.push(entry);
      if (entries.length >= 2 * capacity) {
        dropped += entries.length - capacity;
        entries = entries.slice(-capacity);
      }
      for (const listener of listeners) listener(entry);
    },
    read(after = 0) {
      const first = entries[0]?.seq ?? lastSeq + 1;
      return entries.slice(Math.max(0, after + 1 - first));
    },
    get lastSeq() {
      return lastSeq;
    },
    get dropped() {
      return dropped;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
