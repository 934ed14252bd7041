import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import {
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

const logger = new Logger({ serviceName: 'charging' });
const processor = new BatchProcessor(EventType.SQS);
const config = new IdempotencyConfig({
  eventKeyJmesPath: 'orderId',
  payloadValidationJmesPath: '@',
  throwOnNoIdempotencyKey: true,
  expiresAfterSeconds: 24 * 60 * 60,
});

const chargeOnce = makeIdempotent(
  async (order: Order) => {
    const { chargeId } = await charge({ order, idempotencyKey: order.orderId });
    return { chargeId, orderId: order.orderId };
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({
      tableName: process.env.IDEMPOTENCY_TABLE ?? '',
      keyAttr: 'id',
    }),
    config,
    keyPrefix: 'charge',
  },
);

const run = async (order: Order) => {
  try {
    return await chargeOnce(order);
  } catch (error) {
    if (!(error instanceof IdempotencyValidationError)) throw error;
    throw Object.assign(new Error(`order ${order.orderId} has another payload`), {
      name: 'IdempotencyConflict',
    });
  }
};

export const handler = async (
  event: SQSEvent | { order: unknown },
  context: Context,
): Promise<SQSBatchResponse | { chargeId: string; orderId: string }> => {
  logger.addContext(context);
  config.registerLambdaContext(context);
  if (!('Records' in event)) return run(readOrder(event.order, 'computed'));
  return processPartialResponse(
    event,
    (record: SQSRecord) => run(readOrder(JSON.parse(record.body), 'required')),
    processor,
    {
      context,
      throwOnFullBatchFailure: false,
    },
  );
};
