import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import {
  type Fixtures,
  type HttpAnswer,
  httpAnswer,
  httpEvent,
  knownItems,
  makeOrder,
  type Row,
} from '../../fixtures.ts';

/** What a client sends: an order without its total. */
export type OrderRequest = Omit<ReturnType<typeof makeOrder>, 'totalCents'>;

/** Makes a valid request. */
export function makeRequest(orderId: string): OrderRequest {
  const { totalCents: _ours, ...request } = makeOrder(orderId);
  return request;
}

/**
 * Starts the lab's handler with the environment and the table of its contract.
 * @param options.shared whether checks with order ids of their own share it
 * @param options.variables more environment variables
 */
export async function startReceiver(
  handler: Fixtures['handler'],
  { shared = false, variables = {} }: { shared?: boolean; variables?: Readonly<Record<string, string>> } = {},
) {
  const running = await handler.start({
    file: 'handler.ts',
    shared,
    tables: { orders: ['orderId'] },
    environment: ({ orders }) => ({ TABLE_NAME: orders, ...variables }),
  });
  /** Invokes the handler with a body as text, or with an object as JSON. */
  const post = async (body: string | object): Promise<HttpAnswer> =>
    httpAnswer(await running.invoke(httpEvent(typeof body === 'string' ? body : JSON.stringify(body))));
  const itemOf = async (orderId: string): Promise<Row | undefined> =>
    (await running.rows('orders')).find((row) => row.orderId === orderId);
  return { ...running, post, itemOf };
}

/** What becomes of a request: the order as it is answered and stored. */
export function received({ orderId, customerId, items }: OrderRequest): Row {
  return {
    orderId,
    customerId,
    items: items.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents })),
    totalCents: items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0),
    status: 'RECEIVED',
  };
}

/** Asserts that an answer is a 200 with the stored order. */
export function assertAccepted(answer: HttpAnswer, request: OrderRequest): void {
  assert(
    answer.status === 200,
    `The valid order ${request.orderId} was answered ${answer.status} ${cut(answer.body)}; it should be 200 with the stored order.`,
  );
  assertOrder(jsonOf(answer.body), request, 'The answer to');
}

/** Asserts that an item is the order of a request, in native types. */
export function assertStored(item: Row | undefined, request: OrderRequest): void {
  assert(item, `There is no item for order ${request.orderId} in the orders table.`);
  assertOrder(item, request, 'The item of');
}

function assertOrder(value: unknown, request: OrderRequest, what: string): void {
  const order = (value ?? {}) as Row;
  for (const [name, wanted] of Object.entries(received(request))) {
    const actual = name === 'items' ? knownItems(order.items) : order[name];
    assert(
      isDeepStrictEqual(actual, wanted),
      `${what} order ${request.orderId} has ${name} = ${cut(JSON.stringify(actual))}; it should be ${cut(JSON.stringify(wanted))}.`,
    );
  }
}

/**
 * Asserts that a request was refused.
 * @param what the request, as the message names it
 * @returns the text of the error
 */
export function assertRefused(answer: HttpAnswer, what: string): string {
  assert(
    answer.status === 400,
    `${what} was answered ${answer.status} ${cut(answer.body)}; it should be 400: the client has to change its request.`,
  );
  const { error } = (jsonOf(answer.body) ?? {}) as { error?: unknown };
  assert(
    typeof error === 'string' && error !== '',
    `${what} was answered with the body ${cut(answer.body)}; it should be {"error":"…"} with a text.`,
  );
  return error;
}

/** What DynamoDB says when it refuses a write: words that no client should read. */
export const tellTale =
  'User: arn:aws:sts::123456789012:assumed-role/orders-writer is not authorized on table orders-eu';

export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function cut(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
