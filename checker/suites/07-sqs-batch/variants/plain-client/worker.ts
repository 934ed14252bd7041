import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { append } from './given/ledger.ts';

const dynamodb = new DynamoDBClient({ maxAttempts: 2 });

interface Item {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}

// `Promise.all` is safe here, since `attempt` never rejects.
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const answers = await Promise.all(event.Records.map(attempt));
  return { batchItemFailures: answers.flat() };
}

async function attempt(record: SQSRecord): Promise<SQSBatchItemFailure[]> {
  try {
    await processOrder(JSON.parse(record.body));
    return [];
  } catch (error) {
    console.error(`message ${record.messageId} failed: ${error instanceof Error ? error.message : error}`);
    return [{ itemIdentifier: record.messageId }];
  }
}

async function processOrder(order: unknown): Promise<void> {
  const { orderId, customerId, items, totalCents } = Object(order);
  must(typeof orderId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(orderId), 'orderId');
  must(isText(customerId) && /\S/.test(customerId), 'customerId');
  must(Array.isArray(items) && items.length > 0 && items.length <= 100, 'items');
  for (const item of items) {
    must(isText(item?.sku), 'sku');
    must(Number.isInteger(item.quantity) && item.quantity >= 1 && item.quantity <= 1000, 'quantity');
    must(
      Number.isInteger(item.unitPriceCents) && item.unitPriceCents >= 0 && item.unitPriceCents <= 1e7,
      'unitPriceCents',
    );
  }
  const sum = items.reduce((cents: number, item: Item) => cents + item.quantity * item.unitPriceCents, 0);
  must(totalCents === sum, 'totalCents');

  await append({ orderId, kind: 'processed' });
  await dynamodb.send(
    new PutItemCommand({
      TableName: process.env.TABLE_NAME,
      Item: {
        orderId: { S: orderId },
        customerId: { S: customerId },
        items: { L: items.map(toAttribute) },
        totalCents: { N: String(totalCents) },
        status: { S: 'PROCESSED' },
        processedAt: { S: new Date().toISOString() },
      },
    }),
  );
}

function toAttribute({ sku, quantity, unitPriceCents }: Item): AttributeValue {
  return {
    M: { sku: { S: sku }, quantity: { N: String(quantity) }, unitPriceCents: { N: String(unitPriceCents) } },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 64;
}

function must(condition: boolean, field: string): asserts condition {
  if (!condition) throw new Error(`invalid order: ${field}`);
}
