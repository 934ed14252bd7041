import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, makeOrder } from '../../fixtures.ts';

check(
  'total-is-worked-out',
  {
    title: 'the total is the sum of the items, whatever the client says',
    points: 1,
    hints: [
      'Who decides what the customer pays?',
      'Ignore the totalCents that is sent: add up quantity × unitPriceCents of every item.',
      'items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0)',
    ],
    lesson: '#how-it-works',
    starter: 'fails',
  },
  async ({ handler }) => {
    const running = await handler.start({ file: 'handler.ts', tables: {}, environment: () => ({}) });
    const answer = await running.invoke({ ...makeOrder('cheated'), totalCents: 1 });
    const expected = { orderId: 'cheated', totalCents: 2500 };
    assert(
      isDeepStrictEqual(answer, expected),
      `An order of 2500 cents that was sent with totalCents 1 was answered ${JSON.stringify(answer)}; it should be ${JSON.stringify(expected)}. Work out the total.`,
    );
  },
);
