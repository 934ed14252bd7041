import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

/** One thing that happened to an order. */
export interface Effect {
  orderId: string;
  /** What was done, for example `charged`. */
  kind: string;
  /** Of one effect, however often it is asked for. Without it, each call is an effect of its own. */
  effectId?: string;
}

const tableName = process.env.LEDGER_TABLE;
if (!tableName)
  throw new Error('The environment variable LEDGER_TABLE is not set: it names the ledger table.');

// A ledger that cannot be reached fails the order within some 6 seconds; the SDK itself would wait without end.
const ledger = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
);

/**
 * Writes one row to the ledger: two calls leave two rows, so that a check can count what was really done. Calls with
 * the same `effectId` leave one.
 *
 * The table decides how long that takes and whether it works. Checks make it slow, or make it refuse, from outside:
 * the code here has no special cases.
 *
 * @throws the SDK's error when the row cannot be written
 */
export async function append({ orderId, kind, effectId = randomUUID() }: Effect): Promise<void> {
  // The id is made once a call: when the SDK sends the row again, it is still the same row.
  const Item = { orderId, effectId, kind };
  const put = new PutCommand({
    TableName: tableName,
    Item,
    ConditionExpression: 'attribute_not_exists(effectId)',
  });
  try {
    await ledger.send(put);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The row is there already.
  }
}
