/** An order of the shop. */
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

/** It is no valid order: to receive it again will not help. */
export class InvalidOrderError extends Error {
  override name = 'InvalidOrderError';
}

/**
 * Reads an order, with its properties always in the same sequence. Nothing is converted: `"2"` is no quantity.
 * Unknown properties are left out.
 *
 * @param value what `JSON.parse` made of it
 * @param total `required`: it is there and equals the sum, as on a queue. `computed`: the sum counts, whatever was sent
 * @throws InvalidOrderError naming the first field that breaks a rule
 */
export function readOrder(value: unknown, total: 'required' | 'computed'): Order {
  const order = objectAt(value, 'order');
  const items = list(order.items, 'items').map(readItem);
  const sum = items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  if (total === 'required' && order.totalCents !== sum) {
    throw new InvalidOrderError(`totalCents must be ${sum}, the sum of the items`);
  }
  return {
    orderId: text(order.orderId, 'orderId', /^[A-Za-z0-9_-]{1,64}$/),
    customerId: text(order.customerId, 'customerId', /^(?=.*\S).{1,64}$/s),
    items,
    totalCents: sum,
  };
}

function readItem(value: unknown, index: number): OrderItem {
  const path = `items[${index}]`;
  const { sku, quantity, unitPriceCents } = objectAt(value, path);
  return {
    sku: text(sku, `${path}.sku`, /^.{1,64}$/s),
    quantity: integer(quantity, `${path}.quantity`, 1, 1_000),
    unitPriceCents: integer(unitPriceCents, `${path}.unitPriceCents`, 0, 10_000_000),
  };
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InvalidOrderError(`${path} must be an object`);
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value) && value.length >= 1 && value.length <= 100) return value;
  throw new InvalidOrderError(`${path} must be a list of 1 to 100 items`);
}

function text(value: unknown, path: string, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new InvalidOrderError(`${path} must be a text like ${pattern}`);
}

function integer(value: unknown, path: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidOrderError(`${path} must be a whole number from ${least} to ${most}`);
}
