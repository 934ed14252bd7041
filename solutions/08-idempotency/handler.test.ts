import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Order } from './given/order.ts';

// The modules read their configuration when they are imported: set it first.
vi.stubEnv('IDEMPOTENCY_TABLE', 'records');
vi.stubEnv('LEDGER_TABLE', 'ledger');
vi.stubEnv('CONTROL_TABLE', 'control');
const { handler } = await import('./handler.ts');

// Replaces `send` of every document client, those of given/ too.
const documents = mockClient(DynamoDBDocumentClient);
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const in24Hours = now / 1000 + 86_400;

beforeEach(() => {
  documents.reset();
  documents.on(GetCommand).resolves({});
  vi.useFakeTimers({ now, toFake: ['Date'] });
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('an order that is new', () => {
  test('is charged under its own id, between two writes of its record', async () => {
    const receipt = await handler({ order: order('a') }, context());

    expect(receipt).toEqual({ orderId: 'a', chargeId: expect.stringMatching(/^ch_/) });
    expect(writes()).toEqual([
      { table: 'records', does: 'put', id: 'a' },
      { table: 'ledger', does: 'put', id: 'a' },
      { table: 'records', does: 'update', id: 'a' },
    ]);
  });

  test('is held for as long as the invocation can run, and remembered for a day', async () => {
    await handler({ order: order('a') }, context({ remainingMs: 30_000 }));

    expect(started()?.Item).toMatchObject({
      status: 'IN_PROGRESS',
      leaseUntil: now + 30_000,
      expiresAt: in24Hours,
    });
    expect(finished()?.ExpressionAttributeValues).toMatchObject({
      ':completed': 'COMPLETED',
      ':expiresAt': in24Hours,
    });
  });

  test('gets the same charge id from every attempt, so that payments can tell a repeat', async () => {
    const first = await handler({ order: order('a') }, context());
    const second = await handler({ order: order('a') }, context());

    expect(second).toEqual(first);
  });
});

describe('an order that came before', () => {
  test('gets the stored receipt, and is not charged', async () => {
    const stored = { chargeId: 'ch_1', orderId: 'a' };
    await existingRecord({ status: 'COMPLETED', result: JSON.stringify(stored) });

    expect(await handler({ order: order('a') }, context())).toEqual(stored);
    expect(charged()).toEqual([]);
  });

  test('is left to the delivery that is at work on it', async () => {
    await existingRecord({ status: 'IN_PROGRESS', leaseUntil: now + 10_000 });

    await expect(handler({ order: order('a') }, context())).rejects.toThrow('another delivery works on a');
    expect(charged()).toEqual([]);
  });

  test('is a conflict when its payload was another', async () => {
    await existingRecord({ status: 'COMPLETED', result: '{}', fingerprint: 'of another payload' });

    const answer = handler({ order: order('a') }, context());

    await expect(answer).rejects.toMatchObject({ name: 'IdempotencyConflict' });
    expect(charged()).toEqual([]);
  });

  test('is no repeat when the record is our own, written by a request whose answer got lost', async () => {
    documents.on(PutCommand, { TableName: 'records' }).callsFake(({ Item }) => {
      throw conditionFailed(Item);
    });

    expect(await handler({ order: order('a') }, context())).toMatchObject({ orderId: 'a' });
    expect(charged()).toEqual(['a']);
  });
});

test('a table that does not answer keeps the order from being charged', async () => {
  documents.on(PutCommand, { TableName: 'records' }).rejects(new Error('no answer'));

  await expect(handler({ order: order('a') }, context())).rejects.toThrow('no answer');
  expect(charged()).toEqual([]);
});

test('a charge that fails is not remembered', async () => {
  documents.on(GetCommand, { TableName: 'control' }).resolves({ Item: { mode: 'down' } });

  await expect(handler({ order: order('a') }, context())).rejects.toMatchObject({ name: 'DownstreamError' });
  expect(documents.commandCalls(DeleteCommand)[0]?.args[0].input).toMatchObject({
    Key: { id: 'a' },
    ConditionExpression: 'attempt = :attempt',
  });
  expect(finished()).toBeUndefined();
});

test('a batch reports the messages that failed, and charges the others', async () => {
  const answer = await handler(
    batch({
      'message-1': order('a'),
      'message-2': { ...order('b'), totalCents: 1 },
      'message-3': order('c'),
    }),
    context(),
  );

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-2' }] });
  expect(charged().sort()).toEqual(['a', 'c']);
});

function order(orderId: string): Order {
  return {
    orderId,
    customerId: 'customer-1',
    items: [{ sku: 'TEA', quantity: 2, unitPriceCents: 500 }],
    totalCents: 1000,
  };
}

function context({ remainingMs = 30_000 } = {}): Context {
  return { getRemainingTimeInMillis: () => remainingMs } as Context;
}

/** The event of a batch: orders by message id. */
function batch(messages: Record<string, Order>): SQSEvent {
  return {
    Records: Object.entries(messages).map(([messageId, message]) => ({
      messageId,
      receiptHandle: `receipt-of-${messageId}`,
      body: JSON.stringify(message),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1767261600000',
        SenderId: 'AIDACKCEVSQ6C2EXAMPLE',
        ApproximateFirstReceiveTimestamp: '1767261600100',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:orders',
      awsRegion: 'us-east-1',
    })),
  };
}

/** Lets the table have a record of the order `a`, with its right fingerprint unless another is given. */
async function existingRecord(record: Record<string, unknown>): Promise<void> {
  await handler({ order: order('a') }, context());
  const fingerprint = started()?.Item?.fingerprint;
  documents.resetHistory();
  documents.on(PutCommand, { TableName: 'records' }).callsFake(() => {
    throw conditionFailed({ id: 'a', fingerprint, attempt: 'of another', ...record });
  });
}

function conditionFailed(item: Record<string, unknown>): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    $metadata: {},
    message: 'The conditional request failed',
    // As DynamoDB writes them: the document client does not translate the item of an error.
    Item: Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        typeof value === 'number' ? { N: String(value) } : { S: String(value) },
      ]),
    ),
  });
}

function started() {
  return documents.commandCalls(PutCommand, { TableName: 'records' })[0]?.args[0].input;
}

function finished() {
  return documents.commandCalls(UpdateCommand, { TableName: 'records' })[0]?.args[0].input;
}

function charged(): unknown[] {
  return documents
    .commandCalls(PutCommand, { TableName: 'ledger' })
    .map(({ args }) => args[0].input.Item?.orderId);
}

/** What was written, in order. */
function writes() {
  return documents.calls().flatMap(({ args: [{ input }] }) => {
    if ('Item' in input) {
      const { TableName, Item } = input as PutCommand['input'];
      return [{ table: TableName, does: 'put', id: Item?.id ?? Item?.orderId }];
    }
    if ('UpdateExpression' in input) {
      const { TableName, Key } = input as UpdateCommand['input'];
      return [{ table: TableName, does: 'update', id: Key?.id }];
    }
    return [];
  });
}
