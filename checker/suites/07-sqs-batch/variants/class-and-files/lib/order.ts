import { InvalidOrder } from './invalid-order.ts';
import { asInteger, asList, asObject, asString } from './reading.ts';

export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

export class Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OrderItem[];
  readonly totalCents: number;

  private constructor(json: Record<string, unknown>) {
    this.orderId = asString(json.orderId, 64);
    this.customerId = asString(json.customerId, 64);
    this.items = asList(json.items, 100).map(readItem);
    this.totalCents = asInteger(json.totalCents, 0, Number.MAX_SAFE_INTEGER);
  }

  /** @throws InvalidOrder when the text is no valid order */
  static parse(text: string): Order {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (cause) {
      throw new InvalidOrder('not JSON', { cause });
    }
    const order = new Order(asObject(json));
    order.#check();
    return order;
  }

  #check(): void {
    if (!/^[A-Za-z0-9_-]+$/.test(this.orderId)) throw new InvalidOrder('orderId has other characters');
    if (this.customerId.trim() === '') throw new InvalidOrder('customerId is blank');
    if (this.totalCents !== this.#sum()) throw new InvalidOrder('totalCents is not the sum of the items');
  }

  #sum(): number {
    return this.items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  }
}

function readItem(value: unknown): OrderItem {
  const json = asObject(value);
  return {
    sku: asString(json.sku, 64),
    quantity: asInteger(json.quantity, 1, 1_000),
    unitPriceCents: asInteger(json.unitPriceCents, 0, 10_000_000),
  };
}
