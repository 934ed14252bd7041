import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, makeOrder, type Order, type Outcome } from '../../fixtures.ts';
import {
  againAndAgain,
  assertCharged,
  chargeIdOf,
  chargesOf,
  coldStartsMs,
  delivery,
  gapMs,
  isDone,
  laterMs,
  pause,
  paymentsAre,
  requestsToPay,
  startHandler,
  told,
  untilWritten,
} from './charges.ts';

const day = 86_400;

check(
  'repeat-gets-the-same-answer',
  {
    title: 'who asks twice is charged once and gets the same answer, from another environment too',
    points: 0,
    hints: [
      'The second caller wants the receipt of the first.',
      'What one environment remembers, another does not know: the result belongs in the table.',
      'Store the result in the record when the work is done, and return that stored result when the record is there.',
    ],
    lesson: '#record',
    starter: 'passes',
    lane: 'one-by-one',
  },
  async ({ handler, faults, journal }) => {
    const running = await startHandler(handler);
    const { seq } = await journal();
    const order = makeOrder('asked-twice');
    const outcomes = [await running.attempt({ order }), await running.attempt({ order })];
    await faults.killEnvironments(running.functionName);
    outcomes.push(await running.attempt({ order }));
    const [first, second, third] = outcomes.map((outcome) => chargeIdOf(outcome, order));
    const rows = await running.rows('ledger');
    assertCharged(
      rows,
      order.orderId,
      1,
      'Three invocations with the same event, the last in a new environment',
    );
    assert(
      first === second && first === third && chargesOf(rows, order.orderId)[0]?.effectId === first,
      `The same order got the charge ids ${first}, ${second} and ${third}; each repeat should get the id of the one charge.`,
    );
    for (const repeat of outcomes.slice(1)) {
      assert(
        isDeepStrictEqual(answerOf(repeat), answerOf(outcomes[0])),
        `The first call for order ${order.orderId} was answered ${answered(outcomes[0])}, a repeat ${answered(repeat)}: a caller whose answer got lost should get the very same.`,
      );
    }
    assertAskedOnce(order.orderId, await requestsToPay(journal, running.tables.ledger, seq));
  },
);

const answerOf = (outcome: Outcome | undefined) => (outcome?.type === 'answer' ? outcome.value : undefined);

const answered = (outcome: Outcome | undefined) =>
  outcome?.type === 'answer' ? JSON.stringify(outcome.value) : 'with an error';

check(
  'orders-are-read-as-agreed',
  {
    title:
      'batches answer which messages failed; a direct call needs no total; what is no order is never charged',
    points: 0,
    hints: [
      'Idempotency comes on top of lab 07, not in its place.',
      'given/order.ts reads an order: with the total required on the queue, computed for a direct call.',
      "readOrder(JSON.parse(record.body), 'required') inside what you catch for each record; readOrder(event.order, 'computed') for a direct call.",
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  async ({ handler }) => {
    const running = await startHandler(handler, { shared: true });
    const { totalCents: _, ...withoutTotal } = makeOrder('no-total');
    chargeIdOf(await running.attempt({ order: withoutTotal }), makeOrder('no-total'));
    const wrongTotal = { ...makeOrder('wrong-total'), totalCents: 1 };
    chargeIdOf(await running.attempt({ order: wrongTotal }), makeOrder('wrong-total'));

    const event = delivery(makeOrder('good'), 'good');
    for (const [id, body] of Object.entries({
      broken: '{"orderId":',
      cheated: JSON.stringify({ ...makeOrder('cheated'), totalCents: 1 }),
      empty: JSON.stringify({ ...makeOrder('empty'), items: [], totalCents: 0 }),
    })) {
      event.Records.push(...delivery(body, id).Records);
    }
    const outcome = await running.attempt(event);
    assert(
      outcome.type === 'answer',
      `The handler failed for a batch with invalid orders: ${told(outcome)}.`,
    );
    const { batchItemFailures } = (outcome.value ?? {}) as { batchItemFailures?: unknown };
    const failures: unknown[] = Array.isArray(batchItemFailures) ? batchItemFailures : [];
    const reported = failures.map(
      (failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
    );
    assert(
      reported.sort().join() === 'broken,cheated,empty',
      `Of a batch of one good order and three that are none, the handler reported: ${reported.join(', ') || 'nothing'}. It should report broken, cheated and empty.`,
    );
    const invalid = await running.attempt({ order: { orderId: 'half' } });
    assert(invalid.type === 'error', `A direct call with half an order should fail, but ${told(invalid)}.`);
    const rows = await running.rows('ledger');
    assertCharged(rows, 'good', 1, 'A good order among invalid ones');
    for (const id of ['cheated', 'empty', 'half']) assertCharged(rows, id, 0, 'An invalid order');
  },
);

check(
  'deliveries-share-a-record',
  {
    title: 'the same order in another message, another sequence of properties, another way in: one charge',
    points: 1,
    hints: [
      'Two deliveries of one order: what of their events is the same, and what is not?',
      'Receipt handle, message id and receive count are new each time. The order id is not.',
      'Use the orderId as the key of the record. A hash serves to tell whether the payload is the same; take it of the order as readOrder returns it.',
    ],
    lesson: '#key',
    starter: 'fails',
    lane: 'one-by-one',
  },
  async ({ handler, journal }) => {
    const running = await startHandler(handler);
    const { seq } = await journal();
    const order = makeOrder('delivered-again');
    for (const body of [order, order, turnedRound(order)]) {
      const outcome = await running.attempt(delivery(body));
      assert(
        isDone(outcome),
        `A repeated delivery of order ${order.orderId} was not taken: ${told(outcome)}.`,
      );
    }
    const direct = chargeIdOf(await running.attempt({ order: turnedRound(order) }), order);
    const rows = await running.rows('ledger');
    assertCharged(rows, order.orderId, 1, 'Three messages and a direct call with the same order');
    assert(
      chargesOf(rows, order.orderId)[0]?.effectId === direct,
      `A direct call for order ${order.orderId} got the charge id ${direct}, which is not that of its charge.`,
    );
    assertAskedOnce(order.orderId, await requestsToPay(journal, running.tables.ledger, seq));
  },
);

function assertAskedOnce(orderId: string, requests: number): void {
  assert(
    requests === 1,
    `The payment service got ${requests} requests for order ${orderId}. Within a day it should get one: repeats are answered from the record.`,
  );
}

/** The same object for every reader but those who compare its text. */
function turnedRound<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turnedRound) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, turnedRound(member)]);
  return Object.fromEntries(members.reverse()) as T;
}

check(
  'duplicates-at-once-charge-once',
  {
    title:
      'five invocations with one order in five environments at once: one charge, and in the end one answer',
    points: 2,
    hints: [
      'Five environments ask the table at the same moment. What does each of them read?',
      'Between a read and a write there is room for another read. DynamoDB can test and write in one step.',
      "Put the record with status IN_PROGRESS and ConditionExpression 'attribute_not_exists(id)' before you charge. Who gets a ConditionalCheckFailedException was not first.",
    ],
    lesson: '#race',
    starter: 'fails',
    lane: 'races',
    needs: ['faults', 'clock'],
  },
  async ({ handler, faults, clock }) => {
    const running = await startHandler(handler);
    const order = makeOrder('five-at-once');
    // Five cold starts may be far apart: whoever comes first waits for the others.
    await faults.gatherWrites(running.tables.idempotency, 5, coldStartsMs);
    await faults.gatherWrites(running.tables.ledger, 5, gapMs);
    const outcomes = await running.race(Array(5).fill({ order }));
    const last = await againAndAgain(() => running.attempt({ order }), clock);
    const rows = await running.rows('ledger');
    assertCharged(rows, order.orderId, 1, 'Five invocations at the same time');
    const answers = [...outcomes.filter(({ type }) => type === 'answer'), last];
    const ids = new Set(answers.map((outcome) => chargeIdOf(outcome, order)));
    assert(
      ids.size === 1 && ids.has(String(chargesOf(rows, order.orderId)[0]?.effectId)),
      `Five invocations at once got the charge ids ${[...ids].join(', ')} for one charge; in the end all should get the same.`,
    );
  },
);

check(
  'duplicates-wait-or-fail',
  {
    title: 'while one invocation works on an order, its duplicates do not',
    points: 1,
    hints: [
      'Payments may recognise a repeat. Does an e-mail, a printer, the next service?',
      'A record that says IN_PROGRESS is a lock: who finds it waits, or fails and comes again. How long does it hold?',
      'Hold it for as long as the invocation can run: leaseUntil = Date.now() + context.getRemainingTimeInMillis(). Take over only when that time is past.',
    ],
    lesson: '#race',
    starter: 'fails',
    lane: 'races',
    needs: ['faults', 'clock'],
  },
  async ({ handler, faults, clock, journal }) => {
    const running = await startHandler(handler);
    // Three environments have their cold start behind them.
    await running.race(['a', 'b', 'c'].map((id) => ({ order: makeOrder(`warm-${id}`) })));
    const order = makeOrder('one-at-a-time');
    const { seq } = await journal();
    await faults.gatherWrites(running.tables.idempotency, 2, gapMs);
    const payments = await faults.slowWrites(running.tables.ledger, 5_000, order.orderId);
    const first = running.race([{ order }, { order }]);
    // One more comes while the first is at work, well after it began.
    await untilWritten(journal, running.tables.idempotency, seq);
    await pause(laterMs);
    const late = running.race([{ order }]);
    // It fails at once, or it waits; then the payment service answers.
    await Promise.race([late, pause(2 * gapMs)]);
    await payments();
    await Promise.all([first, late]);
    const requests = await requestsToPay(journal, running.tables.ledger, seq);
    assert(
      requests <= 1,
      `While order ${order.orderId} was being charged, its duplicates went on as well: the payment service got ${requests} requests for it. One invocation works; the others wait, or fail and come again.`,
    );
    chargeIdOf(await againAndAgain(() => running.attempt({ order }), clock), order);
    assertCharged(await running.rows('ledger'), order.orderId, 1, 'Three invocations, while one was at work');
  },
);

check(
  'crash-after-the-charge-charges-once',
  {
    title: 'the process dies between the charge and its record: the retry charges nothing more',
    points: 1,
    hints: [
      'The money is gone, the record does not say so. Who else could know that this order was charged?',
      'No table of yours can close this gap: only the payment service sees both requests. Tell it that they are the same.',
      'charge({ order, idempotencyKey: order.orderId }): the key must be the same in every attempt, so it may hold no time, no random id and no message id.',
    ],
    lesson: '#crash',
    starter: 'fails',
    needs: ['faults', 'clock'],
  },
  async ({ handler, clock }) => {
    const running = await startHandler(handler);
    const order = makeOrder('crashed');
    await running.put('control', paymentsAre('crash-after:1'));
    const died = await running.attempt(delivery(order));
    assert(
      died.type === 'error',
      `The payment service got no request for order ${order.orderId}: the process should have died with it, but ${told(died)}.`,
    );
    const last = await againAndAgain(() => running.attempt(delivery(order)), clock);
    const rows = await running.rows('ledger');
    assertCharged(rows, order.orderId, 1, 'The process died after the charge, and the message came again');
    assert(
      isDone(last),
      `15 minutes after the crash, order ${order.orderId} still cannot be finished: ${told(last)}.`,
    );
    const chargeId = chargeIdOf(await running.attempt({ order }), order);
    assert(
      chargeId === chargesOf(rows, order.orderId)[0]?.effectId,
      `After the crash, order ${order.orderId} got the charge id ${chargeId}, which is not that of its charge.`,
    );
  },
);

check(
  'recovers-from-a-crash',
  {
    title: 'an order whose environment was killed before the charge is charged later',
    points: 0,
    hints: [
      'The record says IN_PROGRESS. Nobody is at work any more. Who is going to say so?',
      'A lock without an end blocks the order until its time to live is over, and the message is in the dead-letter queue long before.',
      'Give the record a lease that ends with the invocation, and let the condition accept a record that is IN_PROGRESS with leaseUntil < :now.',
    ],
    lesson: '#lease',
    starter: 'passes',
    lane: 'races',
    needs: ['faults', 'clock'],
  },
  async ({ handler, faults, clock, journal }) => {
    const running = await startHandler(handler);
    await running.attempt({ order: makeOrder('warm') });
    const order = makeOrder('killed');
    // The environment dies when its record is written, while it waits for the payment service.
    await faults.inject({
      kind: 'latency',
      service: 'dynamodb',
      operation: 'GetItem',
      match: { TableName: running.tables.control },
      times: 1,
      ms: 2500,
    });
    const { seq } = await journal();
    const attempt = running.attempt(delivery(order));
    await untilWritten(journal, running.tables.idempotency, seq);
    await faults.killEnvironments(running.functionName);
    await attempt;
    const last = await againAndAgain(() => running.attempt(delivery(order)), clock);
    assert(
      isDone(last),
      `15 minutes after the environment was killed, order ${order.orderId} is still blocked: ${told(last)}. An invocation lasts 15 minutes at most, so nobody is at work on it.`,
    );
    assertCharged(
      await running.rows('ledger'),
      order.orderId,
      1,
      'The environment was killed before the charge',
    );
  },
);

check(
  'failed-charge-is-tried-again',
  {
    title: 'a charge that the payment service refused is a failure, and the next attempt starts afresh',
    points: 0,
    hints: [
      'The payment service was down. What does the record say now?',
      'Only a success is worth remembering: a failure must stay a failure for the caller and leave the way free.',
      'When charge throws, delete the record (or let its lease run out) and throw on.',
    ],
    lesson: '#record',
    starter: 'passes',
    lane: 'one-by-one',
    needs: ['clock'],
  },
  async ({ handler, clock }) => {
    const running = await startHandler(handler);
    const [queued, direct] = [makeOrder('refused-queued'), makeOrder('refused-direct')];
    for (const mode of ['down', 'throttle']) {
      await running.put('control', paymentsAre(mode));
      for (const event of [delivery(queued), { order: direct }]) {
        const outcome = await running.attempt(event);
        assert(
          !isDone(outcome) && (outcome.type === 'error' || 'Records' in event),
          `The payment service refused the charge, yet ${told(outcome)}: nobody will try again.`,
        );
      }
    }
    assertCharged(await running.rows('ledger'), queued.orderId, 0, 'The payment service was down');
    await running.put('control', paymentsAre('up'));
    const outcomes = [
      await againAndAgain(() => running.attempt(delivery(queued)), clock),
      await againAndAgain(() => running.attempt({ order: direct }), clock),
    ];
    for (const outcome of outcomes) {
      assert(
        isDone(outcome),
        `The payment service is up again, and the order still fails: ${told(outcome)}.`,
      );
    }
    const rows = await running.rows('ledger');
    for (const { orderId } of [queued, direct]) {
      assertCharged(rows, orderId, 1, 'Refused at first, delivered again when the payment service was up');
    }
  },
);

check(
  'store-failure-charges-nothing',
  {
    title: 'when the idempotency table does not answer, the message fails and nobody is charged',
    points: 1,
    hints: [
      'You cannot look whether this order was charged before. Is it safe to charge it?',
      'An error of the table is not the answer "no record". Which errors does your catch take in?',
      'Catch ConditionalCheckFailedException and nothing else; let every other error of the table fail the message before the charge.',
    ],
    lesson: '#store',
    starter: 'fails',
    lane: 'one-by-one',
    needs: ['faults'],
  },
  async ({ handler, faults }) => {
    const running = await startHandler(handler);
    const [queued, direct] = [makeOrder('blind-queued'), makeOrder('blind-direct')];
    await faults.failTable(running.tables.idempotency);
    const outcomes = [
      await running.attempt(delivery(queued)),
      await running.attempt({ order: direct }),
    ] as const;
    const rows = await running.rows('ledger');
    for (const { orderId } of [queued, direct]) {
      assertCharged(rows, orderId, 0, 'The idempotency table did not answer');
    }
    assert(
      !isDone(outcomes[0]) && outcomes[1].type === 'error',
      `The idempotency table did not answer, yet the handler reports success: ${told(outcomes[0])}; ${told(outcomes[1])}.`,
    );
  },
);

check(
  'expired-record-counts-as-absent',
  {
    title: 'a record that is older than a day counts as absent, though DynamoDB has not deleted it yet',
    points: 1,
    hints: [
      'The day is over. Is the record gone?',
      'DynamoDB deletes expired items within days, not at once; until then they are read like any other.',
      'Look at the time yourself: ConditionExpression attribute_not_exists(id) OR expiresAt < :now, with :now in seconds.',
    ],
    lesson: '#expiry',
    starter: 'fails',
    lane: 'one-by-one',
    needs: ['clock'],
  },
  async ({ handler, clock, journal }) => {
    const running = await startHandler(handler);
    const [order, reused] = [makeOrder('expired'), makeOrder('expired-reused')];
    chargeIdOf(await running.attempt({ order }), order);
    chargeIdOf(await running.attempt({ order: reused }), reused);
    await clock.pass(day + 120);
    const { seq } = await journal();
    chargeIdOf(await running.attempt({ order }), order);
    const requests = await requestsToPay(journal, running.tables.ledger, seq);
    assert(
      requests > 0,
      `A day and two minutes later the handler still answered from the old record of order ${order.orderId}: it should count as absent, and the order go to the payment service.`,
    );
    const other = await running.attempt({ order: withQuantity(reused, 3) });
    assert(
      other.type === 'answer',
      `A day and two minutes later order ${reused.orderId} came with another payload: ${told(other)}. Its old record should count as absent, so there is nothing to be in conflict with.`,
    );
  },
);

check(
  'redrive-on-day-three-charges-once',
  {
    title: 'a message that comes back from the dead-letter queue after three days is not charged again',
    points: 1,
    hints: [
      'Dead letters are kept for 14 days, records for one. What is left of the first attempt on day three?',
      'Your own record has expired. The only memory that is left is the one of the payment service.',
      'Hand on a key that is the same on every day: idempotencyKey: order.orderId, with no time, attempt or message in it.',
    ],
    lesson: '#redrive',
    starter: 'fails',
    needs: ['clock'],
  },
  async ({ handler, clock }) => {
    const running = await startHandler(handler, { shared: true });
    const [redriven, called] = [makeOrder('redriven'), makeOrder('called-later')];
    // What comes by another way, or in another notation, is the same order to the payment service, too.
    for (const [days, story, order, event] of [
      [0, 'A first delivery', redriven, delivery(redriven)],
      [0, 'A first delivery', called, delivery(called)],
      [
        3,
        'A redrive after three days, its properties in another sequence,',
        redriven,
        delivery(turnedRound(redriven)),
      ],
      [0, 'A direct call after three days', called, { order: called }],
    ] as const) {
      if (days > 0) await clock.pass(days * day);
      const outcome = await running.attempt(event);
      assert(isDone(outcome), `${story} of order ${order.orderId} failed: ${told(outcome)}.`);
      assertCharged(await running.rows('ledger'), order.orderId, 1, story);
    }
  },
);

check(
  'other-payload-is-a-conflict',
  {
    title: 'the same order id with another payload is refused with IdempotencyConflict, and not charged',
    points: 1,
    hints: [
      'Order 42 for 25 €, and a minute later order 42 for 90 €. Which of the two do you answer?',
      'Neither is a repeat of the other. Keep a fingerprint of the payload in the record and compare.',
      'Store a SHA-256 of the order in the record; when the record is there and the hash differs, throw an error whose name is IdempotencyConflict.',
    ],
    lesson: '#conflict',
    starter: 'fails',
  },
  async ({ handler }) => {
    const running = await startHandler(handler, { shared: true });
    const order = makeOrder('changed');
    const changes: Record<string, Order> = {
      'another customer': { ...order, customerId: 'somebody-else' },
      'another quantity': withQuantity(order, 3),
      'another sku': { ...order, items: makeOrder(order.orderId, 'TEA-BLACK-100').items },
    };
    chargeIdOf(await running.attempt({ order }), order);
    for (const [change, other] of Object.entries(changes)) {
      const direct = await running.attempt({ order: other });
      assert(
        direct.type === 'error' && direct.errorType === 'IdempotencyConflict',
        `Order ${order.orderId} came again with ${change}. It should be refused with an error named IdempotencyConflict, but ${direct.type === 'error' ? 'it ended with ' : ''}${told(direct)}.`,
      );
      const queued = await running.attempt(delivery(other));
      assert(
        queued.type === 'error' || !isDone(queued),
        `A message with order ${order.orderId} and ${change} was taken as done. It should be reported as failed.`,
      );
    }
    assertCharged(
      await running.rows('ledger'),
      order.orderId,
      1,
      'The order came again with another payload',
    );
    chargeIdOf(await running.attempt({ order }), order);
  },
);

function withQuantity(order: Order, quantity: number): Order {
  const items = order.items.map((item) => ({ ...item, quantity }));
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  return { ...order, items, totalCents };
}
