import { InvalidOrder } from './invalid-order.ts';

interface Item {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

export class Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly Item[];

  constructor(source: unknown) {
    if (!isRecord(source)) throw new InvalidOrder('$', 'is no object');
    const { orderId, customerId, items } = source;
    if (!isText(orderId) || !/^[\w-]+$/.test(orderId) || /\n$/.test(orderId))
      throw new InvalidOrder('orderId', 'is no order id');
    if (!isText(customerId) || !customerId.trim()) throw new InvalidOrder('customerId', 'is no customer id');
    if (!Array.isArray(items) || items.length === 0 || items.length > 100)
      throw new InvalidOrder('items', 'has not 1 to 100 items');
    this.orderId = orderId;
    this.customerId = customerId;
    this.items = items.map(readItem);
  }

  get totalCents(): number {
    return this.items
      .map(({ quantity, unitPriceCents }) => quantity * unitPriceCents)
      .reduce((a, b) => a + b);
  }

  toRecord(status: string) {
    const { orderId, customerId, items, totalCents } = this;
    return { orderId, customerId, items, totalCents, status };
  }
}

function readItem(source: unknown, index: number): Item {
  const path = `items[${index}]`;
  if (!isRecord(source)) throw new InvalidOrder(path, 'is no object');
  const { sku, quantity, unitPriceCents } = source;
  if (!isText(sku)) throw new InvalidOrder(`${path}.sku`, 'is no sku');
  if (!isCount(quantity, 1, 1000)) throw new InvalidOrder(`${path}.quantity`, 'is not 1 to 1000');
  if (!isCount(unitPriceCents, 0, 1e7)) throw new InvalidOrder(`${path}.unitPriceCents`, 'is no price');
  return { sku, quantity, unitPriceCents };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === '[object Object]';
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64;
const isCount = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
