import { createHash, randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

export interface Attempt {
  /** What the work is about, in the words of the business. A message id is new with each message: it is no key. */
  key: string;
  /** A repeat must have the same, compared as JSON: its properties always in the same sequence. */
  payload: unknown;
  /** How long this invocation may still run, in milliseconds. Lambda ends it then: nobody works past it. */
  remainingMs: number;
}

/** The same key came before with another payload. One of the two is a mistake; nobody here knows which. */
export class IdempotencyConflict extends Error {
  override name = 'IdempotencyConflict';
}

/** Another delivery is at work on this key. Come again: it will be done by then, or its lease will be over. */
export class AlreadyInProgress extends Error {
  override name = 'AlreadyInProgress';
}

const tableName = process.env.IDEMPOTENCY_TABLE;
if (!tableName)
  throw new Error('The environment variable IDEMPOTENCY_TABLE is not set: it names the idempotency table.');

const records = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
);

/** How long a result is remembered. */
const rememberedSeconds = 24 * 60 * 60;

/**
 * Does a piece of work once for a key; whoever comes later gets the first one's result.
 *
 * The process can die between the work and its record, and then the work is done again. So the work hands the key on
 * to whatever it changes outside: only there can the second time be recognised.
 *
 * @param work does not begin when the table does not answer
 * @throws IdempotencyConflict when the key came before with another payload
 * @throws AlreadyInProgress when another delivery is at work on it
 * @throws what the work throws: a failure is not remembered, the next attempt starts afresh
 */
export async function once<Result>(
  { key, payload, remainingMs }: Attempt,
  work: () => Promise<Result>,
): Promise<Result> {
  const fingerprint = createHash('sha256').update(JSON.stringify(payload)).digest('hex');
  const own: OwnRecord = { id: key, fingerprint, attempt: randomUUID() };

  const existing = await start(own, remainingMs);
  if (existing) return resultOf<Result>(existing, own);

  const result = await work().catch(async (error: unknown) => {
    // When this fails too, the end of the lease has the same effect, later.
    await release(own).catch(() => {});
    throw error;
  });
  await finish(own, result);
  return result;
}

interface OwnRecord {
  id: string;
  fingerprint: string;
  /** Tells this attempt from one that took over after its lease. */
  attempt: string;
}

type ExistingRecord = Record<string, AttributeValue>;

/**
 * Writes the record, unless there is one that counts, in one step: between a read and a write another delivery fits.
 * @returns the record that was there first
 */
async function start(own: OwnRecord, remainingMs: number): Promise<ExistingRecord | undefined> {
  const now = Date.now();
  const put = new PutCommand({
    TableName: tableName,
    Item: {
      ...own,
      status: 'IN_PROGRESS',
      leaseUntil: now + remainingMs,
      expiresAt: inSeconds(now) + rememberedSeconds,
    },
    // DynamoDB deletes an expired item within days, when it finds the time. Until then it is there, and must not count.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
    ConditionExpression: `attribute_not_exists(id) OR expiresAt < :seconds
      OR (#status = :inProgress AND leaseUntil < :now AND fingerprint = :fingerprint)`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':seconds': inSeconds(now),
      ':now': now,
      ':inProgress': 'IN_PROGRESS',
      ':fingerprint': own.fingerprint,
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    await records.send(put);
    return undefined;
  } catch (error) {
    // Any other error leaves open whether somebody was here before: then do not begin, and let the message come again.
    if (!(error instanceof ConditionalCheckFailedException && error.Item)) throw error;
    // The SDK sends a write again when its answer got lost: then it is our own record that is in the way.
    return error.Item.attempt?.S === own.attempt ? undefined : error.Item;
  }
}

function resultOf<Result>(existing: ExistingRecord, own: OwnRecord): Result {
  if (existing.fingerprint?.S !== own.fingerprint) {
    throw new IdempotencyConflict(`${own.id} came before with another payload`);
  }
  if (existing.result?.S === undefined) throw new AlreadyInProgress(`another delivery works on ${own.id}`);
  return JSON.parse(existing.result.S) as Result;
}

/** Whoever took over from us has the same result: the work handed the key on. So this needs no condition. */
async function finish({ id }: OwnRecord, result: unknown): Promise<void> {
  await records.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { id },
      UpdateExpression:
        'SET #status = :completed, #result = :result, expiresAt = :expiresAt REMOVE leaseUntil',
      ExpressionAttributeNames: { '#status': 'status', '#result': 'result' },
      ExpressionAttributeValues: {
        ':completed': 'COMPLETED',
        ':result': JSON.stringify(result),
        ':expiresAt': inSeconds(Date.now()) + rememberedSeconds,
      },
    }),
  );
}

/** The record of an attempt that failed; that of another attempt is none of our business. */
async function release({ id, attempt }: OwnRecord): Promise<void> {
  await records.send(
    new DeleteCommand({
      TableName: tableName,
      Key: { id },
      ConditionExpression: 'attempt = :attempt',
      ExpressionAttributeValues: { ':attempt': attempt },
    }),
  );
}

/** Times to live are whole seconds since 1970; in milliseconds the record would live for fifty thousand years. */
function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
