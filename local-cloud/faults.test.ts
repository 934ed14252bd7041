import { expect, test } from 'vitest';
import { createFaults } from './faults.ts';
import { testCall, testCloud } from './testing.ts';

const transaction = (...tables: readonly string[]) => ({
  TransactItems: tables.map((TableName) => ({ Put: { TableName, Item: { orderId: { S: 'o-1' } } } })),
});

test('a list in a pattern matches when each of its elements is in the list of the call, wherever', async () => {
  using cloud = testCloud();
  const faults = createFaults(cloud.clock);
  const call = (...tables: readonly string[]) =>
    faults.around(
      'dynamodb',
      'TransactWriteItems',
      transaction(...tables),
      async () => 'done',
      testCall(cloud),
    );
  faults.inject({ kind: 'error', service: 'dynamodb', match: transaction('orders'), code: 'Refused' });
  await expect(call('orders')).rejects.toThrow();
  await expect(call('ledger', 'orders')).rejects.toThrow();
  await expect(call('ledger')).resolves.toBe('done');
  await expect(call()).resolves.toBe('done');
});

test('a list in a pattern does not match what is no list', async () => {
  using cloud = testCloud();
  const faults = createFaults(cloud.clock);
  faults.inject({ kind: 'error', service: 'sqs', match: { Entries: [{ Id: '1' }] }, code: 'Refused' });
  const call = faults.around(
    'sqs',
    'SendMessageBatch',
    { Entries: { Id: '1' } },
    async () => 'done',
    testCall(cloud),
  );
  await expect(call).resolves.toBe('done');
});

test('of several patterns a call needs to match one', async () => {
  using cloud = testCloud();
  const faults = createFaults(cloud.clock);
  const match = [{ TableName: 'orders' }, transaction('orders')];
  faults.inject({ kind: 'error', service: 'dynamodb', match, code: 'Refused' });
  const call = (operation: string, input: object) =>
    faults.around('dynamodb', operation, input, async () => 'done', testCall(cloud));
  await expect(call('PutItem', { TableName: 'orders' })).rejects.toThrow();
  await expect(call('TransactWriteItems', transaction('orders'))).rejects.toThrow();
  await expect(call('PutItem', { TableName: 'ledger' })).resolves.toBe('done');
  await expect(call('TransactWriteItems', transaction('ledger'))).resolves.toBe('done');
});
