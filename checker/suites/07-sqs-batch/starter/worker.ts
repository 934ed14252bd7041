import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import { append } from './given/ledger.ts';

interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}

const orders = DynamoDBDocumentClient.from(new DynamoDBClient());

// TODO 1: Tell Lambda which messages failed, so that the others are not affected.
// TODO 2: Orders of the sku SLOW take 1 s each. Get 10 of them done within 5 s.
export async function handler(event: SQSEvent): Promise<void> {
  try {
    for (const record of event.Records) {
      await processOrder(parseOrder(record.body));
    }
  } catch (error) {
    // One bad message must not stop the queue: log it and carry on.
    console.error('could not process the batch', error);
  }
}

// TODO 3: Refuse what is not a valid order. The lesson has the rules.
function parseOrder(body: string): Order {
  return JSON.parse(body) as Order;
}

async function processOrder(order: Order): Promise<void> {
  await append({ orderId: order.orderId, kind: 'processed' });
  await orders.send(
    new PutCommand({ TableName: process.env.TABLE_NAME, Item: { ...order, status: 'PROCESSED' } }),
  );
}
