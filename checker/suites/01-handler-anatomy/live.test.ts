import assert from 'node:assert/strict';
import { check, httpAnswer, httpEvent } from '../../fixtures.ts';
import { assertAccepted, assertStored, makeRequest } from './receiver.ts';
import { writesOf } from './writes.ts';

check(
  'one-init-serves-two-requests',
  {
    title: 'two requests, one after the other, are served by one environment',
    points: 0,
    hints: [
      'Look at the REPORT line of each request. Which of them pays for an Init Duration?',
      'An environment ends when its process does: process.exit, an error that nobody catches, a promise that fails when nobody listens.',
      'Await every promise that you start, and let errors end in the catch of the handler.',
    ],
    lesson: '#reuse',
    starter: 'passes',
  },
  async ({ live }) => {
    const functionName = live.output('FunctionName');
    const reports: string[] = [];
    for (const orderId of ['live-1', 'live-2', 'live-3']) {
      const { answer, log } = await live.invoke(
        functionName,
        httpEvent(JSON.stringify(makeRequest(orderId))),
      );
      const { status, body } = httpAnswer(answer);
      assert(status === 200, `A valid order was answered ${status} ${body}; it should be 200.`);
      reports.push(reportIn(log));
    }
    const [, ...warm] = reports;
    const cold = warm.find((report) => /Init Duration|initDurationMs/.test(report));
    assert(
      cold === undefined,
      `A later request started an environment again: ${cold}. Something ends the process between the requests.`,
    );
  },
);

/**
 * What Lambda says of an invocation at its end, in whichever format the function logs; empty where the function's
 * system log level leaves it out.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
function reportIn(log: string): string {
  return /^REPORT .*/m.exec(log)?.[0] ?? /^.*"platform\.report".*/m.exec(log)?.[0] ?? '';
}

check(
  'answer-means-stored',
  {
    title: 'an order that was answered survives the end of its environment',
    points: 1,
    hints: [
      'The environment ends right after your answer. What was still under way?',
      'A 200 is a promise to the client. Make it when the table has answered, not before.',
      'await the PutCommand before you return; check that TABLE_NAME and the rights of the role belong to the same table.',
    ],
    lesson: '#freeze',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ live, faults, journal }) => {
    const functionName = live.output('FunctionName');
    const table = live.output('TableName');
    await faults.slowWrites(table, 250);
    const request = makeRequest('live-survivor');
    const { seq: since } = await journal();
    const { answer } = await live.invoke(functionName, httpEvent(JSON.stringify(request)));
    const { status } = httpAnswer(answer);
    if (status !== 200) assertAccepted(httpAnswer(answer), request);
    const { inTime } = await writesOf(journal, { since, functionName, table });
    const item = await live.item(table, { orderId: request.orderId });
    await faults.killEnvironments(functionName);
    assert(
      item && inTime > 0,
      'The order was answered 200 before it was in the table, and then its environment ended: the client has a promise, and the shop has no order.',
    );
    assertStored(item, request);
    assertAccepted(httpAnswer(answer), request);
  },
);
