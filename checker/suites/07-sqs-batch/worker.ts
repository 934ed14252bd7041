import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { errorLoggedWith, type Fixtures, knownItems, type Order, type Row } from '../../fixtures.ts';

/**
 * Starts the lab's worker with the environment and tables of its contract.
 * @param options.shared whether checks with order ids of their own share it
 */
export function startWorker(handler: Fixtures['handler'], { shared = true }: { shared?: boolean } = {}) {
  return handler.start({
    file: 'worker.ts',
    shared,
    tables: { orders: ['orderId'], ledger: ['orderId', 'effectId'] },
    environment: ({ orders, ledger }) => ({ TABLE_NAME: orders, LEDGER_TABLE: ledger }),
  });
}

/**
 * The ids that a batch response reports as failed, read as Lambda reads it: no list means that nothing failed.
 * @param answer what the handler answered, after Lambda's JSON round trip
 * @param known ids of the batch
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function reportedIds(answer: unknown, known: readonly string[]): readonly string[] {
  const failures = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  assert(
    Array.isArray(failures),
    `The handler answered ${show(answer)}. Lambda looks for a list: { "batchItemFailures": [ … ] }.`,
  );
  const ids = failures.map(
    (failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  for (const [index, id] of ids.entries()) {
    assert(
      typeof id === 'string' && known.includes(id),
      `batchItemFailures[${index}] is ${show(failures[index])}. Each entry is { "itemIdentifier": <messageId> } with the id of a message in the batch; anything else fails the whole batch.`,
    );
  }
  return [...new Set(ids as string[])].sort();
}

/** Asserts that the handler answered a batch response, as the contract asks: also when nothing failed. */
export function assertBatchResponse(answer: unknown): void {
  assert(
    Array.isArray((answer as { batchItemFailures?: unknown } | null)?.batchItemFailures),
    `The handler answered ${show(answer)}. It should answer { "batchItemFailures": [] } when every message succeeded.`,
  );
}

/** Asserts that exactly these messages were reported. */
export function assertReported(answer: unknown, expected: readonly string[], known: readonly string[]): void {
  const reported = reportedIds(answer, known);
  const missing = expected.filter((id) => !reported.includes(id));
  const extra = reported.filter((id) => !expected.includes(id));
  assert(
    missing.length === 0,
    `Not reported: ${missing.join(', ')}. Lambda deletes every message that batchItemFailures leaves out, so ${missing.length === 1 ? 'this order is' : 'these orders are'} lost.`,
  );
  // With poison in the batch the log is about that, too.
  const logged = expected.length === 0 ? errorLoggedWith(answer) : undefined;
  const why = logged ? ` The handler logged "${logged}".` : '';
  assert(
    extra.length === 0,
    `Reported though nothing was wrong with it: ${extra.join(', ')}. Lambda delivers a reported message again, so its order is processed more than once.${why}`,
  );
}

/** Asserts that the item is the order, in native types, with its status. */
export function assertProcessed(order: Order, item: Row | undefined): void {
  assert(item, `There is no item for order ${order.orderId} in the orders table.`);
  const wanted: Row = { ...pick(order), status: 'PROCESSED' };
  for (const [name, value] of Object.entries(wanted)) {
    const actual = name === 'items' ? knownItems(item.items) : item[name];
    assert(
      isDeepStrictEqual(actual, value),
      `The item of order ${order.orderId} has ${name} = ${show(actual)}; it should be ${show(value)}.`,
    );
  }
}

/** Asserts how often an order's effect was recorded in the ledger. */
export function assertEffects(orderId: string, ledger: readonly Row[], expected: number): void {
  const rows = ledger.filter((row) => row.orderId === orderId);
  const kinds = new Set(rows.map(({ kind }) => kind));
  for (const kind of kinds) {
    assert(
      kind === 'processed',
      `The ledger has a row of kind ${show(kind)} for order ${orderId}; it should be "processed".`,
    );
  }
  assert(
    rows.length === expected,
    `The ledger has ${times(rows.length)} for order ${orderId}; it should have ${times(expected)}.`,
  );
}

const times = (count: number) => (count === 1 ? 'one row' : count === 0 ? 'no row' : `${count} rows`);

const pick = ({ orderId, customerId, items, totalCents }: Order) => ({
  orderId,
  customerId,
  items: knownItems(items),
  totalCents,
});

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing (undefined)';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
