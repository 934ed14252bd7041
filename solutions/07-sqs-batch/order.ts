/** An order as it travels on the queue. */
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

/** The message is no valid order: to receive it again will not help. */
export class InvalidOrderError extends Error {
  override name = 'InvalidOrderError';
}

/**
 * Reads an order from a message. Nothing is converted: `"2"` is no quantity. Unknown properties are left out.
 * @throws InvalidOrderError naming the first field that breaks a rule
 */
export function parseOrder(body: string): Order {
  const { orderId, customerId, items, totalCents } = objectAt(jsonOf(body), 'order');
  const order: Order = {
    orderId: text(orderId, 'orderId', /^[A-Za-z0-9_-]{1,64}$/),
    customerId: text(customerId, 'customerId', /^(?=.*\S).{1,64}$/s),
    items: list(items, 'items').map(parseItem),
    totalCents: integer(totalCents, 'totalCents', 0, Number.MAX_SAFE_INTEGER),
  };
  const sum = order.items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  return order.totalCents === sum ? order : invalid('totalCents', `must be ${sum}, the sum of the items`);
}

function parseItem(value: unknown, index: number): OrderItem {
  const path = `items[${index}]`;
  const { sku, quantity, unitPriceCents } = objectAt(value, path);
  return {
    sku: text(sku, `${path}.sku`, /^.{1,64}$/s),
    quantity: integer(quantity, `${path}.quantity`, 1, 1_000),
    unitPriceCents: integer(unitPriceCents, `${path}.unitPriceCents`, 0, 10_000_000),
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return invalid('order', 'must be JSON');
  }
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid(path, 'must be an object');
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 100) {
    return invalid(path, 'must be a list of 1 to 100 items');
  }
  return value;
}

function text(value: unknown, path: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value))
    return invalid(path, `must be a text like ${pattern}`);
  return value;
}

function integer(value: unknown, path: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    return invalid(path, `must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function invalid(path: string, rule: string): never {
  throw new InvalidOrderError(`${path} ${rule}`);
}
