type Json = Record<string, unknown>;

/** Each rule of an order, by the words for what broke it. */
const rules: Record<string, (order: Json) => boolean> = {
  'orderId has 1 to 64 letters, digits, _ or -': ({ orderId }) =>
    typeof orderId === 'string' && /^[\w-]{1,64}$/.test(orderId),
  'customerId has 1 to 64 characters and is not blank': ({ customerId }) =>
    isText(customerId) && customerId.trim().length > 0,
  'items is a list of 1 to 100': ({ items }) => Array.isArray(items) && within(items.length, 1, 100),
  'each item has a sku, a quantity and a price': ({ items }) => itemsOf(items).every(isItem),
  'totalCents is the sum of the items': ({ items, totalCents }) =>
    totalCents ===
    itemsOf(items).reduce((sum, item) => sum + Number(item.quantity) * Number(item.unitPriceCents), 0),
};

export interface Order {
  orderId: string;
  customerId: string;
  items: readonly Json[];
  totalCents: number;
}

export function readOrder(body: string): Order {
  const value: unknown = JSON.parse(body);
  if (!isObject(value)) throw new Error('invalid order: not an object');
  for (const [rule, holds] of Object.entries(rules)) {
    if (!holds(value)) throw new Error(`invalid order: ${rule}`);
  }
  return value as unknown as Order;
}

function itemsOf(items: unknown): Json[] {
  return items as Json[];
}

function isItem(item: unknown): boolean {
  return (
    isObject(item) &&
    isText(item.sku) &&
    isInteger(item.quantity, 1, 1_000) &&
    isInteger(item.unitPriceCents, 0, 10_000_000)
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && within(value.length, 1, 64);
}

function isInteger(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && within(value, least, most);
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
