import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { byType, forget, keepState, tellAll } from '../../docs/examples/01-traps.ts';

const post = (body: string) => ({ body, isBase64Encoded: false }) as APIGatewayProxyEventV2;
const store = async () => ({});

describe('the handlers that lesson 01 warns of', () => {
  it('an order in the module gives the second request what the first one sent', async () => {
    await keepState(post('{"orderId":"a","customerId":"anna"}'), store);
    const { body } = await keepState(post('{"orderId":"b"}'), store);
    expect(body).toBe('{"orderId":"b","customerId":"anna"}');
  });

  it('a write that nobody awaits is not done when the answer is', async () => {
    let stored = false;
    const slowly = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      stored = true;
    };
    expect((await forget(post('{"orderId":"a"}'), slowly)).statusCode).toBe(200);
    expect(stored).toBe(false);
  });

  it('telling all makes a server error of a typing mistake, and gives the cause away', async () => {
    expect(await tellAll(post('{"orderId":'), store)).toMatchObject({
      statusCode: 500,
      body: expect.stringContaining('SyntaxError'),
    });
    const broken = async () => {
      throw new Error('no right to write table orders-eu');
    };
    expect((await tellAll(post('{}'), broken)).body).toContain('orders-eu');
  });

  it('telling errors apart by a common type blames the client for a library, without a content type', async () => {
    const library = async () => JSON.parse('<html>down</html>') as object;
    const answer = await byType(post('{}'), library);
    expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('<html>') });
    expect(answer.headers).toBeUndefined();
  });

  it('undefined in an item makes the document client throw, and at its top is left out', async () => {
    const documents = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        endpoint: 'http://127.0.0.1:9',
        maxAttempts: 1,
      }),
    );
    const put = (Item: object) => documents.send(new PutCommand({ TableName: 'orders', Item }));
    await expect(put({ orderId: 'a', items: [{ sku: 'TEA', note: undefined }] })).rejects.toThrow(
      'removeUndefinedValues',
    );
    // It comes as far as the network.
    await expect(put({ orderId: 'a', note: undefined })).rejects.toThrow('ECONNREFUSED');
  });
});
