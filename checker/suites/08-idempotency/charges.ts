import assert from 'node:assert/strict';
import {
  type Fixtures,
  type Order,
  type Outcome,
  type Row,
  type RunningHandler,
  sqsEvent,
} from '../../fixtures.ts';

export type Handler = RunningHandler<'idempotency' | 'ledger' | 'control'>;

/** Starts the lab's handler with the environment and tables of its contract. */
export function startHandler(handler: Fixtures['handler'], { shared = false } = {}): Promise<Handler> {
  return handler.start({
    file: 'handler.ts',
    shared,
    tables: { idempotency: ['id'], ledger: ['orderId', 'effectId'], control: ['id'] },
    environment: ({ idempotency, ledger, control }) => ({
      IDEMPOTENCY_TABLE: idempotency,
      LEDGER_TABLE: ledger,
      CONTROL_TABLE: control,
    }),
  });
}

/** The state of the payment service: `up`, `down`, `crash-after:1` … */
export const paymentsAre = (mode: string): Row => ({ id: 'downstream', mode });

/** How long (real time) those who are to meet wait for each other: the machine may be busy. */
export const gapMs = 300;

/** Real time after which a lock that was meant to last is still held. */
export const laterMs = 100;

/** How long those wait for each other whose environments have yet to start. */
export const coldStartsMs = 3_000;

/** Real time. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let deliveries = 0;

/** The event of an order's message, delivered anew: SQS gives each delivery its own receipt handle. */
export function delivery(body: unknown, messageId = `message-${++deliveries}`) {
  const event = sqsEvent({ [messageId]: typeof body === 'string' ? body : JSON.stringify(body) });
  for (const record of event.Records) record.receiptHandle = `receipt-${++deliveries}`;
  return event;
}

/** Whether a batch of one succeeded, as Lambda reads the answer. */
export function isDone(outcome: Outcome): boolean {
  if (outcome.type === 'error') return false;
  const failures = (outcome.value as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  return Array.isArray(failures) && failures.length === 0;
}

/** Asserts that a direct invocation answered a receipt for the order. */
export function chargeIdOf(outcome: Outcome, order: Order): string {
  assert(outcome.type === 'answer', `The handler failed for order ${order.orderId}: ${told(outcome)}.`);
  const { chargeId, orderId } = (outcome.value ?? {}) as { chargeId?: unknown; orderId?: unknown };
  assert(
    typeof chargeId === 'string' && orderId === order.orderId,
    `The handler answered ${JSON.stringify(outcome.value)} for order ${order.orderId}. It should answer { "chargeId": …, "orderId": "${order.orderId}" }.`,
  );
  return chargeId;
}

/** How an invocation ended, in Lambda's words. */
export function told(outcome: Outcome): string {
  if (outcome.type === 'error') return `${outcome.errorType}: ${outcome.message}`;
  if (isDone(outcome)) return `it answered ${JSON.stringify(outcome.value)}`;
  const why = outcome.lastError ? `, and logged "${outcome.lastError}"` : '';
  return `it reported the message as failed${why}`;
}

/** An order's rows of kind `charged`. */
export const chargesOf = (rows: readonly Row[], orderId: string) =>
  rows.filter((row) => row.orderId === orderId && row.kind === 'charged');

/**
 * Asserts how often an order was charged.
 * @param story what happened to the order, as the beginning of a sentence
 */
export function assertCharged(rows: readonly Row[], orderId: string, times: number, story: string): void {
  const charges = chargesOf(rows, orderId).length;
  const asWords = (count: number) => (count === 1 ? 'once' : count === 0 ? 'not at all' : `${count} times`);
  assert(
    charges === times,
    `${story}: order ${orderId} was charged ${asWords(charges)}; it should be charged ${asWords(times)}.`,
  );
}

/** No lease needs to last longer than an invocation can: 15 minutes. */
const longestLeaseSeconds = 15 * 60;
const pauseSeconds = 60;

/**
 * Delivers again, as SQS and patient callers do, until it works.
 * @returns how the last try ended
 */
export async function againAndAgain(
  attempt: () => Promise<Outcome>,
  clock: Fixtures['clock'],
): Promise<Outcome> {
  let outcome = await attempt();
  for (let waited = 0; !isDone(outcome) && waited <= longestLeaseSeconds; waited += pauseSeconds) {
    // Who hangs once would hang each time.
    if (outcome.type === 'error' && outcome.errorType === 'Sandbox.Timedout') break;
    await clock.pass(pauseSeconds);
    outcome = await attempt();
  }
  return outcome;
}

/** How often the payment service was asked to write a charge. */
export async function requestsToPay(
  journal: Fixtures['journal'],
  ledger: string,
  after: number,
): Promise<number> {
  const { entries } = await journal(after);
  return entries.filter(
    (entry) =>
      entry.type === 'call' &&
      entry.operation === 'PutItem' &&
      entry.resources.some((arn) => arn.endsWith(`table/${ledger}`)),
  ).length;
}

/** Real time after which a handler that has written nothing to a table will not do so before it charges. */
const writeLimitMs = 1_200;

/** Waits until something was written to the table, or no longer has a reason to come. */
export async function untilWritten(
  journal: Fixtures['journal'],
  table: string,
  after: number,
): Promise<void> {
  for (const giveUpAt = performance.now() + writeLimitMs; performance.now() < giveUpAt; ) {
    const { entries } = await journal(after);
    const written = entries.some(
      (entry) =>
        entry.type === 'call' &&
        /Put|Update|Write/.test(entry.operation) &&
        entry.resources.some((arn) => arn.endsWith(`table/${table}`)),
    );
    if (written) return;
    await pause(20);
  }
}
