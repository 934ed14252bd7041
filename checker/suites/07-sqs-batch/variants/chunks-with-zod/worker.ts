import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchItemFailure, SQSHandler, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { append } from './given/ledger.ts';

/** The table behind the ledger is small: five orders at a time are as much as it should see from one environment. */
const atATime = 5;

const Item = z.object({
  sku: z.string().min(1).max(64),
  quantity: z.int().min(1).max(1_000),
  unitPriceCents: z.int().min(0).max(10_000_000),
});

const Order = z
  .object({
    orderId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    customerId: z
      .string()
      .max(64)
      .refine((id) => id.trim() !== '', 'is blank'),
    items: z.array(Item).min(1).max(100),
    totalCents: z.int(),
  })
  .refine(
    ({ items, totalCents }) =>
      totalCents === items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0),
    { path: ['totalCents'], error: 'is not the sum of the items' },
  );

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler: SQSHandler = async (event) => {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (let start = 0; start < event.Records.length; start += atATime) {
    const chunk = event.Records.slice(start, start + atATime);
    const succeeded = await Promise.all(chunk.map(succeeds));
    for (const [index, { messageId }] of chunk.entries()) {
      if (!succeeded[index]) batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};

async function succeeds({ body, messageId }: SQSRecord): Promise<boolean> {
  try {
    const order = Order.parse(JSON.parse(body));
    await append({ orderId: order.orderId, kind: 'processed' });
    await table.send(
      new PutCommand({ TableName: process.env.TABLE_NAME, Item: { ...order, status: 'PROCESSED' } }),
    );
    return true;
  } catch (error) {
    console.log(JSON.stringify({ messageId, error: String(error) }));
    return false;
  }
}
