import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { report, testMappings } from './testing.ts';

type Account = ReturnType<typeof testMappings>;

/** A FIFO queue that hides messages for 30 seconds, and sending to it: the first letter of a body names its group. */
async function createFifo(account: Account, attributes: Record<string, string> = {}) {
  const url = await account.createQueue('orders.fifo', {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '30',
    ...attributes,
  });
  return {
    url,
    async send(...bodies: string[]): Promise<void> {
      for (const body of bodies) await account.send(url, body, { MessageGroupId: body[0] });
    },
  };
}

function mapFifo(account: Account, settings: Partial<CreateEventSourceMappingRequest> = {}): Promise<string> {
  return account.map({ EventSourceArn: account.arn('orders.fifo'), ...settings });
}

const batches = ({ invocations }: Account) => invocations.map(({ bodies }) => bodies);
const ofGroup = (account: Account, group: string) =>
  batches(account)
    .flat()
    .filter((body) => body.startsWith(group));

/** Reports the first failure of each group and all of the group behind it, as AWS advises. */
function reportFrom(event: SQSEvent, isBad: (body: string) => boolean) {
  const blocked = new Set<string>();
  return report(event, (body) => {
    const group = body[0] ?? '';
    if (isBad(body)) blocked.add(group);
    return blocked.has(group);
  });
}

describe('what a FIFO queue does not take', () => {
  test('a batching window', async () => {
    await using account = testMappings();
    await createFifo(account);
    await expect(mapFifo(account, { MaximumBatchingWindowInSeconds: 1 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: 'Batching window is not supported for FIFO queues',
    });
  });

  test('a batching window in an update: the mapping stays as it was', async () => {
    await using account = testMappings();
    await createFifo(account);
    const UUID = await mapFifo(account);
    await expect(
      account.api.UpdateEventSourceMapping({ UUID, MaximumBatchingWindowInSeconds: 1 }),
    ).rejects.toMatchObject({ message: 'Batching window is not supported for FIFO queues' });
    expect(account.api.GetEventSourceMapping({ UUID }).MaximumBatchingWindowInSeconds).toBe(0);
  });

  test.each([
    [{ BatchSize: 11 }, 'Maximum batch window in seconds must be greater than 0'],
    [
      { BatchSize: 11, MaximumBatchingWindowInSeconds: 5 },
      'Batching window is not supported for FIFO queues',
    ],
  ])('a batch of more than ten: %j', async (settings, message) => {
    await using account = testMappings();
    await createFifo(account);
    await expect(mapFifo(account, settings)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(message),
    });
  });
});

describe('order', () => {
  test('a group is delivered in the order of sending, over several batches', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    await send('a1', 'a2', 'a3', 'a4', 'a5');
    await mapFifo(account, { BatchSize: 2 });
    await account.pass(1);
    expect(batches(account)).toEqual([['a1', 'a2'], ['a3', 'a4'], ['a5']]);
  });

  test('a batch holds messages of several groups, each in its order', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    await send('a1', 'b1', 'a2', 'b2');
    await mapFifo(account);
    await account.pass(1);
    expect(batches(account)).toEqual([['a1', 'a2', 'b1', 'b2']]);
  });

  test('records carry group, deduplication id and sequence number', async () => {
    await using account = testMappings();
    const { url } = await createFifo(account);
    await mapFifo(account);
    await account.send(url, 'one', { MessageGroupId: 'a', MessageDeduplicationId: 'id-1' });
    await account.pass(1);
    expect(account.invocations[0]?.event.Records).toMatchObject([
      {
        attributes: {
          ApproximateReceiveCount: '1',
          MessageGroupId: 'a',
          MessageDeduplicationId: 'id-1',
          SequenceNumber: expect.stringMatching(/^\d{20}$/),
        },
        eventSourceARN: account.arn('orders.fifo'),
      },
    ]);
  });

  test('a batch of over 6 MB goes to the function in two events, one after the other', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(1000);
    await send(...Array.from({ length: 8 }, (_, index) => `a${index}`.padEnd(1024 * 1024)));
    await mapFifo(account);
    await account.pass(10);
    expect(batches(account).map((bodies) => bodies.map((body) => body.trim()))).toEqual([
      ['a0', 'a1', 'a2', 'a3', 'a4'],
      ['a5', 'a6', 'a7'],
    ]);
    expect(account.mostRunning()).toBe(1);
  });

  test('the second event of a batch is not handed over when its messages are visible again', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(31_000);
    await send(...Array.from({ length: 8 }, (_, index) => `a${index}`.padEnd(1024 * 1024)));
    await mapFifo(account);
    await account.pass(40);
    expect(batches(account).map((bodies) => bodies.map((body) => body.trim()))).toEqual([
      ['a0', 'a1', 'a2', 'a3', 'a4'],
      ['a0', 'a1', 'a2', 'a3', 'a4'],
    ]);
  });

  test('when the first event of a batch fails, its groups wait and the others go on', async () => {
    let failures = 0;
    await using account = testMappings((event) =>
      report(event, (body) => body.startsWith('a5') && failures++ === 0),
    );
    const { send } = await createFifo(account);
    const large = (...bodies: string[]) => bodies.map((body) => body.padEnd(1024 * 1024));
    await send(...large('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1'));
    await mapFifo(account, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.pass(31);
    expect(batches(account).map((bodies) => bodies.map((body) => body.trim()))).toEqual([
      ['a1', 'a2', 'a3', 'a4', 'a5'],
      ['b1'],
      ['a5', 'a6', 'a7'],
    ]);
  });
});

describe('batches at the same time', () => {
  test('a group has one batch under way: its other messages wait in the queue', async () => {
    await using account = testMappings();
    const { url, send } = await createFifo(account);
    account.setDuration(1000);
    await send('a1', 'a2', 'a3');
    await mapFifo(account, { BatchSize: 1 });
    await account.pass(0.5);
    expect(await account.counts(url)).toEqual([2, 1, 0]);
    await account.pass(3);
    expect(batches(account)).toEqual([['a1'], ['a2'], ['a3']]);
    expect(account.mostRunning()).toBe(1);
  });

  test('groups run side by side, as many batches as there are groups', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(2000);
    await send('a1', 'b1', 'c1', 'a2', 'b2', 'c2');
    await mapFifo(account, { BatchSize: 1 });
    await account.pass(1);
    expect(batches(account).flat().sort()).toEqual(['a1', 'b1', 'c1']);
    await account.pass(10);
    expect(account.mostRunning()).toBe(3);
  });

  test('MaximumConcurrency below the number of groups', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(1000);
    await send('a1', 'b1', 'c1', 'd1');
    await mapFifo(account, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await account.pass(10);
    expect(account.mostRunning()).toBe(2);
    expect(batches(account).flat().sort()).toEqual(['a1', 'b1', 'c1', 'd1']);
  });

  test('MaximumConcurrency above the number of groups', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(5000);
    for (const number of [1, 2, 3])
      await send(...['a', 'b', 'c', 'd', 'e', 'f'].map((group) => group + number));
    await mapFifo(account, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 10 } });
    await account.pass(30);
    expect(account.mostRunning()).toBe(6);
  });

  test('a new message of a group is delivered as soon as the batch before it is deleted', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.setDuration(2000);
    await mapFifo(account);
    await send('a1');
    await account.pass(1);
    await send('a2');
    await account.pass(5);
    const [first = 0, second = 0] = account.invocations.map(({ at }) => at);
    expect(second - first).toBe(2000);
  });
});

describe('a failure', () => {
  test('holds up its group until the visibility timeout is over, and no other', async () => {
    let failures = 0;
    await using account = testMappings(({ Records }) => {
      if (Records.some(({ body }) => body === 'a1') && failures++ === 0) throw new Error('once');
    });
    const { send } = await createFifo(account);
    await mapFifo(account, { BatchSize: 1 });
    await send('a1', 'a2', 'b1', 'b2');
    await account.pass(29);
    expect(ofGroup(account, 'a')).toEqual(['a1']);
    expect(ofGroup(account, 'b')).toEqual(['b1', 'b2']);
    await account.pass(2);
    expect(ofGroup(account, 'a')).toEqual(['a1', 'a1', 'a2']);
  });

  test('that is reported with all behind it has them come again in order, before what was sent meanwhile', async () => {
    let failures = 0;
    await using account = testMappings((event) =>
      reportFrom(event, (body) => body === 'a2' && failures++ === 0),
    );
    const { url, send } = await createFifo(account);
    await send('a1', 'a2', 'a3', 'b1');
    await mapFifo(account, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.pass(1);
    expect(await account.counts(url)).toEqual([0, 2, 0]);
    await send('a4');
    await account.pass(31);
    expect(batches(account)).toEqual([
      ['a1', 'a2', 'a3', 'b1'],
      ['a2', 'a3', 'a4'],
    ]);
  });

  test('that is reported alone comes again after what lay behind it: that was deleted', async () => {
    let failures = 0;
    await using account = testMappings((event) => report(event, (body) => body === 'a1' && failures++ === 0));
    const { url, send } = await createFifo(account);
    await send('a1', 'a2');
    await mapFifo(account, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await account.pass(31);
    expect(batches(account)).toEqual([['a1', 'a2'], ['a1']]);
    expect(await account.counts(url)).toEqual([0, 0, 0]);
  });

  test('in a throttled batch: it is tried again whole, while the group waits', async () => {
    await using account = testMappings();
    const { send } = await createFifo(account);
    account.reserve(0);
    await mapFifo(account, { BatchSize: 1 });
    await send('a1', 'a2');
    await account.pass(2);
    account.reserve(1);
    await account.pass(5);
    expect(ofGroup(account, 'a')).toEqual(['a1', 'a1', 'a1', 'a2']);
  });

  test('that lasts ends in the FIFO dead-letter queue, and its group goes on', async () => {
    await using account = testMappings((event) => reportFrom(event, (body) => body === 'a1'));
    const deadLetters = await account.createQueue('dead.fifo', { FifoQueue: 'true' });
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: account.arn('dead.fifo'),
      maxReceiveCount: 2,
    });
    const { url, send } = await createFifo(account, { RedrivePolicy });
    await mapFifo(account, { BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await send('a1', 'a2');
    await account.pass(3 * 31);
    expect(ofGroup(account, 'a')).toEqual(['a1', 'a1', 'a2']);
    expect(await account.receiveOne(deadLetters, { AttributeNames: ['All'] })).toMatchObject({
      Body: 'a1',
      Attributes: { MessageGroupId: 'a', DeadLetterQueueSourceArn: account.arn('orders.fifo') },
    });
    expect(await account.counts(url)).toEqual([0, 0, 0]);
  });
});
