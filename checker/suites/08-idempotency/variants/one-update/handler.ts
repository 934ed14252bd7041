import { createHash } from 'node:crypto';
import { DynamoDBClient, UpdateItemCommand, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { InvalidOrderError, type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

const db = new DynamoDBClient({ maxAttempts: 2 });
const TableName = process.env.IDEMPOTENCY_TABLE;
const DAY = 86_400;

class IdempotencyConflict extends Error {
  constructor(orderId: string) {
    super(`order ${orderId} came before with another payload`);
    this.name = 'IdempotencyConflict';
  }
}

type Receipt = { chargeId: string; orderId: string };

function hashOf({ orderId, customerId, items, totalCents }: Order): string {
  const text = [
    orderId,
    customerId,
    totalCents,
    ...items.flatMap((i) => [i.sku, i.quantity, i.unitPriceCents]),
  ];
  return createHash('md5').update(JSON.stringify(text)).digest('base64');
}

async function claim(order: Order, hash: string, until: number): Promise<Receipt | undefined> {
  const now = Date.now();
  let answer: UpdateItemCommandOutput;
  try {
    answer = await db.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: `order/${order.orderId}` } },
        UpdateExpression: 'SET payloadHash = :hash, lockedUntil = :until, expiry = :expiry REMOVE receipt',
        ConditionExpression:
          'attribute_not_exists(id) OR expiry < :nowSeconds OR (payloadHash = :hash AND attribute_not_exists(receipt) AND lockedUntil < :now)',
        ExpressionAttributeValues: {
          ':hash': { S: hash },
          ':until': { N: String(until) },
          ':now': { N: String(now) },
          ':nowSeconds': { N: String(Math.floor(now / 1000)) },
          ':expiry': { N: String(Math.floor(now / 1000) + DAY) },
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    if (answer.$metadata.httpStatusCode !== 200) throw new Error('no claim');
    return undefined;
  } catch (error) {
    const failed = error as Error & { Item?: Record<string, { S?: string }> };
    if (failed.name !== 'ConditionalCheckFailedException' || !failed.Item) throw error;
    if (failed.Item.payloadHash?.S !== hash) throw new IdempotencyConflict(order.orderId);
    if (failed.Item.receipt?.S) return JSON.parse(failed.Item.receipt.S) as Receipt;
    throw new Error(`order ${order.orderId} is being charged right now`);
  }
}

async function update(
  orderId: string,
  expression: string,
  values?: Record<string, { S: string } | { N: string }>,
) {
  await db.send(
    new UpdateItemCommand({
      TableName,
      Key: { id: { S: `order/${orderId}` } },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    }),
  );
}

async function chargeOnce(order: Order, remaining: number): Promise<Receipt> {
  const hash = hashOf(order);
  const before = await claim(order, hash, Date.now() + remaining);
  if (before) return before;
  let receipt: Receipt;
  try {
    const { chargeId } = await charge({ order, idempotencyKey: `charge-${order.orderId}` });
    receipt = { chargeId, orderId: order.orderId };
  } catch (error) {
    await update(order.orderId, 'SET lockedUntil = :never', { ':never': { N: '0' } });
    throw error;
  }
  await update(order.orderId, 'SET receipt = :receipt, expiry = :expiry', {
    ':receipt': { S: JSON.stringify(receipt) },
    ':expiry': { N: String(Math.floor(Date.now() / 1000) + DAY) },
  });
  return receipt;
}

export const handler = async (
  event: SQSEvent | { order: unknown },
  context: Context,
): Promise<SQSBatchResponse | Receipt> => {
  if (!('Records' in event)) {
    return chargeOnce(readOrder(event.order, 'computed'), context.getRemainingTimeInMillis());
  }
  const failed: string[] = [];
  for (const { body, messageId } of event.Records) {
    try {
      await chargeOnce(readOrder(JSON.parse(body), 'required'), context.getRemainingTimeInMillis());
    } catch (error) {
      console.log(error instanceof InvalidOrderError ? 'invalid' : 'failed', messageId, String(error));
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
