import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Order } from './order.ts';

// The modules read their configuration when they are imported: set it first.
vi.stubEnv('TABLE_NAME', 'orders');
vi.stubEnv('LEDGER_TABLE', 'ledger');
const { handler } = await import('./worker.ts');

// Replaces `send` of every document client, the ledger's too. It would not catch calls on a plain DynamoDBClient.
const documents = mockClient(DynamoDBDocumentClient);

beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('a batch of good orders', () => {
  test('reports no failure', async () => {
    const answer = await handler(batch({ 'message-1': order('a'), 'message-2': order('b') }));

    expect(answer).toEqual({ batchItemFailures: [] });
  });

  test('writes the ledger before the item', async () => {
    await handler(batch({ 'message-1': order('a') }));

    expect(writes()).toEqual([
      { table: 'ledger', item: { orderId: 'a', kind: 'processed', effectId: expect.any(String) } },
      { table: 'orders', item: { ...order('a'), status: 'PROCESSED' } },
    ]);
  });

  test('succeeds when it holds the same order twice', async () => {
    const answer = await handler(batch({ 'message-1': order('a'), 'message-2': order('a') }));

    expect(answer).toEqual({ batchItemFailures: [] });
  });

  test('is processed all at once', async () => {
    let openLedger = () => {};
    const ledgerIsOpen = new Promise<void>((resolve) => {
      openLedger = resolve;
    });
    documents.on(PutCommand, { TableName: 'ledger' }).callsFake(() => ledgerIsOpen);

    const answer = handler(batch({ 'message-1': order('a'), 'message-2': order('b') }));

    // The second order reaches the ledger while the first still waits there.
    await vi.waitFor(() => expect(processedIn('ledger')).toEqual(['a', 'b']));
    openLedger();
    await answer;
  });
});

describe('a batch with a bad message', () => {
  test('reports that message alone and processes the others', async () => {
    const answer = await handler(
      batch({
        'message-1': order('a'),
        'message-2': { ...order('b'), totalCents: 1 },
        'message-3': order('c'),
      }),
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-2' }] });
    expect(processedIn('orders')).toEqual(['a', 'c']);
  });

  test('does not write the item of an order that the ledger refuses', async () => {
    documents
      .on(PutCommand, { TableName: 'ledger', Item: { orderId: 'a' } })
      .rejects(new Error('the ledger is down'));

    const answer = await handler(batch({ 'message-1': order('a'), 'message-2': order('b') }));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(processedIn('orders')).toEqual(['b']);
  });

  test.each([
    ['no JSON', '{"orderId":'],
    ['no object', 'null'],
    ['a list', '[]'],
    ['an id with a space', change({ orderId: 'a b' })],
    ['a blank customer', change({ customerId: ' ' })],
    ['no items', change({ items: [] })],
    [
      '101 items',
      change({ items: Array(101).fill({ sku: 'TEA', quantity: 1, unitPriceCents: 0 }), totalCents: 0 }),
    ],
    ['a quantity that is text', change({ items: [{ sku: 'TEA', quantity: '2', unitPriceCents: 500 }] })],
    ['half a cup', change({ items: [{ sku: 'TEA', quantity: 2.5, unitPriceCents: 400 }] })],
    [
      'a price of null',
      change({ items: [{ sku: 'TEA', quantity: 2, unitPriceCents: null }], totalCents: 0 }),
    ],
    ['a total that is not the sum', change({ totalCents: 999 })],
    ['no total', change({ totalCents: undefined })],
  ])('fails for %s', async (_, body) => {
    const answer = await handler(batch({ 'message-1': body }));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(writes()).toEqual([]);
  });
});

test('what is not known of an order is ignored', async () => {
  const answer = await handler(batch({ 'message-1': change({ status: 'CANCELLED', coupon: 'SPRING' }) }));

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(writes().at(-1)?.item).toEqual({ ...order('a'), status: 'PROCESSED' });
});

function order(orderId: string): Order {
  return {
    orderId,
    customerId: 'customer-1',
    items: [{ sku: 'TEA', quantity: 2, unitPriceCents: 500 }],
    totalCents: 1000,
  };
}

/** A good order's message with other values. */
function change(values: object): string {
  return JSON.stringify({ ...order('a'), ...values });
}

/** The event of a batch: orders, or bodies as they are, by message id. */
function batch(messages: Record<string, Order | string>): SQSEvent {
  return {
    Records: Object.entries(messages).map(([messageId, message]) => ({
      messageId,
      receiptHandle: `receipt-of-${messageId}`,
      body: typeof message === 'string' ? message : JSON.stringify(message),
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

/** What was written, in order. */
function writes() {
  return documents
    .commandCalls(PutCommand)
    .map(({ args: [{ input }] }) => ({ table: input.TableName, item: input.Item }));
}

function processedIn(table: string): unknown[] {
  return writes()
    .filter((write) => write.table === table)
    .map((write) => write.item?.orderId);
}
