import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readOrder } from './given/order.ts';
import { IdempotencyStore } from './lib/idempotency-store.ts';
import { OrderCharger, type Receipt } from './lib/order-charger.ts';

const charger = new OrderCharger(new IdempotencyStore());

export const handler = async (
  event: SQSEvent | { order: unknown },
  context: Context,
): Promise<SQSBatchResponse | Receipt> => {
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  if (!('Records' in event)) return charger.charge(readOrder(event.order, 'computed'), deadline);

  const batchItemFailures: { itemIdentifier: string }[] = [];
  // One after the other: a batch has few messages, and a duplicate finds the result of the first.
  for (const { body, messageId } of event.Records) {
    try {
      await charger.charge(readOrder(JSON.parse(body), 'required'), deadline);
    } catch (error) {
      console.error(messageId, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
