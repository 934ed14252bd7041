import assert from 'node:assert/strict';
import { check, type Fixtures, makeOrder } from '../../fixtures.ts';
import {
  assertCharged,
  chargeIdOf,
  chargesOf,
  coldStartsMs,
  gapMs,
  isDone,
  paymentsAre,
  told,
} from './charges.ts';

type Live = Fixtures['live'];

const minutes = 60;
const day = 86_400;
/** Receives until the redrive. */
const receives = 5;
/** The longest visibility timeout that a stack here may ask for and still be waited for, in seconds. */
const longestVisibility = 3600;

async function queuesOf(live: Live) {
  const [queue, deadLetterQueue] = [live.output('QueueUrl'), live.output('DeadLetterQueueUrl')];
  await live.purge([queue, deadLetterQueue]);
  await live.put(live.output('ControlTableName'), paymentsAre('up'));
  return { queue, deadLetterQueue };
}

const chargesIn = (live: Live, orderId: string) =>
  live.query(live.output('LedgerTableName'), 'orderId', orderId);

async function assertEmpty(live: Live, queue: string, name: string): Promise<void> {
  const { waiting, inFlight } = await live.depth(queue);
  assert(
    waiting + inFlight === 0,
    `The ${name} is not empty: ${waiting} messages wait, ${inFlight} are in flight.`,
  );
}

/** Waits until nothing is left to deliver. */
const drained = ({ live, eventually }: Fixtures, queue: string): Promise<void> =>
  eventually(() => assertEmpty(live, queue, 'queue'), { within: receives * longestVisibility });

/** Asserts that no delivery has failed for good. */
async function assertNoDeadLetters(live: Live, deadLetterQueue: string): Promise<void> {
  const dead = await live.peek(deadLetterQueue);
  assert(
    dead.length === 0,
    `${dead.length} messages of good orders failed ${receives} times and are in the dead-letter queue. The first is ${dead[0]?.Body}.`,
  );
}

check(
  'two-orders-two-charges',
  {
    title: 'two orders with the same content are two orders: each is charged once',
    points: 0,
    hints: [
      'Two customers may order the same tea. What tells their orders apart?',
      'A key made of the items alone takes the second order for a repeat of the first.',
      'The key is the orderId, for the record and for the payment service.',
    ],
    lesson: '#key',
    starter: 'passes',
  },
  async (fixtures) => {
    const { live } = fixtures;
    const { queue, deadLetterQueue } = await queuesOf(live);
    const first = makeOrder('live-first');
    const second = { ...first, orderId: 'live-second' };
    await live.send(queue, [JSON.stringify(first), JSON.stringify(second)]);
    await drained(fixtures, queue);
    const charges = [];
    for (const { orderId } of [first, second]) {
      const rows = await chargesIn(live, orderId);
      assertCharged(rows, orderId, 1, 'Two orders with the same content, once each');
      charges.push(...chargesOf(rows, orderId).map(({ effectId }) => effectId));
    }
    await assertNoDeadLetters(live, deadLetterQueue);
    assert(
      charges[0] !== charges[1],
      `Two orders share the charge ${String(charges[0])}: the key for the payment service is the same for both.`,
    );
  },
);

check(
  'five-deliveries-one-charge',
  {
    title: 'five messages and five calls with one order at once: one charge, and nobody is left behind',
    points: 1,
    hints: [
      'Ten deliveries, and each asks first whether the order was there. When is the answer still true?',
      'The first write decides. Who loses must not charge, but fail (and come again) or wait.',
      'A conditional put of IN_PROGRESS before the charge, under the orderId; report the losers in batchItemFailures, so that SQS delivers them when the result is there.',
    ],
    lesson: '#race',
    starter: 'fails',
  },
  async (fixtures) => {
    const { live, faults, abilities, eventually } = fixtures;
    const { queue, deadLetterQueue } = await queuesOf(live);
    const order = makeOrder('live-five');
    if (abilities.includes('faults')) {
      // The five calls; what is in the queue comes when they are over, or in the middle of them.
      await faults.gatherWrites(live.output('IdempotencyTableName'), 5, coldStartsMs);
      await faults.gatherWrites(live.output('LedgerTableName'), 5, gapMs);
    }
    const call = () => live.attempt(live.output('FunctionName'), { order });
    const [outcomes] = await Promise.all([
      Promise.all(Array.from({ length: 5 }, call)),
      live.send(queue, Array(5).fill(JSON.stringify(order))),
    ]);
    await drained(fixtures, queue);
    const rows = await chargesIn(live, order.orderId);
    assertCharged(rows, order.orderId, 1, 'Five messages and five calls at the same time');
    await assertNoDeadLetters(live, deadLetterQueue);
    const last = await eventually(
      async () => {
        const outcome = await call();
        chargeIdOf(outcome, order);
        return outcome;
      },
      { within: 15 * minutes },
    );
    for (const outcome of [...outcomes.filter(isDone), last]) {
      const chargeId = chargeIdOf(outcome, order);
      assert(
        chargeId === rows[0]?.effectId,
        `A call got the charge id ${chargeId}; the one charge is ${String(rows[0]?.effectId)}.`,
      );
    }
  },
);

check(
  'crash-charges-once',
  {
    title:
      'the function dies between charge and record, SQS delivers again: one charge, and the message is done',
    points: 1,
    hints: [
      'What does the second delivery find: a record in progress, and money that is gone.',
      'It must get past the record of the dead, and then it must not charge anew.',
      'A lease that ends with the invocation lets it in; the same idempotencyKey at the payment service keeps it from charging twice.',
    ],
    lesson: '#crash',
    starter: 'fails',
  },
  async (fixtures) => {
    const { live, eventually } = fixtures;
    const { queue, deadLetterQueue } = await queuesOf(live);
    const order = makeOrder('live-crash');
    await live.put(live.output('ControlTableName'), paymentsAre('crash-after:1'));
    await live.send(queue, [JSON.stringify(order)]);
    // Only when the order was charged for the first time has the crash happened.
    await eventually(
      async () => {
        const charges = chargesOf(await chargesIn(live, order.orderId), order.orderId);
        assert(charges.length > 0, `Order ${order.orderId} was never charged.`);
      },
      { within: 5 * minutes },
    );
    await drained(fixtures, queue);
    assertCharged(
      await chargesIn(live, order.orderId),
      order.orderId,
      1,
      'The function died after the charge, and SQS delivered the message again',
    );
    await assertNoDeadLetters(live, deadLetterQueue);
  },
);

check(
  'conflict-reaches-dlq',
  {
    title: 'a message with the same order id and another payload ends in the dead-letter queue, uncharged',
    points: 1,
    hints: [
      'Nobody here can decide which of the two payloads is right. Who can?',
      'A conflict does not get better by itself: report the message, and five receives later somebody can look at it.',
      'Compare a fingerprint of the payload with the one in the record, and throw IdempotencyConflict; the batch reports that message.',
    ],
    lesson: '#conflict',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { queue, deadLetterQueue } = await queuesOf(live);
    const order = makeOrder('live-conflict');
    const other = JSON.stringify({ ...order, customerId: 'somebody-else' });
    chargeIdOf(await live.attempt(live.output('FunctionName'), { order }), order);
    await live.send(queue, [other]);
    await eventually(
      async () => {
        await assertEmpty(live, queue, 'queue');
        const dead = await live.peek(deadLetterQueue);
        assert(
          dead.some(({ Body }) => Body === other),
          `Order ${order.orderId} came again with another payload, and its message is in no queue any more: it was taken as done.`,
        );
      },
      { within: receives * longestVisibility },
    );
    assertCharged(
      await chargesIn(live, order.orderId),
      order.orderId,
      1,
      'The order came again with another payload',
    );
  },
);

check(
  'records-expire-in-a-day',
  {
    title: 'a record expires a day from now, in seconds, in the attribute that the table names',
    points: 1,
    hints: [
      'DynamoDB reads the attribute that the table names, as a number of … what?',
      'Milliseconds since 1970, read as seconds, are some fifty thousand years ahead. And an attribute of another name is not read at all.',
      'expiresAt: Math.floor(Date.now() / 1000) + 86_400, with timeToLiveAttribute: "expiresAt" on the table.',
    ],
    lesson: '#expiry',
    starter: 'fails',
  },
  async (fixtures) => {
    const { live, template, clock } = fixtures;
    const table = template.named(
      'IdempotencyTableName',
      'AWS::DynamoDB::Table',
      'AWS::DynamoDB::GlobalTable',
    );
    const attribute = template.property(table, 'TimeToLiveSpecification.AttributeName');
    assert(typeof attribute === 'string', 'The idempotency table names no attribute for its time to live.');
    await queuesOf(live);
    const order = makeOrder('live-expiry');
    const outcome = await live.attempt(live.output('FunctionName'), { order });
    assert(isDone(outcome), `The handler failed for order ${order.orderId}: ${told(outcome)}.`);
    const wanted = (await clock.now()) / 1000 + day;
    const values = (await live.rows(live.output('IdempotencyTableName'))).map((row) => row[attribute]);
    assert(values.length > 0, 'The idempotency table is empty after an order was charged.');
    assert(
      values.some((value) => typeof value === 'number' && Math.abs(value - wanted) <= 60),
      `No record has ${attribute} = ${Math.round(wanted)} ± 60, a day from now in epoch seconds. The table has: ${[...new Set(values)].slice(0, 3).map(String).join(', ')}.`,
    );
  },
);
