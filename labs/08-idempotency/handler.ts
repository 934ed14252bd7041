import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

interface DirectEvent {
  order: unknown;
}

interface Receipt {
  chargeId: string;
  orderId: string;
}

const records = DynamoDBDocumentClient.from(new DynamoDBClient());
const tableName = process.env.IDEMPOTENCY_TABLE;

export async function handler(event: SQSEvent | DirectEvent): Promise<SQSBatchResponse | Receipt> {
  return 'Records' in event ? handleBatch(event) : chargeOnce(event, readOrder(event.order, 'computed'));
}

async function handleBatch(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  const work = event.Records.map((record) =>
    handleMessage(record).catch((error: unknown) => {
      console.error('order not charged', record.messageId, error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }),
  );
  await Promise.all(work);
  return { batchItemFailures };
}

async function handleMessage(record: SQSRecord): Promise<Receipt> {
  return chargeOnce(record, readOrder(JSON.parse(record.body), 'required'));
}

async function chargeOnce(event: unknown, order: Order): Promise<Receipt> {
  // TODO 1: Two deliveries of one order have to meet in one record. Refuse another payload under the same orderId.
  const id = createHash('sha256').update(JSON.stringify(event)).digest('hex');

  // TODO 2: Let one delivery start and make the others notice, however close together they come.
  // TODO 3: What if the table does not answer, or the record is older than a day?
  try {
    const { Item } = await records.send(new GetCommand({ TableName: tableName, Key: { id } }));
    if (Item) return Item.result as Receipt;
  } catch (error) {
    console.error('no record to be had, go on', error);
  }

  // TODO 4: The process can die on the next line, before or after the charge. What does the retry find?
  const { chargeId } = await charge({ order });

  const result = { chargeId, orderId: order.orderId };
  // TODO 5: DynamoDB has its own idea of a time to live.
  const ttl = Date.now() + 24 * 60 * 60 * 1000;
  await records.send(new PutCommand({ TableName: tableName, Item: { id, result, ttl } }));
  return result;
}
