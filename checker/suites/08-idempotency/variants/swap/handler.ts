import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';
import { effectivelyOnce } from './lib/once.ts';

const pay = effectivelyOnce<Order, string>({
  key: (order) => order.orderId,
  work: async (order, key) => (await charge({ order, idempotencyKey: key })).chargeId,
});

type Event = SQSEvent | { order: unknown };
type Answer = SQSBatchResponse | { orderId: string; chargeId: string };

export const handler = middy<Event, Answer, Error, Context>().handler(
  async (event: Event, context: Context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    if (!('Records' in event)) {
      const order = readOrder(event.order, 'computed');
      return { orderId: order.orderId, chargeId: await pay(order, deadline) };
    }
    const failed = new Set<string>();
    for (const record of event.Records) {
      await Promise.resolve()
        .then(() => pay(readOrder(JSON.parse(record.body), 'required'), deadline))
        .catch((error: unknown) => {
          failed.add(record.messageId);
          console.error({ messageId: record.messageId, error });
        });
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  },
);
