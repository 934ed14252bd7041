export interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
}

const isText = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value);
const isInteger = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** The first rule of an order that a value breaks. */
export function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no object';
  const { orderId, customerId, items } = value as Partial<Order>;
  if (!isText(orderId, /^[\w-]{1,64}$/)) return 'orderId';
  if (!isText(customerId, /^[\s\S]{1,64}$/) || !isText(customerId, /\S/)) return 'customerId';
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) return 'items';
  for (const item of items as (Partial<Order['items'][number]> | null)[]) {
    if (!isText(item?.sku, /^[\s\S]{1,64}$/)) return 'sku';
    if (!isInteger(item?.quantity, 1, 1000)) return 'quantity';
    if (!isInteger(item?.unitPriceCents, 0, 10_000_000)) return 'unitPriceCents';
  }
  return undefined;
}
