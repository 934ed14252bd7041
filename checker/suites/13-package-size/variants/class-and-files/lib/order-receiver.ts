import { parseOrder } from './order.ts';
import type { OrderRepository } from './order-repository.ts';

export class OrderReceiver {
  readonly #orders: OrderRepository;

  constructor(orders: OrderRepository) {
    this.#orders = orders;
  }

  async receive(event: unknown): Promise<{ orderId: string; totalCents: number }> {
    const order = parseOrder(event);
    let totalCents = 0;
    for (const { quantity, unitPriceCents } of order.items) totalCents += quantity * unitPriceCents;
    await this.#orders.save(order, totalCents);
    return { orderId: order.orderId, totalCents };
  }
}
