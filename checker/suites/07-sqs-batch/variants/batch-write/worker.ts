import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { append } from './given/ledger.ts';
import { type Order, orderIn } from './rules.ts';

const table = process.env.TABLE_NAME ?? '';
const db = new DynamoDBClient();

/** First all effects of the batch, together; then all items in as few writes as possible. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const failed = new Set<string>();
  const messagesOf = new Map<string, { order: Order; messageIds: string[] }>();
  await Promise.all(
    event.Records.map(async ({ messageId, body }) => {
      const order = orderIn(body);
      try {
        if (!order) throw new Error('no valid order');
        await append({ orderId: order.orderId, kind: 'processed' });
        const known = messagesOf.get(order.orderId)?.messageIds ?? [];
        messagesOf.set(order.orderId, { order, messageIds: [...known, messageId] });
      } catch (error) {
        console.error('not processed', messageId, error);
        failed.add(messageId);
      }
    }),
  );
  const done = [...messagesOf.values()];
  while (done.length > 0) {
    const chunk = done.splice(0, 25);
    for (const orderId of await write(chunk.map(({ order }) => order)))
      for (const id of messagesOf.get(orderId)?.messageIds ?? []) failed.add(id);
  }
  return { batchItemFailures: Array.from(failed, (itemIdentifier) => ({ itemIdentifier })) };
};

/** @returns the ids of the orders that were not written */
async function write(orders: Order[]): Promise<string[]> {
  let requests: WriteRequest[] = orders.map((order) => ({
    PutRequest: { Item: marshall({ ...order, status: 'PROCESSED' }) },
  }));
  for (let attempt = 0; attempt < 4 && requests.length > 0; attempt++) {
    if (attempt > 0) await new Promise((r) => setTimeout(r, 20 * 2 ** attempt));
    try {
      const answer = await db.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
      requests = answer.UnprocessedItems?.[table] ?? [];
    } catch (error) {
      console.error('not written', error);
      break;
    }
  }
  return requests.flatMap(({ PutRequest }) => PutRequest?.Item?.orderId?.S ?? []);
}
