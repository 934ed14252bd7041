import assert from 'node:assert/strict';
import { check, makeOrder } from '../../fixtures.ts';

check(
  'order-is-answered',
  {
    title: 'the deployed function answers an order with its id',
    points: 0,
    hints: [
      'Which function does the output FunctionName name?',
      'The answer is an object with the orderId that was sent and the totalCents.',
      "new CfnOutput(this, 'FunctionName', { value: pricer.functionName }), and return { orderId, totalCents } in the handler.",
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  async ({ live }) => {
    const { answer } = await live.invoke(live.output('FunctionName'), makeOrder('live-1'));
    const { orderId } = (answer ?? {}) as { orderId?: unknown };
    assert(
      orderId === 'live-1',
      `The order live-1 was answered ${JSON.stringify(answer)}; the answer should have its orderId.`,
    );
  },
);
