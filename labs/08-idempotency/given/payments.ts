import { createHash, randomUUID } from 'node:crypto';
import { call } from './downstream.ts';
import { append } from './ledger.ts';
import type { Order } from './order.ts';

export interface ChargeRequest {
  order: Order;
  /** Two requests with the same key are one charge. Without a key, every request is a charge. */
  idempotencyKey?: string;
}

/**
 * Charges an order. Each real charge leaves one row `charged` in the ledger.
 *
 * It is a remote service, so three things can happen: it answers; it refuses, and nothing was charged; or it charges,
 * and the answer never arrives. In the third case only the idempotency key tells the next request that it is the same.
 *
 * @returns the charge's id: that of the first charge, when this key was charged before
 * @throws DownstreamError when the service is down or busy: nothing was charged
 */
export async function charge({ order, idempotencyKey }: ChargeRequest): Promise<{ chargeId: string }> {
  const chargeId = `ch_${idempotencyKey === undefined ? randomUUID() : digest(idempotencyKey)}`;
  await call(order, () => append({ orderId: order.orderId, kind: 'charged', effectId: chargeId }));
  return { chargeId };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
