import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { append } from './given/ledger.ts';
import { assertOrder } from './order.ts';

const processor = new BatchProcessor(EventType.SQS);
const client = DynamoDBDocumentClient.from(new DynamoDBClient());

async function recordHandler(record: SQSRecord): Promise<void> {
  const order: unknown = JSON.parse(record.body);
  assertOrder(order);
  await append({ orderId: order.orderId, kind: 'processed' });
  const { orderId, customerId, items, totalCents } = order;
  await client.send(
    new PutCommand({
      TableName: process.env.TABLE_NAME,
      Item: { orderId, customerId, items, totalCents, status: 'PROCESSED' },
    }),
  );
}

export const handler: SQSHandler = (event, context) =>
  processPartialResponse(event, recordHandler, processor, {
    context,
    // By default Powertools throws when every message failed; here the answer names them like any other failure.
    throwOnFullBatchFailure: false,
  });
