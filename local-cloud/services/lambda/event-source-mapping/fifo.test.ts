import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { report, testMappings } from './testing.ts';

/** A FIFO queue that is mapped to a function, with a dead-letter queue after three receives. */
async function mapped(
  account: ReturnType<typeof testMappings>,
  settings: Parameters<typeof account.map>[0] = {},
) {
  const deadLetters = await account.createQueue('dead.fifo', { FifoQueue: 'true' });
  const queue = await account.createQueue('orders.fifo', {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: account.arn('dead.fifo'), maxReceiveCount: 3 }),
  });
  const start = () => account.map({ EventSourceArn: account.arn('orders.fifo'), ...settings });
  const send = (customer: string, ...bodies: string[]) =>
    bodies.reduce(async (before, body) => {
      await before;
      await account.send(queue, body, { MessageGroupId: customer });
    }, Promise.resolve());
  return { queue, deadLetters, start, send };
}

const bodiesOf = (account: ReturnType<typeof testMappings>) =>
  account.invocations.map(({ bodies }) => bodies.join(''));

describe('a mapping from a FIFO queue', () => {
  test('hands a group over in its order', async () => {
    await using account = testMappings();
    const { start, send } = await mapped(account, { BatchSize: 2 });
    await send('ada', '1', '2', '3', '4', '5');
    await start();
    await account.pass(60);
    expect(bodiesOf(account)).toEqual(['12', '34', '5']);
  });

  test('has one batch of a group under way at a time, however many wait', async () => {
    await using account = testMappings();
    const { start, send } = await mapped(account, { BatchSize: 1 });
    account.setDuration(1000);
    await send('ada', '1', '2', '3');
    await start();
    await account.pass(60);
    expect(account.mostRunning()).toBe(1);
    expect(bodiesOf(account)).toEqual(['1', '2', '3']);
  });

  test('runs as many batches at once as there are groups', async () => {
    await using account = testMappings();
    const { start, send } = await mapped(account, { BatchSize: 1 });
    account.setDuration(1000);
    for (const customer of ['ada', 'eve', 'joan']) await send(customer, `${customer}-1`, `${customer}-2`);
    await start();
    await account.pass(60);
    expect(account.mostRunning()).toBe(3);
  });

  test('shows the function group, sequence number and deduplication id', async () => {
    await using account = testMappings();
    const { start, send } = await mapped(account);
    await send('ada', 'a');
    await start();
    await account.pass(1);
    expect(account.invocations[0]?.event.Records[0]?.attributes).toMatchObject({
      MessageGroupId: 'ada',
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
      MessageDeduplicationId: expect.any(String),
    });
  });

  test('holds a group back while one of its messages has failed, and goes on with the others', async () => {
    await using account = testMappings((event: SQSEvent) => report(event, (body) => body === 'bad'));
    const { start, send } = await mapped(account, {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await send('ada', 'bad', 'after');
    await send('eve', 'other');
    await start();
    await account.pass(1);
    expect(bodiesOf(account)).toEqual(['bad', 'other']);
  });

  test('goes on with a group when its bad message has gone to the dead-letter queue', async () => {
    await using account = testMappings((event: SQSEvent) => report(event, (body) => body === 'bad'));
    const { start, send, deadLetters } = await mapped(account, {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await send('ada', 'bad', 'after');
    await start();
    await account.pass(300);
    expect(bodiesOf(account)).toEqual(['bad', 'bad', 'bad', 'after']);
    expect(await account.bodiesIn(deadLetters)).toEqual(['bad']);
  });

  test.each([
    [{ BatchSize: 11 }, 'batch size'],
    [{ MaximumBatchingWindowInSeconds: 1 }, 'MaximumBatchingWindowInSeconds'],
  ])('cannot have %j', async (settings, named) => {
    await using account = testMappings();
    const { start } = await mapped(account, { ...settings });
    await expect(start()).rejects.toMatchObject({ message: expect.stringContaining(named) });
  });
});
