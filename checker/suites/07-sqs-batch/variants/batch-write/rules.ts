export interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}
const str = (v: unknown, max: number): v is string =>
  typeof v === 'string' && v.length >= 1 && v.length <= max;
const int = (v: unknown, min: number, max: number): v is number =>
  Number.isInteger(v) && (v as number) >= min && (v as number) <= max;
const obj = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);
/** The order in a message, or undefined when it is none. */
export function orderIn(body: string): Order | undefined {
  let v: unknown;
  try {
    v = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!obj(v)) return undefined;
  const { orderId, customerId, items, totalCents } = v;
  if (!str(orderId, 64) || !/^[A-Za-z0-9_-]+$/.test(orderId)) return undefined;
  if (!str(customerId, 64) || customerId.trim() === '') return undefined;
  if (!Array.isArray(items) || items.length < 1 || items.length > 100) return undefined;
  let sum = 0;
  for (const i of items) {
    if (!obj(i) || !str(i.sku, 64) || !int(i.quantity, 1, 1000) || !int(i.unitPriceCents, 0, 1e7))
      return undefined;
    sum += i.quantity * i.unitPriceCents;
  }
  return totalCents === sum
    ? {
        orderId,
        customerId,
        items: items.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents })),
        totalCents: sum,
      }
    : undefined;
}
