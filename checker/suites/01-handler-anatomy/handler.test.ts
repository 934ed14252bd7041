import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, functionLog, httpAnswer, httpEvent, invalidOrders, malformedBodies } from '../../fixtures.ts';
import { assertLogged, assertNotLogged, logOf, stackFrame } from './log.ts';
import {
  assertAccepted,
  assertRefused,
  assertStored,
  cut,
  jsonOf,
  makeRequest,
  type OrderRequest,
  startReceiver,
  tellTale,
} from './receiver.ts';
import { writesOf } from './writes.ts';

check(
  'order-is-stored',
  {
    title: 'a valid order is stored and answered with the total and the status that the server gives it',
    points: 1,
    hints: [
      'Whose total goes into the books: the one that the client sends, or the one that you work out?',
      'Build the order that you store from the fields of the contract, add totalCents and status, and answer the same object.',
      "const totalCents = items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0); const stored = { orderId, customerId, items, totalCents, status: 'RECEIVED' };",
    ],
    lesson: '#validation',
    starter: 'fails',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler, { shared: true });
    for (const request of validRequests) {
      assertAccepted(await receiver.post(request), request);
      assertStored(await receiver.itemOf(request.orderId), request);
    }
    const changed = { ...makeRequest('plain'), customerId: 'another customer', items: [oneCup] };
    assertAccepted(await receiver.post(changed), changed);
    const item = await receiver.itemOf('plain');
    assert(
      item?.customerId === changed.customerId && isDeepStrictEqual(item.items, changed.items),
      `The order plain was sent again with another customerId and other items and answered 200, yet the table has ${cut(JSON.stringify(item))}: the same orderId overwrites.`,
    );
  },
);

/** What the contract does not know of, or does not take from a client. */
const presumed = { totalCents: 1, status: 'PAID', note: 'ring twice', gift: null };

const oneCup = { sku: 'CUP', quantity: 1, unitPriceCents: 300 };
/** What the contract does not know of an item is no reason to refuse it. */
const giftWrapped = { ...oneCup, wrapping: 'gift' };

const validRequests: readonly OrderRequest[] = [
  makeRequest('plain'),
  { ...makeRequest('presumptuous'), ...presumed },
  { ...makeRequest('total-of-nonsense'), ...{ totalCents: 'free' } },
  { ...makeRequest('unknown-in-an-item'), items: [oneCup, giftWrapped] },
  // 0.29 and 0.57 times 100 are no whole numbers to a computer.
  { ...makeRequest('odd-cents'), items: [{ sku: 'PEN', quantity: 1, unitPriceCents: 29 }] },
  { ...makeRequest('more-odd-cents'), items: [{ sku: 'INK', quantity: 1, unitPriceCents: 57 }] },
  { ...makeRequest('o'), customerId: 'c' },
  { ...makeRequest('A-z_0'.padEnd(64, '9')), customerId: 'ü'.padEnd(64, ' ') },
  {
    orderId: 'largest',
    customerId: 'a customer with spaces',
    items: [{ sku: 's'.repeat(64), quantity: 1000, unitPriceCents: 10_000_000 }],
  },
  {
    orderId: 'most-items',
    customerId: 'c-100',
    items: Array.from({ length: 100 }, (_, index) => ({
      sku: `sku ${index}`,
      quantity: 1,
      unitPriceCents: index,
    })),
  },
];

check(
  'same-order-again-is-accepted',
  {
    title: 'the same order again is accepted: a client that got no answer may try again',
    points: 0,
    hints: [
      'The answer to the first request got lost on its way. What does the client do?',
      'A condition that refuses an order that is already there turns a retry into an error.',
      'Put the item without attribute_not_exists: the same orderId overwrites.',
    ],
    lesson: '#effects',
    starter: 'passes',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler, { shared: true });
    for (const time of ['first', 'second', 'third']) {
      const { status, body } = await receiver.post(makeRequest('again'));
      assert(
        status === 200,
        `The same order, sent the ${time} time, was answered ${status} ${cut(body)}; it should be 200.`,
      );
    }
  },
);

check(
  'base64-body-is-decoded',
  {
    title: 'a body that API Gateway hands over as base64 is read like any other',
    points: 1,
    hints: [
      'Look at the event: what does it say of its own body?',
      'API Gateway encodes a body whose content type it does not take for text. isBase64Encoded tells you.',
      "const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;",
    ],
    lesson: '#event',
    starter: 'fails',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler, { shared: true });
    const request = { ...makeRequest('encoded'), customerId: 'café ☕' };
    const event = httpEvent(JSON.stringify(request), { base64: true });
    assertAccepted(httpAnswer(await receiver.invoke(event)), request);
    assertStored(await receiver.itemOf('encoded'), request);
    const garbage = httpAnswer(await receiver.invoke(httpEvent('no JSON at all', { base64: true })));
    assertRefused(garbage, 'A base64 body that holds no JSON');
  },
);

check(
  'malformed-bodies-are-refused',
  {
    title: 'a body that is absent, empty, no JSON or no object is a 400',
    points: 1,
    hints: [
      'Who can mend a body that is not JSON: you, or the client?',
      'JSON.parse throws a SyntaxError, and JSON.parse("null") throws nothing. A request without a body has no body property at all.',
      'Catch the error of JSON.parse by itself, turn it into your own InvalidOrderError, and answer 400 for that class.',
    ],
    lesson: '#status',
    starter: 'fails',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler, { shared: true });
    for (const [what, body] of Object.entries(malformedBodies)) {
      assertRefused(await receiver.post(body), `${what.slice(0, 1).toUpperCase()}${what.slice(1)}`);
    }
    assertRefused(httpAnswer(await receiver.invoke(httpEvent(undefined))), 'A request without a body');
    const item = await receiver.itemOf('malformed');
    assert(!item, 'A request that is no order left an item in the orders table. Validate before you write.');
  },
);

check(
  'first-bad-field-is-named',
  {
    title: 'an order that breaks a rule is a 400 that names the first wrong field, and nothing is stored',
    points: 1,
    hints: [
      'A client that reads "bad request" has to guess. What would you want to read?',
      'Check every rule of the order, in order, and coerce nothing: "2", 1.5 and null are not quantities.',
      'Give each validating function the path of its value: `items[${index}].quantity`. Throw at the first rule that is broken, before the write.',
    ],
    lesson: '#validation',
    starter: 'fails',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler);
    const accepted: string[] = [];
    const errors = new Map<string, string>();
    for (const { name: what, path, body } of invalidOrders('request')) {
      const answer = await receiver.post(body);
      if (answer.status === 200) {
        accepted.push(what);
        continue;
      }
      const error = assertRefused(answer, `An order with ${what}`);
      assert(
        names(error, path),
        `An order with ${what} was refused with ${JSON.stringify(cut(error))}, which does not name the field ${path}.`,
      );
      errors.set(path, error);
    }
    assert(
      accepted.length === 0,
      `These are no orders, yet they were answered 200: ${accepted.slice(0, 6).join('; ')}${accepted.length > 6 ? `; and ${accepted.length - 6} more` : ''}.`,
    );
    const errorFor = (path: string) => errors.get(path) ?? '';
    for (const other of ['customerId', 'items']) {
      assert(
        !names(errorFor('orderId'), other) || !names(errorFor(other), 'orderId'),
        `The error for a wrong orderId names ${other}, and the error for a wrong ${other} names orderId: ${JSON.stringify(cut(errorFor(other)))}. A text that names every field names none; name the one that is wrong.`,
      );
    }
    const item = await receiver.itemOf('invalid');
    assert(!item, 'An order that was refused left an item in the orders table. Validate before you write.');
  },
);

/** Whether a text has the path, and not just a longer one: `items` is not named by `items[0].sku`. */
function names(error: string, path: string): boolean {
  const at = error.indexOf(path);
  if (at < 0) return false;
  return !/^[.[\w]/.test(error.slice(at + path.length).replace(/^\.(?=\W|$)/, ''));
}

check(
  'errors-say-what-they-are',
  {
    title: 'every error has a JSON body with one text, and says in its content type that it is JSON',
    points: 1,
    hints: [
      'Compare the headers of your three answers.',
      'Without a content type of yours, API Gateway calls the body text/plain, and many clients will not parse it.',
      "Make all answers in one function: (statusCode, body) => ({ statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })",
    ],
    lesson: '#status',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults }) => {
    const receiver = await startReceiver(handler);
    await faults.failWrites(receiver.tables.orders, 'broken', {
      code: 'AccessDeniedException',
      message: tellTale,
    });
    const answers = [
      ['a request that is no order', await receiver.post({ ...makeRequest('no-items'), items: undefined })],
      ['a request that is no JSON', await receiver.post('{"orderId":')],
      ['an order that cannot be stored', await receiver.post(makeRequest('broken'))],
    ] as const;
    for (const [what, { status, headers, body }] of answers) {
      if (status === 200) continue;
      assert(
        /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''),
        `The ${status} for ${what} has the content type ${headers['content-type'] ?? '(none)'}; it should be application/json.`,
      );
      const { error } = (jsonOf(body) ?? {}) as { error?: unknown };
      assert(
        typeof error === 'string' && error !== '',
        `The ${status} for ${what} has the body ${cut(body)}; it should be {"error":"…"}.`,
      );
    }
  },
);

check(
  'cause-stays-inside',
  {
    title: 'when the table fails the answer is a 500 that says no more than "Internal error"',
    points: 1,
    hints: [
      'The client cannot repair your table. What does an attacker learn from its error message?',
      'Tell errors apart by a class of your own. Whatever is not that class is a 500, however it is named: DynamoDB too has a ValidationException.',
      "if (error instanceof InvalidOrderError) return answer(400, { error: error.message }); console.error(error); return answer(500, { error: 'Internal error' });",
    ],
    lesson: '#status',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults }) => {
    const receiver = await startReceiver(handler);
    for (const [orderId, code] of faultyOrders) {
      await faults.failWrites(receiver.tables.orders, orderId, { code, message: tellTale });
      const { status, body } = await receiver.post(makeRequest(orderId));
      assert(
        status === 500,
        `DynamoDB answered the write with ${code}, and the handler answered ${status} ${cut(body)}; it should be 500.${status === 200 ? ' The client takes the order for stored.' : ''}`,
      );
      const answered = JSON.stringify(jsonOf(body));
      assert(
        answered === '{"error":"Internal error"}',
        `The 500 has the body ${cut(body)}; it should be exactly {"error":"Internal error"}: what failed is nobody's business but yours.`,
      );
    }
    const good = makeRequest('after-the-failures');
    assertAccepted(await receiver.post(good), good);
  },
);

const faultyOrders = [
  ['denied', 'AccessDeniedException'],
  // The name that people give to their own errors, too.
  ['validated', 'ValidationException'],
  ['conditional', 'ConditionalCheckFailedException'],
  ['no-table', 'ResourceNotFoundException'],
] as const;

check(
  'write-is-awaited',
  {
    title: 'the order is in the table when the answer arrives, written once',
    points: 1,
    hints: [
      'What happens to a promise when its environment is frozen?',
      'Lambda freezes the environment as soon as the answer is out. A write that nobody awaited goes on with the next request, or never.',
      'await orders.send(new PutCommand({ … })); and only then return the 200.',
    ],
    lesson: '#freeze',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults, journal }) => {
    const receiver = await startReceiver(handler);
    const { seq } = await journal();
    // A slow table: what nobody waits for is not there in time.
    await faults.slowWrites(receiver.tables.orders, 250);
    const request = makeRequest('awaited');
    const { status } = await receiver.post(request);
    const { inTime, inAll } = await writesOf(journal, {
      since: seq,
      functionName: receiver.functionName,
      table: receiver.tables.orders,
    });
    const item = await receiver.itemOf('awaited');
    await faults.killEnvironments(receiver.functionName);
    assert(status === 200, `The valid order awaited was answered ${status}; it should be 200.`);
    assert(
      item && inTime > 0,
      'The order was answered 200, and it was not in the table. The environment ended right after the answer, and the order is lost: await the write.',
    );
    assert(
      inAll === 1,
      `One order took ${inAll} writes. One is enough: between two of them the table holds half an order.`,
    );
  },
);

check(
  'requests-share-nothing',
  {
    title: 'nothing of one request is left for the next one in the same environment',
    points: 1,
    hints: [
      'Which variables of your module does the second request find as the first one left them?',
      'An environment serves many requests, one after the other. What is outside the handler lives as long as the environment.',
      'Declare the order inside the handler: const order = readOrder(body). Outside stays only what all requests share: client and configuration.',
    ],
    lesson: '#reuse',
    starter: 'fails',
  },
  async ({ handler }) => {
    const receiver = await startReceiver(handler);
    const secret = 'only-in-the-first-request';
    const first = { ...makeRequest('first'), customerId: 'customer-1', note: secret };
    await receiver.post(first);
    const withoutCustomer = await receiver.post({ ...makeRequest('second'), customerId: undefined });
    assert(
      withoutCustomer.status === 400,
      `A request without customerId was answered ${withoutCustomer.status} ${cut(withoutCustomer.body)}: it got the customer of the request before it.`,
    );
    const second = await receiver.post(makeRequest('third'));
    const traces = [second.body, JSON.stringify(await receiver.itemOf('third'))];
    assert(
      !traces.some((text) => text?.includes(secret)),
      `The order third has the note of the order first: ${cut(second.body)}.`,
    );
    assertAccepted(second, makeRequest('third'));
    await receiver.post('{"orderId":');
    assertAccepted(await receiver.post(makeRequest('fourth')), makeRequest('fourth'));
  },
);

check(
  'one-client-per-environment',
  {
    title: 'the requests of an environment share one client and its connections',
    points: 1,
    hints: [
      'How often does your function shake hands with DynamoDB?',
      'A client keeps its connections open for the next call. A new client for each request knows none of them, and leaves its own behind.',
      'Make the client outside the handler: const orders = DynamoDBDocumentClient.from(new DynamoDBClient());',
    ],
    lesson: '#reuse',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, wireTap }) => {
    const tap = await wireTap();
    const receiver = await startReceiver(handler, { variables: { AWS_ENDPOINT_URL_DYNAMODB: tap.url } });
    const requests = 6;
    for (let number = 1; number <= requests; number += 1) {
      const { status, body } = await receiver.post(makeRequest(`connected-${number}`));
      assert(status === 200, `A valid order was answered ${status} ${cut(body)}; it should be 200.`);
    }
    const opened = tap.opened();
    assert(opened > 0, 'The handler never called DynamoDB through the endpoint of its environment.');
    assert(
      opened <= requests / 2,
      `${requests} requests, one after the other in one environment, opened ${opened} connections to DynamoDB; one is enough. A client per request throws its connections away, and the handshake with them.`,
    );
  },
);

check(
  'missing-table-name-fails-init',
  {
    title: 'without TABLE_NAME the environment does not start, and says what is missing',
    points: 1,
    hints: [
      'When do you want to hear of a missing variable: at the deployment, or with the first order?',
      'What the module does when it is imported happens in the init phase, before any request.',
      "const tableName = process.env.TABLE_NAME; if (!tableName) throw new Error('TABLE_NAME is not set'); at the top of the module.",
    ],
    lesson: '#init',
    starter: 'fails',
  },
  async ({ handler, journal }) => {
    const running = await handler.start({
      file: 'handler.ts',
      tables: { orders: ['orderId'] },
      environment: () => ({}),
    });
    const outcome = await running.invoke(httpEvent(JSON.stringify(makeRequest('nowhere')))).then(
      (answer) => ({ answer: httpAnswer(answer) }),
      (cause: Error) => ({ failure: cause.message }),
    );
    assert(
      'failure' in outcome,
      `Without TABLE_NAME the handler started and answered ${'answer' in outcome ? `${outcome.answer.status} ${cut(outcome.answer.body)}` : ''}; the import should fail.`,
    );
    const { init } = functionLog((await journal()).entries, running.functionName);
    assert(
      init.some((event) => event.startsWith('INIT_REPORT') && event.includes('Status: error')),
      'Without TABLE_NAME the environment started, and the first request failed. Read the variable when the module is imported.',
    );
    assert(
      outcome.failure.includes('TABLE_NAME'),
      `Without TABLE_NAME the import fails, and does not name the variable: ${cut(outcome.failure)}`,
    );
  },
);

check(
  'lines-carry-request-id',
  {
    title: 'every line that the function writes has the id of its own request',
    points: 1,
    hints: [
      'A hundred environments write at once. Which lines belong to the request that failed?',
      'Lambda’s console puts the request id before each message. process.stdout.write does not go through it.',
      'Log with console.warn and console.error, or put context.awsRequestId of this invocation into each line.',
    ],
    lesson: '#logs',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults, journal }) => {
    const receiver = await startReceiver(handler);
    await faults.failWrites(receiver.tables.orders, 'unlucky', {
      code: 'AccessDeniedException',
      message: tellTale,
    });
    await receiver.post('{"orderId":');
    await receiver.post(makeRequest('lucky'));
    await receiver.post({ ...makeRequest('wrong'), items: [] });
    await receiver.post(makeRequest('unlucky'));
    await receiver.post('no JSON');
    for (const { requestId, events } of await logOf(journal, receiver.functionName)) {
      for (const event of events) {
        assert(
          event.includes(requestId),
          `The request ${requestId} wrote a line without its id: ${cut(event).trimEnd()}`,
        );
      }
    }
  },
);

check(
  'log-tells-whose-fault',
  {
    title: 'a 400 is logged as a warning, a 500 as an error with its stack',
    points: 1,
    hints: [
      'Your alarm counts errors. Should a client’s typing mistake wake you up?',
      'console.warn has the level WARN, console.error the level ERROR. An error object given to console.error brings its stack.',
      "console.warn('order refused:', error.message) for a 400, console.error('order not stored:', error) for a 500: the error itself, not its message.",
    ],
    lesson: '#logs',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults, journal }) => {
    const receiver = await startReceiver(handler);
    await faults.failWrites(receiver.tables.orders, 'unwritable', {
      code: 'AccessDeniedException',
      message: tellTale,
    });
    await receiver.post('{"orderId":');
    await receiver.post({ ...makeRequest('empty'), items: [] });
    await receiver.post(makeRequest('unwritable'));
    const [broken, invalid, failed] = await logOf(journal, receiver.functionName);
    assert(
      broken && invalid && failed,
      'The handler ended its environment before it had answered three requests.',
    );
    assertLogged(broken, 'WARN', 'A body that is no JSON');
    assertLogged(invalid, 'WARN', 'An order without items');
    assertNotLogged(broken, 'ERROR', 'A body that is no JSON');
    assertNotLogged(invalid, 'ERROR', 'An order without items');
    const errors = assertLogged(failed, 'ERROR', 'A write that DynamoDB refused');
    assert(
      errors.some((event) => stackFrame.test(event)),
      `A write that DynamoDB refused was logged without a stack: ${cut(errors[0])}. Log the error, not its message.`,
    );
    assert(
      failed.events.some((event) => event.includes(tellTale)),
      `DynamoDB said "${tellTale}", and the log does not: nobody will find out why the write failed.`,
    );
  },
);
