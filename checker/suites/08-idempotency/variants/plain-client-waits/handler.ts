import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

const dynamodb = new DynamoDBClient();
const TableName = process.env.IDEMPOTENCY_TABLE;
/** How long a duplicate waits for the first to end, and how often it looks, in milliseconds. */
const patience = 2_000;
const interval = 100;

export async function handler(event: SQSEvent | { order: unknown }, context: Context) {
  if (!('Records' in event)) return chargeOrWait(readOrder(event.order, 'computed'), context);
  const answer: SQSBatchResponse = { batchItemFailures: [] };
  await Promise.all(
    event.Records.map(async ({ body, messageId }) => {
      try {
        await chargeOrWait(readOrder(JSON.parse(body), 'required'), context);
      } catch (error) {
        console.error(`message ${messageId} failed: ${error instanceof Error ? error.message : error}`);
        answer.batchItemFailures.push({ itemIdentifier: messageId });
      }
    }),
  );
  return answer;
}

async function chargeOrWait(order: Order, context: Context): Promise<{ chargeId: string; orderId: string }> {
  const { orderId } = order;
  const hash = createHash('sha256').update(JSON.stringify(order)).digest('hex');
  if (await begin(orderId, hash, context.getRemainingTimeInMillis())) {
    try {
      const { chargeId } = await charge({ order, idempotencyKey: orderId });
      await end(orderId, chargeId);
      return { chargeId, orderId };
    } catch (error) {
      await dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: orderId } } }));
      throw error;
    }
  }
  for (const giveUpAt = Date.now() + patience; Date.now() < giveUpAt; ) {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName, Key: { id: { S: orderId } }, ConsistentRead: true }),
    );
    if (Item && Item.hash?.S !== hash) {
      throw Object.assign(new Error(`${orderId} had another payload`), { name: 'IdempotencyConflict' });
    }
    if (Item?.chargeId?.S) return { chargeId: Item.chargeId.S, orderId };
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  throw new Error(`${orderId} is taking too long`);
}

/** Whether this delivery is the one to work. */
async function begin(orderId: string, hash: string, remainingMs: number): Promise<boolean> {
  const now = Math.floor(Date.now() / 1000);
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: orderId } },
        UpdateExpression: 'SET #hash = :hash, deadline = :deadline, expires = :expires REMOVE chargeId',
        ConditionExpression:
          'attribute_not_exists(id) OR expires <= :now OR (attribute_not_exists(chargeId) AND deadline < :now AND #hash = :hash)',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: {
          ':hash': { S: hash },
          ':now': { N: String(now) },
          ':deadline': { N: String(now + Math.ceil(remainingMs / 1000)) },
          ':expires': { N: String(now + 86_400) },
        },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function end(orderId: string, chargeId: string): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: { id: { S: orderId } },
      UpdateExpression: 'SET chargeId = :chargeId',
      ExpressionAttributeValues: { ':chargeId': { S: chargeId } },
    }),
  );
}
