import { createHash } from 'node:crypto';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Order, readOrder } from './given/order.ts';
import { charge } from './given/payments.ts';

interface Receipt {
  chargeId: string;
  orderId: string;
}

const documents = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.IDEMPOTENCY_TABLE;
const lifetime = 24 * 3600;

class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
}

/**
 * Two items an order: `claim` says who works on it until when, `receipt` what came out. A claim is made only where no
 * receipt is, in one transaction.
 */
export async function handler(
  event: SQSEvent | { order: unknown },
  context: Context,
): Promise<SQSBatchResponse | Receipt> {
  if ('order' in event) return settle(readOrder(event.order, 'computed'), context);
  const settled = await Promise.allSettled(
    event.Records.map(async ({ body }) => settle(readOrder(JSON.parse(body), 'required'), context)),
  );
  return {
    batchItemFailures: event.Records.filter((_, index) => settled[index]?.status === 'rejected').map(
      ({ messageId }) => ({ itemIdentifier: messageId }),
    ),
  };
}

async function settle(order: Order, context: Context): Promise<Receipt> {
  const id = `${order.orderId}#receipt`;
  const fingerprint = createHash('md5').update(JSON.stringify(order)).digest('hex');
  const known = await receiptOf(id, fingerprint);
  if (known) return known;

  await claim(order.orderId, fingerprint, context.getRemainingTimeInMillis());
  const { chargeId } = await charge({ order, idempotencyKey: `order-${order.orderId}` });
  const receipt = { chargeId, orderId: order.orderId };
  const expiry = Math.floor(Date.now() / 1000) + lifetime;
  await documents.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { id, fingerprint, receipt, expiry } } },
        { Delete: { TableName, Key: { id: `${order.orderId}#claim` } } },
      ],
    }),
  );
  return receipt;
}

async function receiptOf(id: string, fingerprint: string): Promise<Receipt | undefined> {
  const { Item } = await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
  if (!Item || Number(Item.expiry) * 1000 <= Date.now()) return undefined;
  if (Item.fingerprint !== fingerprint) throw new IdempotencyConflict(`${id} has another content`);
  return Item.receipt as Receipt;
}

async function claim(orderId: string, fingerprint: string, remainingMs: number): Promise<void> {
  const now = Date.now();
  const expiry = Math.floor(now / 1000) + lifetime;
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName,
              Key: { id: `${orderId}#receipt` },
              ConditionExpression: 'attribute_not_exists(id) OR expiry <= :now',
              ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
            },
          },
          {
            Put: {
              TableName,
              Item: { id: `${orderId}#claim`, fingerprint, until: now + remainingMs, expiry },
              ConditionExpression: 'attribute_not_exists(id) OR #until < :now',
              ExpressionAttributeNames: { '#until': 'until' },
              ExpressionAttributeValues: { ':now': now },
            },
          },
        ],
      }),
    );
  } catch (error) {
    if (error instanceof TransactionCanceledException) throw new Error(`order ${orderId} is claimed already`);
    throw error;
  }
}
