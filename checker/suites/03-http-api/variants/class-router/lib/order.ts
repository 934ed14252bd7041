import { HttpError } from './http-error.ts';

export interface Item {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

export class Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly Item[];

  private constructor(orderId: string, customerId: string, items: readonly Item[]) {
    this.orderId = orderId;
    this.customerId = customerId;
    this.items = items;
  }

  get totalCents(): number {
    let total = 0;
    for (const { quantity, unitPriceCents } of this.items) total += quantity * unitPriceCents;
    return total;
  }

  toItem() {
    const { orderId, customerId, items, totalCents } = this;
    return { orderId, customerId, items, totalCents, status: 'OPEN' };
  }

  static fromJson(text: string): Order {
    const { orderId, customerId, items } = record(parse(text), 'body');
    demand(typeof orderId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(orderId), 'orderId');
    demand(isText(customerId) && customerId.trim() !== '', 'customerId');
    demand(Array.isArray(items) && items.length > 0 && items.length <= 100, 'items');
    return new Order(orderId, customerId, items.map(readItem));
  }
}

function readItem(value: unknown): Item {
  const { sku, quantity, unitPriceCents } = record(value, 'item');
  demand(isText(sku), 'sku');
  demand(isCount(quantity) && quantity >= 1 && quantity <= 1000, 'quantity');
  demand(isCount(unitPriceCents) && unitPriceCents >= 0 && unitPriceCents <= 1e7, 'unitPriceCents');
  return { sku, quantity, unitPriceCents };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= 64;
const isCount = (value: unknown): value is number => Number.isInteger(value);

function record(value: unknown, name: string): Record<string, unknown> {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), name);
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

function demand(condition: boolean, name: string): asserts condition {
  if (!condition) throw new HttpError(400, `${name} is not valid`);
}
