import assert from 'node:assert/strict';
import { check, type Fixtures, makeOrder, type Order } from '../../fixtures.ts';
import { assertEffects, assertProcessed } from './worker.ts';

type Live = Fixtures['live'];

/** Receives until the redrive, each after a visibility timeout, and time to spare. */
const receives = 5;
/** The longest visibility timeout that a stack here may ask for and still be waited for, in seconds. */
const longestVisibility = 3600;
const minutes = 60;

async function queuesOf(live: Live) {
  const [queue, deadLetterQueue] = [live.output('QueueUrl'), live.output('DeadLetterQueueUrl')];
  await live.purge([queue, deadLetterQueue]);
  return { queue, deadLetterQueue };
}

const ordersNamed = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => makeOrder(`${prefix}-${index + 1}`));

const bodiesOf = (orders: readonly Order[]) => orders.map((order) => JSON.stringify(order));

/** Asserts that each order was processed, and its effect recorded once. */
async function assertAllProcessed(live: Live, orders: readonly Order[]): Promise<void> {
  const [table, ledger] = [live.output('TableName'), live.output('LedgerTableName')];
  for (const order of orders) {
    assertProcessed(order, await live.item(table, { orderId: order.orderId }));
    assertEffects(order.orderId, await live.query(ledger, 'orderId', order.orderId), 1);
  }
}

/** Asserts that the poison message has arrived in the dead-letter queue as it was sent. */
async function assertDeadLetter(
  live: Live,
  queue: string,
  deadLetterQueue: string,
  poison: string,
): Promise<void> {
  const dead = await live.peek(deadLetterQueue);
  if (dead.some(({ Body }) => Body === poison)) return;
  const { waiting, inFlight } = await live.depth(queue);
  const held = waiting + inFlight;
  const first = JSON.stringify(dead[0]?.Body);
  assert(
    dead.length === 0,
    `The dead-letter queue holds ${dead.length} messages, none with the body that was sent. The first: ${first}`,
  );
  assert(
    held === 0,
    `The poison message is not in the dead-letter queue; the source queue still holds ${held} messages.`,
  );
  assert.fail(
    'The poison message is gone: it is neither in the queue nor in the dead-letter queue. That order is lost.',
  );
}

async function assertEmpty(live: Live, queue: string, name: string): Promise<void> {
  const { waiting, inFlight } = await live.depth(queue);
  assert(
    waiting + inFlight === 0,
    `The ${name} is not empty: ${waiting} messages wait, ${inFlight} are in flight.`,
  );
}

check(
  'good-orders-are-processed-once',
  {
    title: 'ten good orders go through the queue, each is processed once, and the queue is empty',
    points: 0,
    hints: [
      'Follow one order: queue, function, ledger, table. Where does it stop?',
      'Do the names in TABLE_NAME and LEDGER_TABLE, the rights of the role and the outputs of the stack belong together?',
      'Set TABLE_NAME: orders.tableName and LEDGER_TABLE: ledger.tableName, grant writes on both, and connect queue and function with an SqsEventSource.',
    ],
    lesson: '#how-it-works',
    starter: 'passes',
  },
  async ({ live, eventually }) => {
    const { queue, deadLetterQueue } = await queuesOf(live);
    const orders = ordersNamed('live-good', 10);
    await live.send(queue, bodiesOf(orders));
    await eventually(
      async () => {
        await assertAllProcessed(live, orders);
        await assertEmpty(live, queue, 'queue');
      },
      { within: 2 * minutes },
    );
    await assertEmpty(live, deadLetterQueue, 'dead-letter queue');
  },
);

check(
  'poison-message-reaches-dlq',
  {
    title:
      'ten messages, one of them poison: nine orders are processed once, one message ends in the dead-letter queue, byte for byte',
    points: 2,
    hints: [
      'What does SQS do with a message that was received and not deleted? And with the nine beside it?',
      'Three parts work together: the handler reports the one message, the mapping reads the report, the queue redrives after five receives.',
      'Answer the failed messageIds in batchItemFailures, set reportBatchItemFailures: true on the event source, and deadLetterQueue: { queue, maxReceiveCount: 5 } on the queue.',
    ],
    lesson: '#redrive',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { queue, deadLetterQueue } = await queuesOf(live);
    const orders = ordersNamed('live-kept', 9);
    const poison = '{ "orderId": "live-poison",\t"note": "¡café ☕! ",  "items": [';
    await live.send(queue, [...bodiesOf(orders.slice(0, 4)), poison, ...bodiesOf(orders.slice(4))]);
    await eventually(
      async () => {
        await assertDeadLetter(live, queue, deadLetterQueue, poison);
      },
      { within: receives * longestVisibility },
    );
    await assertAllProcessed(live, orders);
    const dead = await live.peek(deadLetterQueue);
    assert(
      dead.length === 1,
      `The dead-letter queue holds ${dead.length} messages; only the poison message belongs there. The first other: ${JSON.stringify(dead.find(({ Body }) => Body !== poison)?.Body)}`,
    );
    await assertEmpty(live, queue, 'queue');
  },
);

check(
  'batch-survives-poison',
  {
    title: 'orders sent while a poison message is being retried are processed, once each',
    points: 1,
    hints: [
      'The poison message stays for five receives. Who shares a batch with it in that time?',
      'If one failure fails the batch, every order that travels with the poison is delivered again.',
      'Report only the failed messageId; then Lambda deletes the others, whatever happens to the poison.',
    ],
    lesson: '#redrive',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { queue, deadLetterQueue } = await queuesOf(live);
    const poison = JSON.stringify({ ...makeOrder('live-cheated'), totalCents: 1 });
    const [before, after] = [ordersNamed('live-before', 3), ordersNamed('live-after', 5)];
    await live.send(queue, [poison, ...bodiesOf(before)]);
    await eventually(() => assertAllProcessed(live, before), { within: 2 * minutes });
    await live.send(queue, bodiesOf(after));
    await eventually(() => assertAllProcessed(live, after), { within: 2 * minutes });
    await eventually(
      async () => {
        await assertDeadLetter(live, queue, deadLetterQueue, poison);
        await assertEmpty(live, queue, 'queue');
      },
      { within: receives * longestVisibility },
    );
    await assertAllProcessed(live, [...before, ...after]);
    assertEffects(
      'live-cheated',
      await live.query(live.output('LedgerTableName'), 'orderId', 'live-cheated'),
      0,
    );
  },
);
