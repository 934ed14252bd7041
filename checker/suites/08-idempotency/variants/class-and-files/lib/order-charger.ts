import { createHash, randomUUID } from 'node:crypto';
import type { Order } from '../given/order.ts';
import { charge } from '../given/payments.ts';
import type { IdempotencyStore } from './idempotency-store.ts';

export interface Receipt {
  chargeId: string;
  orderId: string;
}

export class IdempotencyConflict extends Error {
  constructor(orderId: string) {
    super(`order ${orderId} is known with another content`);
    this.name = 'IdempotencyConflict';
  }
}

export class OrderCharger {
  readonly #store: IdempotencyStore;

  constructor(store: IdempotencyStore) {
    this.#store = store;
  }

  /** @param deadline epoch milliseconds at which Lambda stops us */
  async charge(order: Order, deadline: number): Promise<Receipt> {
    const lock = { key: `charge/${order.orderId}`, checksum: checksumOf(order), token: randomUUID() };
    const acquired = await this.#store.acquire(lock, deadline);
    if (!acquired.taken) {
      if (acquired.row.checksum !== lock.checksum) throw new IdempotencyConflict(order.orderId);
      if (acquired.row.outcome === undefined) throw new Error(`order ${order.orderId} is locked`);
      return JSON.parse(acquired.row.outcome) as Receipt;
    }
    let receipt: Receipt;
    try {
      const { chargeId } = await charge({ order, idempotencyKey: lock.key });
      receipt = { chargeId, orderId: order.orderId };
    } catch (error) {
      await this.#store.release(lock);
      throw error;
    }
    await this.#store.complete(lock, JSON.stringify(receipt));
    return receipt;
  }
}

function checksumOf({ orderId, customerId, items, totalCents }: Order): string {
  const lines = items.map(({ sku, quantity, unitPriceCents }) => [sku, quantity, unitPriceCents]);
  return createHash('sha1')
    .update(JSON.stringify([orderId, customerId, lines, totalCents]))
    .digest('base64');
}
