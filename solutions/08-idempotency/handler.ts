import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';
import { once } from './idempotency.ts';

/** An invocation without a queue. */
export interface DirectEvent {
  order: unknown;
}

export interface Receipt {
  chargeId: string;
  orderId: string;
}

/**
 * Charges orders, each once, however often and however close together they are delivered.
 * @returns for a batch, which messages failed; for a direct invocation, the receipt, the same for every repeat
 * @throws IdempotencyConflict when the order of a direct invocation was there before with another payload
 */
export async function handler(
  event: SQSEvent | DirectEvent,
  context: Context,
): Promise<SQSBatchResponse | Receipt> {
  if ('Records' in event) return handleBatch(event, context);
  return chargeOnce(readOrder(event.order, 'computed'), context);
}

async function handleBatch(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(
    event.Records.map(async ({ body }) => chargeOnce(readOrder(JSON.parse(body), 'required'), context)),
  );
  const batchItemFailures = event.Records.flatMap(({ messageId }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return [];
    logFailure(messageId, outcome.reason);
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
}

/** The order id is the key, here and at the payment service: it is what makes two deliveries the same order. */
async function chargeOnce(order: Order, context: Context): Promise<Receipt> {
  const { orderId } = order;
  const attempt = { key: orderId, payload: order, remainingMs: context.getRemainingTimeInMillis() };
  return once(attempt, async () => {
    const { chargeId } = await charge({ order, idempotencyKey: orderId });
    return { chargeId, orderId };
  });
}

function logFailure(messageId: string, reason: unknown): void {
  const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
  console.error(
    JSON.stringify({ level: 'ERROR', message: 'order not charged', messageId, error: name, reason: message }),
  );
}
