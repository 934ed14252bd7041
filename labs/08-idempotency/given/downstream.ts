import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Order } from './order.ts';

/** The service behind did not do what it was asked. */
export class DownstreamError extends Error {
  override name = 'DownstreamError';
  readonly $metadata: { httpStatusCode: number };
  /** How long it wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(message: string, httpStatusCode: number, retryAfterMs?: number) {
    super(message);
    this.$metadata = { httpStatusCode };
    this.retryAfterMs = retryAfterMs;
  }
}

const tableName = process.env.CONTROL_TABLE;
if (!tableName)
  throw new Error('The environment variable CONTROL_TABLE is not set: it names the control table.');

const control = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
);
const Key = { id: 'downstream' };

/**
 * Calls a service that somebody else runs. The item `{ id: "downstream", mode }` in the control table says how it is:
 * `up`, `down` (503), `throttle` (429), `fail:<n>` (the next n calls get a 503), or `crash-after:<n>`: the n-th call
 * from now takes effect there, and this process dies before it hears of it. Without the item it is up.
 *
 * @param order what the call is about
 * @param effect what the service does when it is up
 * @throws DownstreamError when it refuses; then there was no effect
 */
export async function call<T = void>(order: Order, effect?: (order: Order) => Promise<T>): Promise<T> {
  const state = await nextState();
  if (state === 'down') throw new DownstreamError(`no service for order ${order.orderId}`, 503);
  if (state === 'throttle') {
    throw new DownstreamError(`too many requests: order ${order.orderId} must wait`, 429, 1_000);
  }
  const result = await effect?.(order);
  // As if the machine had lost its power: no handler of yours runs after this line, no `finally` either.
  if (state === 'crash') process.kill(process.pid, 'SIGKILL');
  return result as T;
}

type State = 'up' | 'down' | 'throttle' | 'crash';

/** What happens to this call; `fail:2` becomes `fail:1`, and then `up`. */
async function nextState(): Promise<State> {
  for (;;) {
    const { Item } = await control.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    const mode = String(Item?.mode ?? 'up');
    if (mode === 'up' || mode === 'down' || mode === 'throttle') return mode;
    const [, kind, count] = /^(fail|crash-after):([1-9]\d*)$/.exec(mode) ?? [];
    if (!kind)
      throw new Error(`The control table's mode ${JSON.stringify(mode)} is none that downstream knows.`);
    const left = Number(count) - 1;
    if (!(await countDown(mode, left === 0 ? 'up' : `${kind}:${left}`))) continue;
    if (kind === 'fail') return 'down';
    return left === 0 ? 'crash' : 'up';
  }
}

/** @returns `false` when another call was faster */
async function countDown(mode: string, next: string): Promise<boolean> {
  const update = new UpdateCommand({
    TableName: tableName,
    Key,
    UpdateExpression: 'SET #mode = :next',
    ConditionExpression: '#mode = :mode',
    ExpressionAttributeNames: { '#mode': 'mode' },
    ExpressionAttributeValues: { ':mode': mode, ':next': next },
  });
  try {
    await control.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
