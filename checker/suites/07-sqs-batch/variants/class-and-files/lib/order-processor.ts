import { Order } from './order.ts';
import type { OrderRepository } from './order-repository.ts';

interface Ledger {
  append(effect: { orderId: string; kind: string }): Promise<void>;
}

export class OrderProcessor {
  readonly #ledger: Ledger;
  readonly #orders: OrderRepository;

  constructor(ledger: Ledger, orders: OrderRepository) {
    this.#ledger = ledger;
    this.#orders = orders;
  }

  async process(body: string): Promise<void> {
    const order = Order.parse(body);
    await this.#ledger.append({ orderId: order.orderId, kind: 'processed' });
    await this.#orders.save(order, 'PROCESSED');
  }
}
