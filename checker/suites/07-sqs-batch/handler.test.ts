import assert from 'node:assert/strict';
import { check, invalidOrders, makeOrder, malformedBodies, type Order, sqsEvent } from '../../fixtures.ts';
import {
  assertBatchResponse,
  assertEffects,
  assertProcessed,
  assertReported,
  reportedIds,
  startWorker,
} from './worker.ts';

/** A batch of orders: message ids, event and orders belong together by position. */
function batchOf(orders: readonly Order[]) {
  const ids = orders.map(({ orderId }) => `message-${orderId}`);
  const bodies = orders.map((order, index) => [ids[index], JSON.stringify(order)]);
  return { ids, event: sqsEvent(Object.fromEntries(bodies)) };
}

const ordersNamed = (prefix: string, count: number, sku?: string) =>
  Array.from({ length: count }, (_, index) => makeOrder(`${prefix}-${index + 1}`, sku));

check(
  'good-batch-succeeds',
  {
    title: 'a batch of good orders is processed whole, and nothing is reported',
    points: 1,
    hints: [
      'What does Lambda read in your answer when every message went well?',
      'Answer { batchItemFailures: [] }, after every ledger entry and every item has been written: await all of it.',
      'For each record: const order = JSON.parse(record.body); await append({ orderId, kind: "processed" }); then put { ...order, status: "PROCESSED" } into TABLE_NAME.',
    ],
    lesson: '#batch-response',
    starter: 'fails',
  },
  async ({ handler, faults }) => {
    const worker = await startWorker(handler);
    const orders = [...ordersNamed('good', 6), ...edgeCases];
    // A write that nobody awaits is not there when the answer is.
    await faults.slowWrites(worker.tables.orders, 60, 'good-6');
    const { ids, event } = batchOf(orders);
    const answer = await worker.invoke(event);
    assertReported(answer, [], ids);
    const [items, ledger] = [await worker.rows('orders'), await worker.rows('ledger')];
    for (const order of orders) {
      assertEffects(order.orderId, ledger, 1);
      assertProcessed(
        order,
        items.find(({ orderId }) => orderId === order.orderId),
      );
    }
    assertBatchResponse(answer);
  },
);

/** A property that the contract does not know. */
const withNote = { note: 'ring twice', gift: null };

/** Valid, if only just. */
const edgeCases: readonly Order[] = [
  { ...makeOrder('unknown-properties'), ...withNote },
  {
    orderId: 'free-of-charge',
    customerId: 'c',
    items: [{ sku: 'SAMPLE', quantity: 1, unitPriceCents: 0, ...withNote }],
    totalCents: 0,
  },
  // 0.29 times 100 is no whole number to a computer.
  {
    orderId: 'odd-cents',
    customerId: 'c',
    items: [{ sku: 'PEN', quantity: 1, unitPriceCents: 29 }],
    totalCents: 29,
  },
  { ...makeOrder('o'), customerId: 'c' },
  { ...makeOrder('A-z_0'.padEnd(64, '9')), customerId: 'ü'.padEnd(64, ' ') },
  {
    orderId: 'largest',
    customerId: 'a customer with spaces',
    items: [{ sku: 's'.repeat(64), quantity: 1000, unitPriceCents: 10_000_000 }],
    totalCents: 10_000_000_000,
  },
  {
    orderId: 'most-items',
    customerId: 'c-100',
    items: Array.from({ length: 100 }, (_, index) => ({
      sku: `sku ${index}`,
      quantity: 1,
      unitPriceCents: index,
    })),
    totalCents: 4950,
  },
];

check(
  'poison-is-reported-alone',
  {
    title: 'only the poison messages of a batch are reported; the good ones around them are processed once',
    points: 1,
    hints: [
      'One bad message must not decide what happens to the other nine. Which of them does Lambda delete?',
      'Catch the error of each record by itself, and remember the messageId of the record that failed.',
      'Answer { batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }: the ids of the failed records and no others. Do not throw.',
    ],
    lesson: '#batch-response',
    starter: 'fails',
  },
  async ({ handler }) => {
    const worker = await startWorker(handler);
    const orders = ordersNamed('kept', 7);
    const [first, middle, last] = ['poison-first', 'poison-middle', 'poison-last'];
    const bodies: [string, string][] = orders.map((order) => [
      `message-${order.orderId}`,
      JSON.stringify(order),
    ]);
    bodies.unshift([first, '{"orderId":']);
    bodies.splice(5, 0, [middle, JSON.stringify({ ...makeOrder('cheated'), totalCents: 1 })]);
    bodies.push([last, 'null']);
    const event = sqsEvent(Object.fromEntries(bodies));
    const answer = await worker.invoke(event);
    assertReported(
      answer,
      [first, middle, last],
      bodies.map(([id]) => id),
    );
    const [items, ledger] = [await worker.rows('orders'), await worker.rows('ledger')];
    for (const order of orders) {
      assertEffects(order.orderId, ledger, 1);
      assertProcessed(
        order,
        items.find(({ orderId }) => orderId === order.orderId),
      );
    }
    assertEffects('cheated', ledger, 0);
    assert(
      !items.some(({ orderId }) => orderId === 'cheated'),
      'The orders table has an item for order cheated, whose total is wrong.',
    );
  },
);

check(
  'invalid-orders-are-rejected',
  {
    title: 'every order that breaks a rule of the contract is reported, and leaves no trace',
    points: 1,
    hints: [
      'JSON.parse tells you that a body is JSON, not that it is an order.',
      'Check every rule of the order, and coerce nothing: "2", 1.5 and null are not quantities. Number.isInteger and typeof help.',
      'Validate before the first effect: types, lengths, ranges, at least one and at most 100 items, and totalCents equal to the sum of quantity × unitPriceCents. Throw when a rule is broken, so that the message is reported.',
    ],
    lesson: '#validation',
    starter: 'fails',
  },
  async ({ handler }) => {
    const worker = await startWorker(handler, { shared: false });
    const bodies: Readonly<Record<string, string>> = {
      ...malformedBodies,
      ...Object.fromEntries(invalidOrders('queue').map(({ name, body }) => [name, body])),
    };
    const rules = Object.keys(bodies);
    const accepted: string[] = [];
    for (let start = 0; start < rules.length; start += 9) {
      const batch = rules.slice(start, start + 9);
      const good = makeOrder(`valid-${start}`);
      const event = sqsEvent({
        ...Object.fromEntries(batch.map((rule) => [rule, bodies[rule] ?? ''])),
        'the good order': JSON.stringify(good),
      });
      const reported = reportedIds(await worker.invoke(event), [...batch, 'the good order']);
      accepted.push(...batch.filter((rule) => !reported.includes(rule)));
      assert(
        !reported.includes('the good order'),
        'A good order was reported together with the invalid ones around it.',
      );
    }
    assert(
      accepted.length === 0,
      `These are no orders, yet the handler did not report them: ${accepted.slice(0, 6).join('; ')}${accepted.length > 6 ? `; and ${accepted.length - 6} more` : ''}.`,
    );
    const traces = (await worker.rows('ledger')).filter(
      ({ orderId }) => !String(orderId).startsWith('valid-'),
    );
    assert(
      traces.length === 0,
      `An invalid order left ${traces.length} rows in the ledger. Validate the whole order before the first effect.`,
    );
    const alone = sqsEvent({ alone: 'not an order' });
    assertReported(await worker.invoke(alone), ['alone'], ['alone']);
  },
);

check(
  'ledger-failure-is-reported',
  {
    title:
      'an order whose ledger entry or item cannot be written is reported, and processed when it comes again',
    points: 1,
    hints: [
      'A good order can fail too: what if the ledger is down for a moment?',
      'An error of append or of the put belongs to its record, exactly like an error of JSON.parse.',
      'Put parse, append and put of one record into one function, and catch around the call of that function: whatever it throws reports this messageId.',
    ],
    lesson: '#effects',
    starter: 'fails',
  },
  async ({ handler, faults }) => {
    const worker = await startWorker(handler);
    const orders = ordersNamed('entry', 5);
    const [unbooked, unstored] = [makeOrder('entry-3'), makeOrder('unstored')];
    const ledgerIsBack = await faults.failWrites(worker.tables.ledger, unbooked.orderId);
    const tableIsBack = await faults.failWrites(worker.tables.orders, unstored.orderId);
    const { ids, event } = batchOf(orders);
    event.Records.push(...sqsEvent({ 'copy-of-entry-3': JSON.stringify(unbooked) }).Records);
    const failing = ['message-entry-3', 'copy-of-entry-3'];
    assertReported(await worker.invoke(event), failing, [...ids, 'copy-of-entry-3']);
    const [items, ledger] = [await worker.rows('orders'), await worker.rows('ledger')];
    for (const order of orders) {
      if (order.orderId === unbooked.orderId) continue;
      assertEffects(order.orderId, ledger, 1);
      assertProcessed(
        order,
        items.find(({ orderId }) => orderId === order.orderId),
      );
    }
    // In a batch of its own: who writes all items in one call fails with all of them.
    const alone = batchOf([unstored]);
    assertReported(await worker.invoke(alone.event), alone.ids, alone.ids);

    await ledgerIsBack();
    await tableIsBack();
    const bodies = [unbooked, unstored].map((order) => [`message-${order.orderId}`, JSON.stringify(order)]);
    const again = sqsEvent(Object.fromEntries(bodies), 2);
    assertReported(await worker.invoke(again), [], ['message-entry-3', 'message-unstored']);
    assertEffects(unbooked.orderId, await worker.rows('ledger'), 1);
    const later = await worker.rows('orders');
    for (const order of [unbooked, unstored]) {
      const item = later.find(({ orderId }) => orderId === order.orderId);
      assert(
        item,
        `Order ${order.orderId} failed once, came again and was not reported, and there is no item for it in the orders table: that order is lost. Remember nothing of an order before it is done.`,
      );
      assertProcessed(order, item);
    }
  },
);

check(
  'slow-orders-run-together',
  {
    title: 'ten orders that take a second each in the ledger end within five seconds',
    points: 1,
    hints: [
      'Ten orders, one second each: how long does the batch take if each waits for the one before?',
      'Start all records before you wait for any of them. Which Promise method waits for all, also when some fail?',
      'const results = await Promise.allSettled(event.Records.map(process)); the results come in the order of the records, so results[i] belongs to event.Records[i].',
    ],
    lesson: '#concurrency',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults, journal }) => {
    const worker = await startWorker(handler, { shared: false });
    // The first invocation pays for the cold start; the measurement is of the second.
    await worker.invoke(batchOf(ordersNamed('warm', 1)).event);
    const { seq } = await journal();
    const slow = ordersNamed('slow', 10, 'SLOW');
    await faults.slowWrites(worker.tables.ledger, slowMs);
    const { ids, event } = batchOf(slow);
    assertReported(await worker.invoke(event), [], ids);
    const ledger = await worker.rows('ledger');
    for (const { orderId } of slow) assertEffects(orderId, ledger, 1);

    const spans = (await journal(seq)).entries.flatMap((entry) =>
      entry.type === 'call' &&
      (entry.operation === 'PutItem' || entry.operation === 'UpdateItem') &&
      entry.resources.some((arn) => arn.endsWith(`table/${worker.tables.ledger}`))
        ? [{ from: entry.at - entry.durationMs, to: entry.at }]
        : [],
    );
    const rounds = longestChain(spans);
    assert(
      rounds <= 4,
      `Ten slow orders took ${rounds} rounds in the ledger, one after the other: ${rounds} seconds and a little more. They should end within 5 seconds.`,
    );
  },
);

/** A second of the ledger's, shortened: what counts is how many of them follow one another. */
const slowMs = 150;

/** How many spans follow one another at most: each begins when, or after, the one before has ended. */
function longestChain(spans: readonly { from: number; to: number }[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let length = 0;
  for (const { from, to } of [...spans].sort((a, b) => a.to - b.to)) {
    if (from < end) continue;
    end = to;
    length++;
  }
  return length;
}

check(
  'same-order-twice-succeeds',
  {
    title: 'the same order twice in one batch: both messages succeed',
    points: 0,
    hints: [
      'SQS delivers at least once: the second copy is no error.',
      'A condition that refuses an order that is already there turns a duplicate into poison.',
      'Put the item without attribute_not_exists, or treat ConditionalCheckFailedException as success: lab 08 deals with duplicates properly.',
    ],
    lesson: '#effects',
    starter: 'passes',
  },
  async ({ handler }) => {
    const worker = await startWorker(handler);
    const order = makeOrder('twice');
    const body = JSON.stringify(order);
    const event = sqsEvent({ 'copy-1': body, 'copy-2': body, other: JSON.stringify(makeOrder('other')) });
    assertReported(await worker.invoke(event), [], ['copy-1', 'copy-2', 'other']);
    const items = await worker.rows('orders');
    assertProcessed(
      order,
      items.find(({ orderId }) => orderId === 'twice'),
    );
    // And once more, in a later delivery.
    assertReported(await worker.invoke(sqsEvent({ again: body })), [], ['again']);
  },
);

check(
  'ledger-before-item',
  {
    title: 'an item says PROCESSED only after its ledger entry is written',
    points: 0,
    hints: [
      'If the function stops between its two writes, which of the two would you rather have?',
      'The item announces that the work is done. Write it last.',
      'await append({ orderId, kind: "processed" }) first, and only then send the PutItem: one after the other, not both in one Promise.all.',
    ],
    lesson: '#effects',
    starter: 'passes',
    needs: ['faults'],
  },
  async ({ handler, faults }) => {
    const worker = await startWorker(handler);
    await faults.failWrites(worker.tables.ledger, 'unbooked');
    const { event } = batchOf([makeOrder('booked'), makeOrder('unbooked')]);
    await worker.invoke(event);
    const items = await worker.rows('orders');
    assert(
      !items.some(({ orderId }) => orderId === 'unbooked'),
      'The ledger refused order unbooked, yet its item says that it was processed. Write the item after the ledger entry.',
    );
    assertProcessed(
      makeOrder('booked'),
      items.find(({ orderId }) => orderId === 'booked'),
    );
  },
);
