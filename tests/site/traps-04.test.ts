import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calledButWithWhat, type Handler, lookedUp, neverFails } from '../../docs/examples/04-traps.ts';
import { handler as untestable } from '../../docs/examples/04-untestable.ts';

const documents = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
});
afterEach(() => vi.unstubAllEnvs());

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
const storesTo =
  (TableName: string, more: object): Handler =>
  async (order) => {
    await client.send(new PutCommand({ TableName, Item: { ...order, ...more } }));
    return { statusCode: 200 };
  };
const right = storesTo('orders', { status: 'RECEIVED' });
const wrong = storesTo('Orders-2024', {});

describe('the tests that lesson 04 warns of', () => {
  it('counting the calls lets another table and a missing status through', async () => {
    await calledButWithWhat(wrong, documents);
  });

  it('looking at the input does not', async () => {
    await lookedUp(right, documents);
    documents.resetHistory();
    await expect(lookedUp(wrong, documents)).rejects.toThrow('to deeply equal');
  });

  it('a catch around everything lets a 500 through', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await neverFails(async () => ({ statusCode: 500 }));
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it('a module that reads its table at import does not see what a test sets afterwards', async () => {
    vi.stubEnv('TABLE_NAME', 'orders');
    const dynamodb = mockClient(DynamoDBClient);
    await untestable({ orderId: 'order-1' });
    expect(dynamodb.call(0).args[0].input).toMatchObject({ TableName: undefined });
    dynamodb.restore();
  });

  it('a mock of one client does not take the calls of the other', async () => {
    const dynamodb = mockClient(DynamoDBClient);
    await right({ orderId: 'order-1' });
    expect([dynamodb.calls().length, documents.calls().length]).toEqual([0, 1]);
    dynamodb.restore();
  });
});
