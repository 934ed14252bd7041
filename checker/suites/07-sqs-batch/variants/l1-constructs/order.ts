interface Item {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

interface Order {
  orderId: string;
  customerId: string;
  items: Item[];
  totalCents: number;
}

/** @returns the order, or nothing when the text is no valid order */
export function orderFrom(text: string): Order | undefined {
  let order: Partial<Order> | null;
  try {
    order = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (order === null || typeof order !== 'object') return undefined;
  const { orderId, customerId, totalCents } = order;
  const items = itemsFrom(order.items);
  if (!isText(orderId) || /[^A-Za-z0-9_-]/.test(orderId)) return undefined;
  if (!isText(customerId) || customerId.trim() === '') return undefined;
  if (!items) return undefined;
  let sum = 0;
  for (const { quantity, unitPriceCents } of items) sum += quantity * unitPriceCents;
  return totalCents === sum ? { orderId, customerId, items, totalCents } : undefined;
}

function itemsFrom(items: unknown): Item[] | undefined {
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) return undefined;
  const good: Item[] = [];
  for (const item of items) {
    const { sku, quantity, unitPriceCents } = (item ?? {}) as Partial<Item>;
    if (!isText(sku)) return undefined;
    if (!isInteger(quantity) || quantity < 1 || quantity > 1_000) return undefined;
    if (!isInteger(unitPriceCents) || unitPriceCents < 0 || unitPriceCents > 10_000_000) return undefined;
    good.push({ sku, quantity, unitPriceCents });
  }
  return good;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 64;
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
