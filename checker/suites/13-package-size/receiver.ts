import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { type Fixtures, knownItems, makeOrder, type Row, type RunningHandler } from '../../fixtures.ts';

/** What a client sends: an order without its total. */
export type OrderRequest = Omit<ReturnType<typeof makeOrder>, 'totalCents'>;

/** Makes a valid request. */
export function makeRequest(orderId: string): OrderRequest {
  const { totalCents: _ours, ...request } = makeOrder(orderId);
  return request;
}

/** Starts the lab's handler with the environment and the table of its contract; checks share it. */
export function startReceiver(handler: Fixtures['handler']): Promise<RunningHandler<'orders'>> {
  return handler.start({
    file: 'handler.ts',
    shared: true,
    tables: { orders: ['orderId'] },
    environment: ({ orders }) => ({ TABLE_NAME: orders }),
  });
}

/** What the items of an order cost. */
export function totalOf({ items }: OrderRequest): number {
  return items.reduce((cents, { quantity, unitPriceCents }) => cents + quantity * unitPriceCents, 0);
}

/** Asserts that a valid order was answered with its id and its total, and nothing else. */
export function assertAnswered(answer: unknown, request: OrderRequest): void {
  const wanted = { orderId: request.orderId, totalCents: totalOf(request) };
  assert(
    isDeepStrictEqual(answer, wanted),
    `The order ${request.orderId} was answered ${show(answer)}; the starter's answer, and yours, should be ${show(wanted)}.`,
  );
}

/** Asserts that an item is the order of a request, in native types. */
export function assertStored(item: Row | undefined, request: OrderRequest): void {
  assert(
    item,
    `There is no item for order ${request.orderId} in the table that TABLE_NAME names: did the write go with the package?`,
  );
  const { orderId, customerId } = request;
  const items = knownItems(request.items);
  for (const [name, wanted] of Object.entries({ orderId, customerId, items, totalCents: totalOf(request) })) {
    const actual = name === 'items' ? knownItems(item.items) : item[name];
    assert(
      isDeepStrictEqual(actual, wanted),
      `The item of order ${orderId} has ${name} = ${show(actual)}; it should be ${show(wanted)}, as the starter stores it.`,
    );
  }
  assert(
    typeof item.status === 'string',
    `The item of order ${orderId} has no status; the starter stores "RECEIVED".`,
  );
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
