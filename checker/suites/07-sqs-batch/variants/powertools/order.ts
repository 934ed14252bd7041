export interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}

export function assertOrder(value: unknown): asserts value is Order {
  if (!isOrder(value)) throw new TypeError('not a valid order');
}

function isOrder(value: unknown): value is Order {
  return (
    isRecord(value) &&
    typeof value.orderId === 'string' &&
    /^[A-Za-z0-9_-]{1,64}$/.test(value.orderId) &&
    isText(value.customerId) &&
    value.customerId.trim() !== '' &&
    Array.isArray(value.items) &&
    value.items.length >= 1 &&
    value.items.length <= 100 &&
    value.items.every(isItem) &&
    value.totalCents === sumOf(value.items)
  );
}

function isItem(value: unknown): value is Order['items'][number] {
  return (
    isRecord(value) &&
    isText(value.sku) &&
    isIntegerIn(value.quantity, 1, 1_000) &&
    isIntegerIn(value.unitPriceCents, 0, 10_000_000)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 64;
}

function isIntegerIn(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function sumOf(items: Order['items']): number {
  return items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
}
