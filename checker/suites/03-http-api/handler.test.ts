import assert from 'node:assert/strict';
import {
  type ApiRequest,
  apiEvent,
  check,
  type Fixtures,
  httpAnswer,
  invalidOrders,
  malformedBodies,
} from '../../fixtures.ts';
import {
  assertAllows,
  assertOrder,
  assertOrderAnswer,
  assertProblem,
  assertStatus,
  cut,
  jsonOf,
} from './answers.ts';
import { makeRequest, type OrderRequest, validRequests } from './requests.ts';

/** Starts the lab's handler with the environment and the table of its contract. */
async function startApi(handler: Fixtures['handler'], { shared = true }: { shared?: boolean } = {}) {
  const running = await handler.start({
    file: 'handler.ts',
    shared,
    tables: { orders: ['orderId'] },
    environment: ({ orders }) => ({ TABLE_NAME: orders }),
  });
  const send = async (request: ApiRequest) => httpAnswer(await running.invoke(apiEvent(request)));
  return {
    ...running,
    send,
    post: (body: string) => send({ method: 'POST', path: '/api/orders', body }),
    create: (request: OrderRequest) =>
      send({ method: 'POST', path: '/api/orders', body: JSON.stringify(request) }),
    itemOf: async (orderId: string) => (await running.rows('orders')).find((row) => row.orderId === orderId),
    /** An item as the table has it, whoever wrote it. */
    seed: async (orderId: string) => {
      const request = makeRequest(orderId);
      const totalCents = request.items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
      await running.put('orders', { ...request, totalCents, status: 'RECEIVED' });
      return request;
    },
  };
}

check(
  'created-order-is-201',
  {
    title: 'a valid order is stored and answered 201, with its total and where to find it',
    points: 1,
    hints: [
      '200 says that all went well. What does a client want to know besides, after it has created something?',
      'The status for it is 201, and the header location says where the new order is. The total is yours to work out.',
      "Store { orderId, customerId, items, totalCents, status } and answer { statusCode: 201, headers: { 'content-type': 'application/json', location: `/api/orders/${order.orderId}` }, body: JSON.stringify(order) }.",
    ],
    lesson: '#answers',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    for (const request of validRequests) {
      const what = `the valid order ${request.orderId}`;
      const answer = await api.create(request);
      assertStatus(answer, 201, `POST of ${what}`, 'something was created');
      assertOrderAnswer(answer, request, `The answer to ${what}`);
      const { location } = answer.headers;
      assert(
        location === `/api/orders/${request.orderId}`,
        `POST of ${what} was answered with the location ${location ?? '(none)'}; it should be /api/orders/${request.orderId}.`,
      );
      const item = await api.itemOf(request.orderId);
      assert(item, `There is no item for order ${request.orderId} in the orders table.`);
      assertOrder(item, request, 'The item');
      assert(
        typeof item.status === 'string' && item.status !== '',
        `The item of order ${request.orderId} has status = ${JSON.stringify(item.status)}; it should be a text.`,
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
      'API Gateway encodes every body that it does not take for text, by the content type that the client chose.',
      "const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;",
    ],
    lesson: '#event',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    const request = { ...makeRequest('encoded'), customerId: 'café ☕' };
    const { status, body } = await api.send({
      method: 'POST',
      path: '/api/orders',
      body: JSON.stringify(request),
      base64: true,
    });
    assert(
      status >= 200 && status < 300,
      `A valid order in a body with isBase64Encoded: true was answered ${status} ${cut(body)}: decode the body before you parse it.`,
    );
    assertOrder(await api.itemOf('encoded'), request, 'The item');
  },
);

check(
  'invalid-orders-are-refused',
  {
    title: 'what is no valid order is a 400 with a reason, and nothing is stored',
    points: 1,
    hints: [
      'JSON.parse tells you that a body is JSON, not that it is an order.',
      'Check every rule of the order before the write, and coerce nothing: "2", 1.5 and null are not quantities.',
      'Write parse functions that throw an InvalidRequestError, catch it in the handler and answer 400 with { error: error.message }.',
    ],
    lesson: '#answers',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler, { shared: false });
    const accepted: string[] = [];
    const bodies = {
      ...malformedBodies,
      ...Object.fromEntries(invalidOrders('request').map(({ name, body }) => [name, body])),
    };
    for (const [rule, body] of Object.entries(bodies)) {
      const answer = await api.post(body);
      // A conflict is with the one before, which was accepted, too.
      if (answer.status === 409 || (answer.status >= 200 && answer.status < 300)) accepted.push(rule);
      else assertProblem(answer, 400, `A request with ${rule}`, 'the client has to change it');
    }
    assert(
      accepted.length === 0,
      `These are no orders, yet they were accepted: ${accepted.slice(0, 6).join('; ')}${accepted.length > 6 ? `; and ${accepted.length - 6} more` : ''}.`,
    );
    const without = await api.send({ method: 'POST', path: '/api/orders' });
    assertProblem(without, 400, 'A request without a body');
    const rows = await api.rows('orders');
    assert(
      rows.length === 0,
      `An order that was refused left an item in the orders table: ${cut(JSON.stringify(rows[0]))}. Validate before you write.`,
    );
  },
);

check(
  'taken-id-is-a-conflict',
  {
    title: 'an id that is taken is a 409, and the order that has it stays as it was',
    points: 1,
    hints: [
      'Two shops count their orders from 1. What becomes of the first order-1?',
      'A PutItem without a condition replaces what is there. The table can refuse it.',
      "Add ConditionExpression: 'attribute_not_exists(orderId)' to the PutCommand, and answer 409 when it throws ConditionalCheckFailedException.",
    ],
    lesson: '#conflict',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    const first = await api.seed('taken');
    const again = await api.create({ ...first, customerId: 'another customer' });
    const item = await api.itemOf('taken');
    assert(
      item?.customerId === first.customerId,
      `The id taken was used a second time, and the first order is gone: its item now has customerId = ${JSON.stringify(item?.customerId)}.`,
    );
    assertProblem(again, 409, 'An order with an id that is taken', 'the order exists already');
    assertProblem(await api.create(first), 409, 'The same order a second time');
  },
);

check(
  'order-is-found',
  {
    title: 'an order is found by its id, whoever stored it',
    points: 0,
    hints: [
      'Which part of the path is the id?',
      'The item in the table is the answer: the document client turns it into a plain object.',
      'const { Item } = await orders.send(new GetCommand({ TableName, Key: { orderId } })); then 200 with JSON.stringify(Item).',
    ],
    lesson: '#paths',
    starter: 'passes',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    for (const orderId of ['found', 'F_o-1'.padEnd(64, '0')]) {
      const request = await api.seed(orderId);
      const answer = await api.send({ method: 'GET', path: `/api/orders/${orderId}` });
      assertStatus(answer, 200, `GET /api/orders/${orderId}`, 'this order is in the table');
      assertOrderAnswer(answer, request, `The answer to GET /api/orders/${orderId}`);
    }
  },
);

check(
  'unknown-order-is-404',
  {
    title: 'an order that does not exist is a 404 with a reason',
    points: 1,
    hints: [
      'What does GetItem answer when there is no such item?',
      'It does not fail: Item is undefined. JSON.stringify(undefined) is no body at all, and the status is still 200.',
      "return Item ? answer(200, Item) : answer(404, { error: 'there is no such order' });",
    ],
    lesson: '#answers',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    const answer = await api.send({ method: 'GET', path: '/api/orders/nobody-has-this-id' });
    assertProblem(answer, 404, 'GET /api/orders/nobody-has-this-id', 'there is no such order');
  },
);

check(
  'wrong-method-is-405',
  {
    title: 'a method that a path does not have is a 405 that lists the ones it has',
    points: 1,
    hints: [
      'The path is right and the method is not. How does a client find out which one would be?',
      'Look at the path first, at the method second. A 405 has the header allow.',
      "On /api/orders/{id}: if (method !== 'GET') return { statusCode: 405, headers: { 'content-type': 'application/json', allow: 'GET' }, body: … }",
    ],
    lesson: '#paths',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    const request = await api.seed('unharmed');
    const body = JSON.stringify({ ...makeRequest('smuggled'), customerId: 'changed' });
    for (const [path, has, refused] of [
      ['/api/orders', 'POST', ['DELETE', 'PUT', 'PATCH']],
      ['/api/orders/unharmed', 'GET', ['DELETE', 'PUT', 'PATCH', 'POST']],
    ] as const) {
      for (const method of refused) {
        const answer = await api.send({ method, path, ...(method !== 'DELETE' && { body }) });
        assertProblem(answer, 405, `${method} ${path}`, 'the path exists, but not for this method');
        assertAllows(answer, has, method, `${method} ${path}`);
      }
    }
    assertOrder(await api.itemOf('unharmed'), request, 'After these requests, the item');
    assert(!(await api.itemOf('smuggled')), 'A request that was refused with 405 has stored an order.');
  },
);

check(
  'unknown-path-is-404',
  {
    title: 'a path that the API does not have is a 404, whatever the method',
    points: 1,
    hints: [
      'Which paths below /api does your function know? It gets all of them.',
      'Compare the whole path. Its last part alone, or its beginning, fits paths that nobody has promised.',
      "if (path === '/api/orders') …; const id = /^\\/api\\/orders\\/([^/]+)$/.exec(path)?.[1]; if (id === undefined) return answer(404, { error: 'there is nothing at this path' });",
    ],
    lesson: '#paths',
    starter: 'fails',
  },
  async ({ handler }) => {
    const api = await startApi(handler);
    const { orderId } = await api.seed('elsewhere');
    const stray = JSON.stringify(makeRequest('astray'));
    for (const [method, path] of [
      ['GET', `/api/customers/${orderId}`],
      ['GET', `/api/orders/2026/${orderId}`],
      ['GET', `/api/orders/${orderId}/items`],
      ['GET', `/api/v2/api/orders/${orderId}`],
      ['GET', `/api/ordersarchive/${orderId}`],
      ['POST', '/api/customers'],
      ['POST', '/api/v2/api/orders'],
      ['DELETE', '/api/customers'],
      ['PUT', '/api/ordersarchive'],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : stray;
      const answer = await api.send({ method, path, body });
      assertProblem(answer, 404, `${method} ${path}`, 'the API has no such path');
    }
    // Whoever cuts the slash off may answer as for the list. DynamoDB refuses an empty key: to ask it is a 500.
    const empty = await api.send({ method: 'GET', path: '/api/orders/' });
    if (empty.status >= 500)
      assertStatus(empty, 404, 'GET /api/orders/', 'an empty id is none, and no reason to ask the table');
    assert(!(await api.itemOf('astray')), 'A POST to a path that does not exist has stored an order.');
  },
);

check(
  'cause-stays-inside',
  {
    title: 'when the table fails the answer is a 500 that says no more than "Internal error"',
    points: 1,
    hints: [
      'The client cannot repair your table. What does an attacker learn from its error message?',
      'Tell errors apart by their class: your own InvalidRequestError is a 400, ConditionalCheckFailedException of the PutItem a 409, and all else a 500.',
      "console.error(error); return answer(500, { error: 'Internal error' });",
    ],
    lesson: '#answers',
    starter: 'fails',
    needs: ['faults'],
  },
  async ({ handler, faults }) => {
    const api = await startApi(handler, { shared: false });
    // The second name is one that people give to their own errors, too.
    for (const code of ['AccessDeniedException', 'ValidationException']) {
      const mend = await faults.failTable(api.tables.orders, {
        code,
        message: 'User: arn:aws:sts::123456789012:assumed-role/orders-api has no right on orders-eu',
      });
      const requests = [
        ['POST /api/orders', await api.create(makeRequest('broken'))],
        ['GET /api/orders/broken', await api.send({ method: 'GET', path: '/api/orders/broken' })],
      ] as const;
      for (const [what, answer] of requests) {
        assertStatus(answer, 500, `${what}, while the table answered ${code},`);
        assert(
          JSON.stringify(jsonOf(answer.body)) === '{"error":"Internal error"}',
          `The 500 for ${what} has the body ${cut(answer.body)}; it should be exactly {"error":"Internal error"}: what failed is nobody's business but yours.`,
        );
        assertProblem(answer, 500, what);
      }
      await mend();
    }
  },
);
