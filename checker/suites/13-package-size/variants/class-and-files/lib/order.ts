export interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
}

export class InvalidOrder extends Error {
  override name = 'InvalidOrder';
}

/** @throws InvalidOrder */
export function parseOrder(event: unknown): Order {
  const { orderId, customerId, items } = record(event);
  if (!isText(orderId) || !/^[A-Za-z0-9_-]*$/.test(orderId)) throw new InvalidOrder('orderId');
  if (!isText(customerId) || customerId.trim() === '') throw new InvalidOrder('customerId');
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) throw new InvalidOrder('items');
  return { orderId, customerId, items: items.map(parseItem) };
}

function parseItem(value: unknown): Order['items'][number] {
  const { sku, quantity, unitPriceCents } = record(value);
  if (!isText(sku)) throw new InvalidOrder('sku');
  if (!isCount(quantity, 1, 1_000)) throw new InvalidOrder('quantity');
  if (!isCount(unitPriceCents, 0, 10_000_000)) throw new InvalidOrder('unitPriceCents');
  return { sku, quantity, unitPriceCents };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new InvalidOrder('no object');
  return value as Record<string, unknown>;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64;

const isCount = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
