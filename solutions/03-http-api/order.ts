/** An order as the shop keeps it. */
export interface Order {
  orderId: string;
  customerId: string;
  items: OrderItem[];
  totalCents: number;
}

export interface OrderItem {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

/** The client has to change its request: the message says what, and quotes none of it. */
export class InvalidRequestError extends Error {
  override name = 'InvalidRequestError';
}

const orderIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether an order can have this id at all. */
export function isOrderId(text: string): boolean {
  return orderIdPattern.test(text);
}

/**
 * Reads an order from the body of a request and works out its total. Nothing is converted: `"2"` is no quantity.
 * What the contract does not know is left out, a total that the client sends included.
 * @throws InvalidRequestError naming the first field that breaks a rule
 */
export function readOrder(body: string): Order {
  const { orderId, customerId, items } = objectAt(jsonOf(body), 'order');
  const order = {
    orderId: textAt(orderId, 'orderId', orderIdPattern, '1 to 64 letters, digits, _ or -'),
    customerId: readCustomerId(customerId),
    items: listAt(items, 'items').map(readItem),
  };
  const totalCents = order.items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  return { ...order, totalCents };
}

/** @throws InvalidRequestError for what no customer is called */
export function readCustomerId(value: unknown): string {
  return textAt(value, 'customerId', /^(?=.*\S).{1,64}$/s, '1 to 64 characters, not all blank');
}

/** @throws InvalidRequestError for a number that is not written as one, or out of range */
export function readLimit(text: string): number {
  if (/^[1-9]\d?$|^100$/.test(text)) return Number(text);
  throw new InvalidRequestError('limit must be a whole number from 1 to 100');
}

function readItem(value: unknown, index: number): OrderItem {
  const path = `items[${index}]`;
  const { sku, quantity, unitPriceCents } = objectAt(value, path);
  return {
    sku: textAt(sku, `${path}.sku`, /^.{1,64}$/s, '1 to 64 characters'),
    quantity: integerAt(quantity, `${path}.quantity`, 1, 1_000),
    unitPriceCents: integerAt(unitPriceCents, `${path}.unitPriceCents`, 0, 10_000_000),
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message quotes the body.
    throw new InvalidRequestError('the body must be JSON');
  }
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InvalidRequestError(`${path} must be an object`);
}

function listAt(value: unknown, path: string): unknown[] {
  if (Array.isArray(value) && value.length >= 1 && value.length <= 100) return value;
  throw new InvalidRequestError(`${path} must be a list of 1 to 100 items`);
}

function textAt(value: unknown, path: string, pattern: RegExp, rule: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new InvalidRequestError(`${path} must be a text of ${rule}`);
}

function integerAt(value: unknown, path: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidRequestError(`${path} must be a whole number from ${least} to ${most}`);
}
