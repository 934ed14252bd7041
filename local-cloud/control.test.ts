import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Account, createAccount } from './account.ts';
import { type ControlClient, createControlClient } from './control-client.ts';

const TOKEN = 'a-token';
let account: Account;
let url: string;
let control: ControlClient;

beforeEach(async () => {
  account = createAccount({ clock: 'warp', controlToken: TOKEN });
  url = await account.listen();
  control = createControlClient(url, TOKEN);
});
afterEach(() => account.close());

const post = (action: string, body: string, token = TOKEN) =>
  fetch(`${url}/_control/${action}`, { method: 'POST', headers: { 'x-control-token': token }, body });

describe('the control endpoint', () => {
  test('wants its token', async () => {
    expect((await post('now', '{}', 'another')).status).toBe(403);
  });

  test('has no other actions', async () => {
    const answer = await post('delete-everything', '{}');
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { message: 'There is no control action delete-everything.' },
    ]);
  });

  test.each([
    ['advance', '{"ms":-1}'],
    ['advance', 'no JSON'],
    ['inject-fault', '{"kind":"latency"}'],
    ['kill-after', '{"functionName":"worker"}'],
    ['fail-entries', '{"times":0}'],
    ['occupy', '{"functionName":"worker","slots":"all"}'],
  ])('refuses %s with %s, and goes on', async (action, body) => {
    expect((await post(action, body)).status).toBe(400);
    expect(await control.now()).toMatchObject({ seq: expect.any(Number) });
  });
});

describe('a fault from outside', () => {
  const queue = { QueueName: 'orders' };

  test('strikes a service, until it is taken back', async () => {
    const id = await control.injectFault({
      kind: 'error',
      service: 'sqs',
      operation: ['CreateQueue', 'DeleteQueue'],
      code: 'ServiceUnavailable',
    });
    const create = () => account.services.sqs.CreateQueue(queue, account.call());
    await expect(create()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await control.undo(id);
    expect(await create()).toMatchObject({ QueueUrl: expect.stringContaining('orders') });
  });

  test('fails single entries of PutEvents', async () => {
    await control.failEntries({ detailContains: 'o-2', errorCode: 'ThrottlingException' });
    const entry = (orderId: string) => ({
      Source: 'shop',
      DetailType: 'Order',
      Detail: JSON.stringify({ orderId }),
    });
    const put = () =>
      account.services.eventbridge.PutEvents({ Entries: [entry('o-1'), entry('o-2')] }, account.call());
    expect(await put()).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{}, { ErrorCode: 'ThrottlingException' }],
    });
    await control.clearFaults();
    expect(await put()).toMatchObject({ FailedEntryCount: 0 });
  });

  test('is called off by its id, before the function has made its calls', async () => {
    const id = await control.killAfter('worker', { service: 'dynamodb', operation: 'PutItem' });
    await control.undo(id);
    await control.undo(id);
    expect(await control.now()).toMatchObject({ seq: expect.any(Number) });
  });
});
