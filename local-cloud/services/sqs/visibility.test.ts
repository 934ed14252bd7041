import { setTimeout as realPause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atOnce, attempt, testSqs } from './testing.ts';

const HOUR_SECONDS = 3600;

type TestSqs = ReturnType<typeof testSqs>;

function changeVisibility(
  sqs: TestSqs,
  QueueUrl: string,
  ReceiptHandle: string | undefined,
  seconds: number,
) {
  return attempt(() =>
    sqs.operations.ChangeMessageVisibility(
      { QueueUrl, ReceiptHandle, VisibilityTimeout: seconds },
      sqs.call(),
    ),
  );
}

test('a message that is not deleted comes back when its visibility timeout is over', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { VisibilityTimeout: '30' });
  const id = await sqs.send(url);
  await sqs.receiveOne(url);
  await sqs.cloud.clock.advance(29_000);
  expect(await sqs.receive(url)).toEqual([]);
  await sqs.cloud.clock.advance(1000);
  expect((await sqs.receiveOne(url)).MessageId).toBe(id);
});

test("a receive's own visibility timeout goes before the queue's", async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { VisibilityTimeout: '30' });
  await sqs.send(url);
  await sqs.receiveOne(url, { VisibilityTimeout: 100 });
  await sqs.cloud.clock.advance(99_000);
  expect(await sqs.receive(url)).toEqual([]);
  await sqs.cloud.clock.advance(1000);
  await sqs.receiveOne(url);
});

test('a message received with visibility timeout 0 can be received again at once, once in each answer', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const first = await sqs.receiveOne(url, { VisibilityTimeout: 0 });
  const second = await sqs.receiveOne(url, { VisibilityTimeout: 0 });
  expect(second.MessageId).toBe(first.MessageId);
});

test('the timeout can be made longer, counted from now', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await sqs.cloud.clock.advance(20_000);
  await changeVisibility(sqs, url, ReceiptHandle, 60);
  await sqs.cloud.clock.advance(59_000);
  expect(await sqs.receive(url)).toEqual([]);
  await sqs.cloud.clock.advance(1000);
  await sqs.receiveOne(url);
});

test('timeout 0 gives the message back at once', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await changeVisibility(sqs, url, ReceiptHandle, 0);
  await sqs.receiveOne(url);
});

test('a message stays invisible for 12 hours at most, counted from its receive', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url, { VisibilityTimeout: 2 * HOUR_SECONDS });
  await sqs.cloud.clock.advance(HOUR_SECONDS * 1000);
  await expect(changeVisibility(sqs, url, ReceiptHandle, 12 * HOUR_SECONDS)).rejects.toThrow(
    'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
  );
  await changeVisibility(sqs, url, ReceiptHandle, 11 * HOUR_SECONDS - 60);
  expect(await sqs.counts(url)).toEqual([0, 1, 0]);
});

test('changing the timeout of a message that is visible again succeeds and does nothing', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await sqs.cloud.clock.advance(30_000);
  await changeVisibility(sqs, url, ReceiptHandle, 600);
  expect(await sqs.counts(url)).toEqual([1, 0, 0]);
});

test('the timeout of a deleted message cannot be changed', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const { ReceiptHandle } = await sqs.receiveOne(url);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  await expect(changeVisibility(sqs, url, ReceiptHandle, 10)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  });
});

test('a batch changes what it can', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue();
  await sqs.send(QueueUrl);
  const { ReceiptHandle } = await sqs.receiveOne(QueueUrl);
  const Entries = [
    { Id: 'a', ReceiptHandle, VisibilityTimeout: 0 },
    { Id: 'b', ReceiptHandle, VisibilityTimeout: 43_201 },
  ];
  const result = await sqs.operations.ChangeMessageVisibilityBatch({ QueueUrl, Entries }, sqs.call());
  expect(result.Successful).toEqual([{ Id: 'a' }]);
  expect(result.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }]);
  expect(await sqs.counts(QueueUrl)).toEqual([1, 0, 0]);
});

test('a long poll gets the message when its visibility timeout is over, without real waiting', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { VisibilityTimeout: '15' });
  await sqs.send(url);
  await sqs.receiveOne(url);
  const asked = sqs.cloud.clock.now();
  expect(await sqs.receive(url, { WaitTimeSeconds: 20 })).toHaveLength(1);
  expect(sqs.cloud.clock.now() - asked).toBeGreaterThanOrEqual(14_000);
});

test('a long poll ends empty when its time is over', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  const asked = sqs.cloud.clock.now();
  expect(await sqs.receive(url, { WaitTimeSeconds: 20 })).toEqual([]);
  expect(sqs.cloud.clock.now() - asked).toBeGreaterThanOrEqual(20_000);
});

test('a client that pauses between receive and delete loses nothing, although others long-poll', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue();
  await sqs.send(url);
  const work = sqs.cloud.clock.begin();
  const { ReceiptHandle } = await sqs.receiveOne(url);
  const other = sqs.receive(url, { WaitTimeSeconds: 20, VisibilityTimeout: 0 });
  await realPause(20);
  await sqs.operations.DeleteMessage({ QueueUrl: url, ReceiptHandle }, sqs.call());
  work.end();
  expect(await other).toEqual([]);
});

test('time does not jump for a background poll', async () => {
  using sqs = testSqs();
  const url = await sqs.createQueue('orders', { VisibilityTimeout: '5' });
  await sqs.send(url);
  await sqs.receiveOne(url);
  const asked = sqs.cloud.clock.now();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 }, { background: true });
  await realPause(20);
  expect(sqs.cloud.clock.now() - asked).toBeLessThan(5000);
  await sqs.cloud.clock.advance(5000);
  expect(await poll).toHaveLength(1);
});

test('a message that arrives wakes a long poll', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
  await sqs.send(url, 'order');
  expect(await atOnce(poll)).toMatchObject([{ Body: 'order' }]);
});

test("the queue's wait time makes a receive a long poll", async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue('orders', { ReceiveMessageWaitTimeSeconds: '20' });
  const poll = sqs.receive(url);
  await sqs.send(url, 'order');
  expect(await atOnce(poll)).toHaveLength(1);
});

test('a batch that arrives wakes a long poll with all of its messages', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
  const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.operations.SendMessageBatch({ QueueUrl: url, Entries }, sqs.call());
  expect(await atOnce(poll)).toHaveLength(3);
});

test('those who wait are served in the order in which they came', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const polls = [1, 2, 3].map(() => sqs.receive(url, { WaitTimeSeconds: 20 }));
  for (const body of ['first', 'second', 'third']) await sqs.send(url, body);
  const bodies = (await atOnce(Promise.all(polls))).map(([message]) => message?.Body);
  expect(bodies).toEqual(['first', 'second', 'third']);
});

test('a client that has gone away takes nothing', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const client = new AbortController();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 }, { signal: client.signal });
  client.abort();
  await sqs.send(url);
  expect(await atOnce(poll)).toEqual([]);
  expect(await sqs.receive(url, {}, { signal: client.signal })).toEqual([]);
  expect(await sqs.counts(url)).toEqual([1, 0, 0]);
});

test('deleting the queue ends a long poll', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
  await sqs.operations.DeleteQueue({ QueueUrl: url }, sqs.call());
  await expect(atOnce(poll)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('stopping the service ends long polls', async () => {
  using sqs = testSqs({ clock: 'real' });
  const url = await sqs.createQueue();
  const poll = sqs.receive(url, { WaitTimeSeconds: 20 });
  await sqs.service.stop?.();
  expect(await atOnce(poll)).toEqual([]);
});
