import { fail, ok } from 'node:assert/strict';
import { check } from '../../fixtures.ts';
import { assertJudgeable, failureOf, rightRuns, runWith } from './outcome.ts';

check(
  'keeps-to-itself',
  {
    title: 'the tests need nothing but the handler: no file, no connection, no other process',
    points: 0,
    lesson: '#closed-room',
    starter: 'passes',
    hints: [
      'What does a unit test of the handler need beside the handler?',
      'Look at the imports of handler.test.ts, and at what happens to a call of the SDK that no mock takes.',
      "Import vitest, aws-sdk-client-mock, the SDK, './given/deps.ts' and './handler.ts', nothing else; mock DynamoDBDocumentClient before each test.",
    ],
  },
  ({ unitTests }) => {
    const outcome = unitTests();
    if (outcome.refused.length > 0) fail(outcome.refused.join('\n'));
    const host = outcome.runs.flatMap(({ connections }) => connections)[0];
    ok(
      host === undefined,
      `The tests opened a connection to ${host}: a call of the SDK reached no mock. mockClient(DynamoDBDocumentClient) takes the calls of every document client.`,
    );
  },
);

check(
  'ends-by-itself',
  {
    title: 'the tests end by themselves, within ten seconds',
    points: 0,
    lesson: '#closed-room',
    starter: 'passes',
    hints: [
      'Who decides when a test is over?',
      'Look for a loop, for a promise that nobody settles, and for process.exit.',
      'A test returns or throws. Await what it waits for, settle the promises that your mock hands out, and never end the process.',
    ],
  },
  ({ unitTests }) => {
    const { broken, runs } = unitTests();
    if (broken) fail(broken);
    const messages = runs.flatMap(({ tests, errors }) => [...tests.map(({ message }) => message), ...errors]);
    const exits = messages.some((message) => message?.startsWith('process.exit unexpectedly called'));
    ok(!exits, 'handler.test.ts calls process.exit. A test returns or throws; it never ends the process.');
  },
);

check(
  'every-test-runs',
  {
    title: 'there are tests, and none of them is left out',
    points: 0,
    lesson: '#closed-room',
    starter: 'passes',
    hints: [
      'Which of your tests run, and which do not?',
      'Look for skip, only and todo, and for an error before the first test.',
      'Remove .skip and .only, write what is .todo: a test that does not run notices nothing. A file that does not load has no tests.',
    ],
  },
  ({ unitTests }) => {
    const run = runWith(unitTests(), 'right/given');
    if (run.errors.length > 0) fail(failureOf(run));
    ok(run.tests.length > 0, 'handler.test.ts has no test.');
    // After a failure the rest is left out by us.
    if (run.tests.some(({ state }) => state === 'failed')) return;
    const left = run.tests.filter(({ state }) => state === 'skipped').map(({ name }) => `'${name}'`);
    const more = left.length > 3 ? ` and ${left.length - 3} more` : '';
    ok(left.length === 0, `Not run: ${left.slice(0, 3).join(', ')}${more}. Remove skip, only and todo.`);
  },
);

check(
  'right-handlers-pass',
  {
    title: 'the tests pass with every right handler, not only with the given one',
    points: 0,
    lesson: '#what-not-how',
    starter: 'passes',
    hints: [
      'Does your test ask for something that the contract does not promise?',
      'Words of a message, the order of keys in JSON, log lines, the number of clients and the time are free.',
      'Parse the body before you compare it, look for the path in the error with toContain, and fix time and id through given/deps.ts.',
    ],
  },
  ({ unitTests }) => {
    const outcome = unitTests();
    if (outcome.runs.length === 0) fail(outcome.broken ?? 'The tests did not run.');
    for (const run of rightRuns(outcome)) {
      const which = run.subject === 'right/given' ? 'With the given handler' : 'With another right handler';
      const failure = failureOf(run);
      ok(!failure, `${which}, ${failure}`);
    }
  },
);

check(
  'any-order',
  {
    title: 'the tests pass in any order: no test needs the one before it',
    points: 2,
    lesson: '#isolation',
    starter: 'fails',
    hints: [
      'What does one of your tests leave behind for the next one?',
      'A mock keeps its calls and its answers until it is reset; so do spies, environment variables and variables of the file.',
      'In beforeEach: documents.reset(), then documents.on(PutCommand).resolves({}); make the order anew in each test.',
    ],
  },
  ({ unitTests }) => {
    const outcome = unitTests();
    if (outcome.runs.length === 0) fail(outcome.broken ?? 'The tests did not run.');
    const given = failureOf(runWith(outcome, 'right/given'));
    if (given) fail(`Not judged: the tests fail even in the order in which they are written. ${given}`);
    const others = outcome.runs.filter(({ order }) => order !== 'as written');
    for (const run of others.sort((one, other) => one.order.localeCompare(other.order))) {
      const failure = failureOf(run);
      ok(!failure, `With the given handler and the tests ${run.order}, ${failure}`);
    }
  },
);

check(
  'does-nothing',
  {
    title: 'the tests notice a handler that does nothing at all',
    points: 0,
    lesson: '#can-fail',
    starter: 'passes',
    hints: [
      'What would have to be wrong for your tests to fail?',
      'A test without expect passes whatever happens, as long as nothing throws.',
      'Call the handler, await its answer, and expect something of the answer and of the write.',
    ],
  },
  notices('does-nothing', 'a handler that answers 204 and stores nothing'),
);

kind('another-table', 1, 'an order that goes to another table than TABLE_NAME says', '#calls', [
  'What does PutCommand get beside the item?',
  'Set TABLE_NAME to a name of your own, and look for it in the input of the call.',
  "expect(documents.commandCalls(PutCommand)[0]?.args[0].input.TableName).toBe('orders')",
]);

kind('no-total', 1, 'an item that is stored without totalCents', '#calls', [
  'Your customer sees the answer. Who sees the item?',
  'The answer can have what the item lacks: look at the Item of the call.',
  'Work the total out by hand in the test, and expect input.Item to have that totalCents.',
]);

kind('total-of-the-client', 1, 'a totalCents in the request that is believed', '#inputs', [
  'What may a client send that it must not decide?',
  'Send an order that brings a totalCents of its own.',
  'Send { ...order, totalCents: 1 } and expect the item and the answer to have the sum of quantity × unitPriceCents.',
]);

kind('no-status', 1, 'an item that is stored without its status', '#calls', [
  'Which attributes does the contract want in the item?',
  'The answer can have what the item lacks: look at the Item of the call.',
  "expect(documents.commandCalls(PutCommand)[0]?.args[0].input.Item).toMatchObject({ status: 'RECEIVED' })",
]);

kind('status-of-the-client', 1, "a status in the request that replaces 'RECEIVED'", '#inputs', [
  'What may a client send that it must not decide?',
  'Send an order that brings a status of its own.',
  "Send { ...order, status: 'PAID' } and expect the item to have status 'RECEIVED'.",
]);

kind('receipt-made-once', 1, 'two orders that get the same receiptId and receivedAt', '#time', [
  'What happens once per environment, and what once per order?',
  'Fix time and id, so that you know which ones come, and send two orders.',
  "Mock given/deps.ts with vi.mock, let newId give 'receipt-1', then 'receipt-2', and expect each item to have its own; the same for now.",
]);

kind('answers-ok-only', 1, 'a 200 whose body is not the stored order', '#calls', [
  'What does the client get for a good order?',
  'Parse the body of the answer and compare it with what was stored.',
  "expect(JSON.parse(answer.body ?? '')).toEqual(input.Item), with input from the call of PutCommand.",
]);

kind('written-twice', 0, 'an order that is written twice', '#calls', [
  'How many writes is one order?',
  'Count the calls of PutCommand, and do not only look at the first.',
  'expect(documents.commandCalls(PutCommand)).toHaveLength(1)',
]);

kind('answered-before-stored', 1, 'an answer that does not wait for the write', '#await', [
  'Your mock answers at once. Does DynamoDB?',
  'Let the mock hand out a promise that you settle yourself, and see whether the answer comes before.',
  'callsFake(() => new Promise((resolve) => { store = () => resolve({}); })); call the handler without await, and expect that it has not answered until you call store().',
]);

kind('broken-json-accepted', 1, 'a body that is no JSON and is answered with 200', '#inputs', [
  'What does a client send that was cut off in the middle?',
  'Send a body that JSON.parse refuses.',
  `Send '{"orderId":' as body and expect the statusCode 400.`,
]);

kind('no-body-is-ours', 1, 'a request without a body that is answered with 500', '#inputs', [
  'What does API Gateway hand over when a request has no body?',
  'The event then has no body at all: undefined.',
  'Call the handler with an event without body and expect the statusCode 400.',
]);

kind('base64-as-text', 1, 'a base64 body that is taken for text', '#inputs', [
  'In which forms can a body come?',
  'isBase64Encoded says that the body was encoded; the client decides that with its content type.',
  "Send Buffer.from(JSON.stringify(order)).toString('base64') with isBase64Encoded: true and expect the statusCode 200.",
]);

kind('quantity-coerced', 1, 'a quantity of "2", a text, that is taken for the number 2', '#inputs', [
  'Which values look like a number and are none?',
  'Send each wrong type once; a table of cases keeps that short.',
  "Send an order with an item whose quantity is the text '2' and expect the statusCode 400.",
]);

kind('no-field-named', 1, 'a 400 that does not name the field', '#inputs', [
  'What does a client need to know to repair its request?',
  'The status alone is not the contract: look into the error.',
  "Send an item with quantity 0 and expect JSON.parse(answer.body).error toContain('items[0].quantity').",
]);

kind('first-item-named', 1, 'a 400 that names items[0] when another item is wrong', '#inputs', [
  'Which item is wrong in your test?',
  'With one item the index is always 0, and nobody sees where it comes from.',
  "Make the second of two items wrong and expect the error to contain 'items[1].quantity'.",
]);

kind('invalid-order-stored', 1, 'a refused order that is stored all the same', '#calls', [
  'The client got a 400. What did the table get?',
  'After a refused order, look at the calls of the mock, too.',
  'expect(documents.calls()).toHaveLength(0) wherever you expect a 400.',
]);

kind('order-before-remembered', 1, 'an order that inherits fields from the request before it', '#isolation', [
  'What is still in memory when the second request comes?',
  'One request a test never shows it: send two, the second without a field.',
  'In one test: send a good order, then one without customerId, and expect the second answer to be 400.',
]);

kind('failure-swallowed', 1, 'a write that fails and is answered with 200', '#errors', [
  'What does your mock do when DynamoDB has a bad day?',
  'Let the mock reject, and look at the statusCode.',
  "documents.on(PutCommand).rejects(new Error('throttled')), then expect the statusCode 500.",
]);

kind('cause-told', 1, 'a 500 that tells the client its cause', '#errors', [
  'Who reads the body of a 500?',
  'Let the mock reject with a message of its own, and look for it in the body.',
  `expect(JSON.parse(answer.body ?? '')).toEqual({ error: 'Internal error' })`,
]);

kind('errors-without-content-type', 1, 'errors that are answered without a content type', '#errors', [
  'What does the client need to read your error?',
  'Look at the headers of a 400 and of a 500.',
  "expect(answer.headers).toMatchObject({ 'content-type': expect.stringContaining('application/json') }) for each answer.",
]);

kind('loads-without-table', 1, 'a module that loads without TABLE_NAME', '#import', [
  'What should happen when a deployment forgets the variable?',
  'A module runs once. How do you run it again, with another environment?',
  "vi.resetModules(); vi.stubEnv('TABLE_NAME', ''); await expect(import('./handler.ts')).rejects.toThrow('TABLE_NAME')",
]);

/** Declares the check for one kind of wrong handler. Its name is the handler's in subjects.ts. */
function kind(
  name: string,
  points: number,
  what: string,
  lesson: string,
  hints: [nudge: string, where: string, answer: string],
): void {
  check(
    name,
    { title: `the tests notice ${what}`, points, lesson, starter: points > 0 ? 'fails' : 'passes', hints },
    notices(name, what),
  );
}

/** Passes when at least one test fails with the wrong handler. */
function notices(name: string, what: string) {
  return ({ unitTests }: Parameters<Parameters<typeof check>[2]>[0]): void => {
    const outcome = unitTests();
    assertJudgeable(outcome);
    const run = runWith(outcome, `wrong/${name}`);
    ok(failureOf(run), `Not noticed: ${what}. All your tests pass with it.`);
  };
}
