import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { getParameter, getParameters, SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

const logger = new Logger({ serviceName: 'orders' });
const metrics = new Metrics({ namespace: 'Shop', serviceName: 'orders' });
const processor = new BatchProcessor(EventType.SQS);
const config = new IdempotencyConfig({ eventKeyJmesPath: 'messageId' });

const take = makeIdempotent(
  async (record: SQSRecord) => {
    metrics.addMetric('taken', MetricUnit.Count, 1);
    logger.info('taken', { messageId: record.messageId });
    return { at: process.hrtime.bigint().toString() };
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: process.env.TABLE_NAME ?? '' }),
    config,
    dataIndexArgument: 0,
  },
);

async function handle(record: SQSRecord): Promise<void> {
  if (record.body === 'poison') throw new Error('poison');
  await take(record);
}

/** Uses one thing of each Powertools package, and answers what came of it. */
export async function handler(event: SQSEvent, context: Context) {
  logger.addContext(context);
  config.registerLambdaContext(context);
  const response: SQSBatchResponse = await processPartialResponse(event, handle, processor, { context });
  metrics.publishStoredMetrics();
  const secret = await new SSMProvider().getMultiple('/orders/secret', { decrypt: true });
  return {
    response,
    limit: await getParameter('/orders/limit'),
    all: await getParameters('/orders', { recursive: true }),
    secret,
  };
}
