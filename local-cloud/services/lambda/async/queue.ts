import { AwsError } from '../../../errors.ts';
import type { Cloud } from '../../../service.ts';
import type { Concurrency } from '../concurrency.ts';
import type { FunctionEntry, StoredFunction } from '../functions.ts';
import type { Invoker } from '../invoke.ts';
import { functionArn } from '../names.ts';
import { enterFunction, loopDetected } from '../recursion.ts';
import { newTraceHeader } from '../trace-header.ts';
import { createRecordDelivery, type RecordServices, type Sender } from './delivery.ts';
import { readDestination } from './destination.ts';
import { type Condition, invocationRecord, type Response } from './record.ts';
import { DEFAULT_AGE_SECONDS, DEFAULT_RETRIES, type EventInvokeSettings } from './settings.ts';

/** An event that a function is to run with. */
export interface AcceptedEvent {
  /** The same for all attempts. */
  readonly requestId: string;
  /** What was asked for, looked up anew for each attempt: an alias may move, a function may go. */
  target(): { entry: FunctionEntry; stored: StoredFunction };
  readonly payload: Uint8Array;
  readonly traceHeader?: string;
}

/** The events that the account's functions were given asynchronously. */
export interface AsyncQueue {
  /** Takes an event and lets the function run with it; does not wait. */
  accept(event: AcceptedEvent): void;
  /** Makes no attempt any more, and waits for those that are under way. */
  stop(): Promise<void>;
}

interface QueueParts {
  cloud: Cloud;
  invoker: Invoker;
  concurrency: Concurrency;
  services: RecordServices;
}

/** An event in the queue, and what has happened to it. */
interface QueuedEvent extends AcceptedEvent {
  readonly functionName: string;
  /** `$LATEST` when the caller named none. */
  readonly qualifier: string;
  readonly traceHeader: string;
  readonly acceptedAt: number;
  /** How often the function ran. */
  invocations: number;
  /** How often the event was put back without the function having run, since it ran last. */
  putBack: number;
  response?: Response;
}

type AttemptSettings = Pick<EventInvokeSettings, 'maximumRetryAttempts' | 'maximumEventAgeSeconds'>;

/** After the first function error a minute, after the second two; throttled events wait 1 s to 5 min.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_MS = 60_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/**
 * Makes the queue: it runs functions, tries again what fails, and sends on what was processed or given up.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncQueue({ cloud, invoker, concurrency, services }: QueueParts): AsyncQueue {
  const { clock, journal } = cloud;
  const delivery = createRecordDelivery(cloud, services);
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  function start(event: QueuedEvent): void {
    if (stopped) return;
    const work = clock.begin();
    const attempted: Promise<void> = attempt(event, (run) => work.suspend(run)).finally(() => {
      work.end();
      underWay.delete(attempted);
    });
    underWay.add(attempted);
  }

  async function attempt(event: QueuedEvent, wait: <T>(run: () => Promise<T>) => Promise<T>): Promise<void> {
    const target = find(event);
    if (!target) return;
    const { stored } = target;
    note(event, 'attempt');
    const { requestId, payload, traceHeader } = event;
    // The environment itself holds the clock meanwhile, or sets it aside in a long poll of its own.
    const outcome = await wait(() =>
      invoker.run(stored, payload, { requestId, invocationType: 'Event', traceHeader }),
    ).catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }));
    if (stopped) return;
    const settings = target.entry.eventInvokeSettings.get(event.qualifier) ?? {};
    if ('failed' in outcome) {
      event.response = { statusCode: 500, reason: outcome.failed };
      await putBack(event, settings);
    } else if ('isLoop' in outcome) {
      event.response = { statusCode: 400, reason: loopDetected().message };
      await settle(event, 'RecursiveInvocation');
    } else if ('throttled' in outcome) {
      await throttled(event, settings);
    } else {
      event.invocations++;
      event.putBack = 0;
      const { payload: answer, error } = outcome;
      event.response = { statusCode: 200, executedVersion: stored.version, payload: answer, error };
      await (error ? tryAgain(event, settings) : settle(event, 'Success'));
    }
  }

  /** An event whose function is gone is dropped. */
  function find(event: QueuedEvent): ReturnType<AcceptedEvent['target']> | undefined {
    try {
      return event.target();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      note(event, 'dropped', error.name);
      return undefined;
    }
  }

  async function throttled(event: QueuedEvent, settings: AttemptSettings): Promise<void> {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html: a function whose reserved
    // concurrency is zero gets its events sent on at once.
    if (concurrency.reservedFor(event.functionName) === 0) {
      const reason = 'Function not invoked. Function is configured with zero reserved concurrent executions';
      event.response = { statusCode: 429, reason };
      await settle(event, 'ZeroReservedConcurrency');
      return;
    }
    event.response = { statusCode: 429, reason: 'Rate Exceeded.' };
    await putBack(event, settings);
  }

  /** Throttling and system errors are no attempts: the event comes back until it is too old. */
  async function putBack(event: QueuedEvent, settings: AttemptSettings): Promise<void> {
    const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** event.putBack, LONGEST_BACKOFF_MS);
    event.putBack++;
    await later(event, settings, delayMs);
  }

  async function tryAgain(event: QueuedEvent, settings: AttemptSettings): Promise<void> {
    const { maximumRetryAttempts = DEFAULT_RETRIES } = settings;
    if (event.invocations > maximumRetryAttempts) await settle(event, 'RetriesExhausted');
    else await later(event, settings, RETRY_MS * event.invocations);
  }

  /** An event that would be too old by then is given up now. */
  async function later(event: QueuedEvent, settings: AttemptSettings, delayMs: number): Promise<void> {
    const { maximumEventAgeSeconds = DEFAULT_AGE_SECONDS } = settings;
    const at = clock.now() + delayMs;
    if (at > event.acceptedAt + maximumEventAgeSeconds * 1000) {
      await settle(event, 'EventAgeExceeded');
      return;
    }
    const target = find(event);
    if (!target) return;
    journal.record({
      type: 'retry',
      what: target.stored.arn,
      attempt: event.invocations + event.putBack,
      delayMs,
    });
    clock.schedule(at, 'work', () => start(event));
  }

  /** The event is done with: records of it go where they should. */
  async function settle(event: QueuedEvent, condition: Condition): Promise<void> {
    const target = find(event);
    if (!target) return;
    const { entry, stored } = target;
    const { functionName, qualifier, traceHeader } = event;
    const settings = entry.eventInvokeSettings.get(qualifier);
    const succeeded = condition === 'Success';
    if (!succeeded) note(event, 'dropped', condition);
    const sender: Sender = {
      functionName,
      functionArn: functionArn(cloud, functionName, qualifier),
      roleArn: stored.settings.roleArn,
      traceHeader: enterFunction(traceHeader, entry).traceHeader,
    };
    // Versions have the queue of `$LATEST`.
    const queueArn = entry.latest.settings.deadLetterArn;
    if (!succeeded && queueArn) await sendDeadLetter(event, queueArn, sender);
    const destination = succeeded ? settings?.onSuccess : settings?.onFailure;
    if (destination) await sendRecord(event, destination, condition, sender);
  }

  async function sendDeadLetter(event: QueuedEvent, queueArn: string, sender: Sender): Promise<void> {
    const { requestId, payload, response } = event;
    try {
      const errorMessage = response?.error?.errorMessage ?? response?.reason ?? '';
      const letter = { requestId, payload, errorCode: response?.statusCode ?? 500, errorMessage };
      await delivery.sendDeadLetter(queueArn, letter, sender);
      journal.record({ type: 'delivery', from: sender.functionArn, to: queueArn, messageIds: [requestId] });
    } catch (error) {
      note(event, 'dead-letter-error', messageOf(error));
    }
  }

  async function sendRecord(
    event: QueuedEvent,
    arn: string,
    condition: Condition,
    sender: Sender,
  ): Promise<void> {
    const { requestId } = event;
    try {
      const destination = readDestination(cloud, arn, 'destination');
      if (!destination) throw new Error(`The destination ARN ${arn} is invalid.`);
      const record = invocationRecord({
        ...event,
        functionArn: sender.functionArn,
        condition,
        at: clock.now(),
      });
      await delivery.sendRecord(destination, record, condition === 'Success', sender);
      journal.record({ type: 'delivery', from: sender.functionArn, to: arn, messageIds: [requestId] });
    } catch (error) {
      note(event, 'destination-error', messageOf(error));
    }
  }

  function note(
    { functionName, qualifier, requestId, acceptedAt }: QueuedEvent,
    what: 'received' | 'attempt' | 'dropped' | 'dead-letter-error' | 'destination-error',
    reason?: string,
  ): void {
    journal.record({
      type: 'async-event',
      functionName,
      qualifier,
      requestId,
      what,
      ageMs: clock.now() - acceptedAt,
      ...(reason && { reason }),
    });
  }

  return {
    accept(accepted) {
      const { name, qualifier = '$LATEST' } = accepted.target().stored;
      const event: QueuedEvent = {
        ...accepted,
        functionName: name,
        qualifier,
        // A trace runs through all attempts.
        traceHeader: accepted.traceHeader ?? newTraceHeader(cloud),
        acceptedAt: clock.now(),
        invocations: 0,
        putBack: 0,
      };
      note(event, 'received');
      start(event);
    },
    async stop() {
      stopped = true;
      await Promise.all(underWay);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
