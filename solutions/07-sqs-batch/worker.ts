import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { append } from './given/ledger.ts';
import { parseOrder } from './order.ts';

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');

// One client for the life of the environment. At worst 3 attempts of 3 s, well within the function's 30 s: a call
// that hangs fails its own message instead of timing out the whole batch. By default the SDK waits without end.
const orders = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
);

/**
 * Processes a batch of orders and tells Lambda which messages failed. SQS delivers those again, and only those.
 * @returns the ids of the failed messages; an empty list when all succeeded
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  // All orders at once: a batch has 10 at most. allSettled waits for every one of them, also when some fail.
  const outcomes = await Promise.allSettled(event.Records.map(processMessage));

  const batchItemFailures = event.Records.flatMap(({ messageId }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return [];
    logFailure(messageId, outcome.reason);
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
}

/**
 * SQS delivers at least once: an order can come again, in this batch or a later one. The item is then overwritten with
 * the same values, and the ledger gets another row: whichever write comes first, a crash can fall between the two.
 * Asking for the item beforehand would not close that gap; an idempotency record does (lab 08).
 */
async function processMessage({ body }: SQSRecord): Promise<void> {
  const order = parseOrder(body);
  await append({ orderId: order.orderId, kind: 'processed' });
  await orders.send(new PutCommand({ TableName: tableName, Item: { ...order, status: 'PROCESSED' } }));
}

/** The message id finds the message in the dead-letter queue; its body may hold what does not belong in a log. */
function logFailure(messageId: string, reason: unknown): void {
  const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
  console.error(
    JSON.stringify({
      level: 'ERROR',
      message: 'order not processed',
      messageId,
      error: name,
      reason: message,
    }),
  );
}
