import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { append } from './given/ledger.ts';
import { orderFrom } from './order.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient());
const { TABLE_NAME = '' } = process.env;

/**
 * First the ledger for every order at once, then one write for all the items.
 * A message fails when its order is invalid, or the ledger or the table did not take it.
 */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const toStore = new Map<string, { item: Record<string, unknown>; messageIds: string[] }>();

  await Promise.all(
    Records.map(async ({ messageId, body }) => {
      const order = orderFrom(body);
      if (!order || !(await inLedger(order.orderId))) {
        failed.add(messageId);
        return;
      }
      // BatchWriteItem refuses the same key twice: a repeated order is one item.
      const messageIds = [...(toStore.get(order.orderId)?.messageIds ?? []), messageId];
      toStore.set(order.orderId, { item: { ...order, status: 'PROCESSED' }, messageIds });
    }),
  );

  for (const orderId of await notStored([...toStore.values()].map(({ item }) => item))) {
    for (const messageId of toStore.get(orderId)?.messageIds ?? []) failed.add(messageId);
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

async function inLedger(orderId: string): Promise<boolean> {
  try {
    await append({ orderId, kind: 'processed' });
    return true;
  } catch (error) {
    console.error('the ledger refused an order', orderId, error);
    return false;
  }
}

/** @returns the ids of the orders that the table did not take */
async function notStored(items: Record<string, unknown>[]): Promise<string[]> {
  if (items.length === 0) return [];
  try {
    const { UnprocessedItems = {} } = await client.send(
      new BatchWriteCommand({
        RequestItems: { [TABLE_NAME]: items.map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
    return (UnprocessedItems[TABLE_NAME] ?? []).map(({ PutRequest }) => String(PutRequest?.Item?.orderId));
  } catch (error) {
    console.error('the table refused the items', error);
    return items.map(({ orderId }) => String(orderId));
  }
}
