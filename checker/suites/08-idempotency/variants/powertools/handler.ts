import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import {
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

const config = new IdempotencyConfig({
  eventKeyJmesPath: 'orderId',
  payloadValidationJmesPath: '@',
  expiresAfterSeconds: 86_400,
  throwOnNoIdempotencyKey: true,
});

const chargeOnce = makeIdempotent(
  async (order: Order) => {
    const { chargeId } = await charge({ order, idempotencyKey: order.orderId });
    return { chargeId, orderId: order.orderId };
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY_TABLE ?? '' }),
    config,
  },
);

const processor = new BatchProcessor(EventType.SQS);

async function recordHandler(record: SQSRecord): Promise<void> {
  await chargeOnce(readOrder(JSON.parse(record.body), 'required'));
}

export async function handler(
  event: SQSEvent | { order: unknown },
  context: Context,
): Promise<SQSBatchResponse | { chargeId: string; orderId: string }> {
  // The time that is left becomes the lease of the record.
  config.registerLambdaContext(context);
  if ('Records' in event) {
    return processPartialResponse(event, recordHandler, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  }
  try {
    return await chargeOnce(readOrder(event.order, 'computed'));
  } catch (error) {
    if (error instanceof IdempotencyValidationError) error.name = 'IdempotencyConflict';
    throw error;
  }
}
