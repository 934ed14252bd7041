import { expect, test } from 'vitest';
import { type Clock, createClock } from '../../clock.ts';
import { testCall, testCloud } from '../../testing.ts';
import type { MessageContent } from './message.ts';
import { createStandardOrder } from './message-order.ts';
import { createMessageStore } from './message-store.ts';
import { readSettings } from './queue-attributes.ts';
import { atOnce } from './testing.ts';

function testStore(inFlightLimit = 120_000, ownClock?: Clock) {
  const cloud = testCloud();
  const clock = ownClock ?? cloud.clock;
  const settings = readSettings({});
  const store = createMessageStore({
    clock,
    order: createStandardOrder(),
    settings: () => settings,
    deadLetters: () => undefined,
    inFlightLimit,
  });
  const send = (id: string) => {
    const content: MessageContent = {
      id,
      body: id,
      md5OfBody: '',
      size: 1,
      sender: testCall(cloud).principal,
      sentAt: clock.now(),
      sequence: 0,
    };
    store.add(content, 0);
    store.arrived();
  };
  return {
    cloud,
    store,
    send,
    [Symbol.dispose]: () => {
      clock.stop();
      cloud[Symbol.dispose]();
    },
  };
}

const TEN = { max: 10, visibilityMs: 30_000 };

test('no more messages are given than may be in flight', () => {
  using test = testStore(2);
  for (const id of ['a', 'b', 'c']) test.send(id);
  expect(test.store.receive(TEN)).toHaveLength(2);
  expect(test.store.isFull()).toBe(true);
  expect(test.store.receive(TEN)).toEqual([]);
});

test('who waits while too many are in flight is served when one is deleted', async () => {
  using test = testStore(1);
  for (const id of ['a', 'b']) test.send(id);
  const [first] = test.store.receive(TEN);
  const poll = test.store.poll(TEN, 20_000, testCall(test.cloud, { background: true }));
  const message = test.store.find(first?.content.id ?? '');
  if (message) test.store.remove(message);
  expect((await atOnce(poll)).map(({ content }) => content.id)).toEqual(['b']);
});

test('a receive that notices before the timer that a timeout is over leaves the first to who waits', async () => {
  let time = 0;
  using test = testStore(
    120_000,
    createClock('real', () => time),
  );
  for (const id of ['a', 'b']) test.send(id);
  test.store.receive({ max: 10, visibilityMs: 1000 });
  const poll = test.store.poll({ max: 1, visibilityMs: 30_000 }, 20_000, testCall(test.cloud));
  time = 1000;
  const late = test.store.receive(TEN);
  expect(late.map(({ content }) => content.id)).toEqual(['b']);
  expect((await atOnce(poll)).map(({ content }) => content.id)).toEqual(['a']);
});

test('a message that comes back goes behind those that wait', () => {
  using test = testStore();
  for (const id of ['poison', 'good']) test.send(id);
  test.store.receive({ max: 1, visibilityMs: 0 });
  expect(test.store.receive(TEN).map(({ content }) => content.id)).toEqual(['good', 'poison']);
});

test('100,000 messages are received and deleted in the order of sending, none twice', () => {
  using test = testStore();
  const count = 100_000;
  for (let index = 0; index < count; index++) test.send(String(index));
  const ids: string[] = [];
  for (let batch = test.store.receive(TEN); batch.length > 0; batch = test.store.receive(TEN)) {
    for (const { content } of batch) {
      ids.push(content.id);
      const message = test.store.find(content.id);
      if (message) test.store.remove(message);
    }
  }
  expect(ids).toEqual(Array.from({ length: count }, (_, index) => String(index)));
  expect(test.store.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
