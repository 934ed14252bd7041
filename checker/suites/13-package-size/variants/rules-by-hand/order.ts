export interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
}
export function validate(v: unknown): Order {
  const o = record(v, 'order');
  must(typeof o.orderId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(o.orderId), 'orderId');
  must(
    typeof o.customerId === 'string' && o.customerId.length <= 64 && o.customerId.trim() !== '',
    'customerId',
  );
  must(Array.isArray(o.items) && o.items.length > 0 && o.items.length <= 100, 'items');
  for (const item of o.items as unknown[]) {
    const { sku, quantity, unitPriceCents } = record(item, 'item');
    must(typeof sku === 'string' && sku !== '' && sku.length <= 64, 'sku');
    must(within(quantity, 1, 1000), 'quantity');
    must(within(unitPriceCents, 0, 10_000_000), 'unitPriceCents');
  }
  return o as unknown as Order;
}
export const total = (o: Order) => o.items.reduce((s, i) => s + i.quantity * i.unitPriceCents, 0);
function record(v: unknown, what: string): Record<string, unknown> {
  must(typeof v === 'object' && v !== null && !Array.isArray(v), what);
  return v as Record<string, unknown>;
}
const within = (v: unknown, a: number, b: number) =>
  Number.isInteger(v) && (v as number) >= a && (v as number) <= b;
function must(ok: boolean, what: string): void {
  if (!ok) throw new RangeError(`${what} is invalid`);
}
