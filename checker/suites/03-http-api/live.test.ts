import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import {
  check,
  type Fixtures,
  type HttpAnswer,
  type HttpRequest,
  httpRequest,
  type Row,
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
import { makeRequest, type OrderRequest } from './requests.ts';

const shop = 'https://shop.example.com';
const foreign = 'https://shop.example.com.evil.test';

/** How long a read may be behind a write, in seconds of `eventually`; the look itself runs the function. */
const soon = { within: 10, causesWork: true };

/** A client of the deployed API. Paths are sent as they are written. */
function clientOf(live: Fixtures['live']) {
  // A slash at the end is the subject of another check.
  const url = live.output('ApiUrl').replace(/\/$/, '');
  const send = (path: string, request?: HttpRequest) => httpRequest(`${url}${path}`, request);
  const post = (body: HttpRequest['body'], type = 'application/json') =>
    send('/api/orders', { method: 'POST', headers: { 'content-type': type }, body });
  return { send, post, create: (request: OrderRequest) => post(JSON.stringify(request)) };
}

const preflight = (origin: string): HttpRequest => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,authorization',
  },
});

const listOf = (header: string | undefined) =>
  (header ?? '').split(',').map((value) => value.trim().toLowerCase());

check(
  'shop-may-call',
  {
    title: 'a page of the shop may call the API: its preflight is allowed, and so is the answer',
    points: 1,
    hints: [
      'Open the network panel of a browser: which request comes before the POST?',
      'It is an OPTIONS with the page’s origin, the method and the headers that are to come. The answer has to name all three, and how long it holds.',
      'Set corsPreflight on the HttpApi with the origin of the shop, and take OPTIONS and the CORS headers out of the handler.',
    ],
    lesson: '#cors',
    starter: 'fails',
  },
  async ({ live }) => {
    const { send } = clientOf(live);
    const answer = await send('/api/orders', preflight(shop));
    const { status, headers } = answer;
    assert(
      status >= 200 && status < 300,
      `A preflight from ${shop} was answered ${status} ${cut(answer.body)}; a browser takes only 2xx for a yes.`,
    );
    assert(
      headers['access-control-allow-origin'] === shop,
      `A preflight from ${shop} was answered with access-control-allow-origin ${headers['access-control-allow-origin'] ?? '(none)'}; it should be that origin.`,
    );
    const methods = listOf(headers['access-control-allow-methods']);
    for (const method of ['get', 'post', 'put', 'delete']) {
      assert(
        methods.includes(method),
        `The preflight allows the methods ${methods.join(', ')}; ${method.toUpperCase()} is missing.`,
      );
    }
    const allowed = listOf(headers['access-control-allow-headers']);
    for (const name of ['content-type', 'authorization']) {
      assert(
        allowed.includes(name),
        `The preflight allows the headers ${allowed.join(', ')}; ${name} is missing.`,
      );
    }
    assert(
      headers['access-control-max-age'] === '3600',
      `The preflight holds for ${headers['access-control-max-age'] ?? 'no'} s; it should be 3600.`,
    );
    const get = await send('/api/orders/nobody', { headers: { origin: shop } });
    assert(
      get.headers['access-control-allow-origin'] === shop,
      `A GET from ${shop} was answered with access-control-allow-origin ${get.headers['access-control-allow-origin'] ?? '(none)'}: the browser keeps the answer from the page.`,
    );
  },
);

check(
  'others-may-not',
  {
    title: 'a page of another origin is told nothing',
    points: 1,
    hints: [
      'Who else has pages that your customers open?',
      'With * every page on the internet may read what your API answers to its visitor’s browser.',
      'Name the one origin in allowOrigins. The API compares it whole and answers others without CORS headers.',
    ],
    lesson: '#cors',
    starter: 'fails',
  },
  async ({ live }) => {
    const { send } = clientOf(live);
    for (const [what, answer] of [
      ['A preflight', await send('/api/orders', preflight(foreign))],
      ['A GET', await send('/api/orders/nobody', { headers: { origin: foreign } })],
    ] as const) {
      const origin = answer.headers['access-control-allow-origin'];
      assert(
        origin === undefined,
        `${what} from ${foreign} was answered with access-control-allow-origin ${origin}: pages of that origin may read your API's answers.`,
      );
    }
  },
);

check(
  'created-order-can-be-read',
  {
    title: 'an order that is created over HTTP is found at its location',
    points: 1,
    hints: [
      'A client follows the header location. Where does yours lead?',
      'The answer is a 201 with location: /api/orders/<id>; a GET there answers the order.',
      'Answer the POST with statusCode 201 and headers.location, and let GET /api/orders/{id} read the same table.',
    ],
    lesson: '#answers',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { send, create } = clientOf(live);
    const request = { ...makeRequest('live-created'), customerId: 'café ☕' };
    const created = await create(request);
    assertStatus(created, 201, 'A valid order');
    assertOrderAnswer(created, request, 'The answer to the POST');
    const { location = '' } = created.headers;
    assert(
      location === '/api/orders/live-created',
      `The POST was answered with the location ${location || '(none)'}; it should be /api/orders/live-created.`,
    );
    await eventually(async () => {
      const found = await send(location);
      assertStatus(found, 200, `GET ${location}`);
      assertOrderAnswer(found, request, `The answer to GET ${location}`);
    }, soon);
    const stored = await live.item(live.output('TableName'), { orderId: request.orderId });
    assertOrder(stored, request, 'The item in the table of the output TableName');
  },
);

check(
  'one-of-five-wins',
  {
    title: 'of five requests for the same id at the same time, one creates the order and four are told so',
    points: 1,
    hints: [
      'You look whether the id is free, and it is. Who else is looking at this moment?',
      'Between a read and a write there is room for another write. Let the table decide, in one step.',
      "ConditionExpression: 'attribute_not_exists(orderId)' on the PutCommand; no GetCommand before it.",
    ],
    lesson: '#conflict',
    starter: 'fails',
  },
  async ({ live, faults, abilities }) => {
    const { create } = clientOf(live);
    const rivals = ['anna', 'ben', 'carla', 'dora', 'emil'];
    // Five environments are awake, so that nobody is late.
    await Promise.all(rivals.map((name) => create(makeRequest(`live-rival-${name}`, name))));
    // Their writes take effect in the same moment; on AWS five at once are likely enough to meet.
    if (abilities.includes('faults')) await faults.gatherWrites(live.output('TableName'), rivals.length, 250);
    const answers = await Promise.all(rivals.map((name) => create(makeRequest('live-race', name))));
    const winners = rivals.filter((_, index) => (answers[index]?.status ?? 0) < 300);
    assert(
      winners.length > 0,
      `Five customers asked for the id live-race at the same time, and none of them got it (${answers.map(({ status }) => status).join(', ')}). One should be answered 201, and four 409.`,
    );
    assert(
      winners.length === 1,
      `Five customers asked for the id live-race at the same time, and ${winners.length} were told that it is theirs (${answers.map(({ status }) => status).join(', ')}). The order of all but one is gone.`,
    );
    for (const answer of answers) {
      if (answer.status >= 300) assertProblem(answer, 409, 'An order whose id was just taken');
    }
    const item = await live.item(live.output('TableName'), { orderId: 'live-race' });
    assert(
      item?.customerId === winners[0],
      `${winners[0]} was told that the order live-race is theirs, but the table has it for ${String(item?.customerId)}.`,
    );
  },
);

check(
  'errors-over-http',
  {
    title: 'over HTTP too: 404 for what is not there, 405 with allow for what cannot be done',
    points: 1,
    hints: [
      'One route takes every method and every path below /api. So who has to say no?',
      'The function: first by path (404), then by method (405, with the header allow).',
      'Compare event.rawPath as a whole, then event.requestContext.http.method; answer every error through one function that sets the content type.',
    ],
    lesson: '#paths',
    starter: 'fails',
  },
  async ({ live }) => {
    const { send, create } = clientOf(live);
    await create(makeRequest('live-there'));
    assertProblem(await send('/api/orders/live-nobody'), 404, 'GET /api/orders/live-nobody');
    assertProblem(await send('/api/customers/live-there'), 404, 'GET /api/customers/live-there');
    for (const [method, path, has] of [
      ['PUT', '/api/orders', 'POST'],
      ['DELETE', '/api/orders/live-there', 'GET'],
    ] as const) {
      const answer = await send(path, { method });
      assertProblem(answer, 405, `${method} ${path}`);
      assertAllows(answer, has, method, `${method} ${path}`);
    }
    // An OPTIONS of a client that is no browser asks for nothing of CORS, and comes through to the function.
    assertProblem(
      await send('/api/orders', { method: 'OPTIONS' }),
      405,
      'OPTIONS /api/orders without an origin',
    );
  },
);

check(
  'rest-is-the-gateways',
  {
    title: 'what is outside of /api never reaches the function',
    points: 0,
    hints: [
      'Who answers for a path that no route takes?',
      'API Gateway answers {"message":"Not Found"} by itself, and costs no invocation. A route $default would send everything to you.',
      'Keep the one route ANY /api/{proxy+}, and the stage $default.',
    ],
    lesson: '#route',
    starter: 'passes',
  },
  async ({ live }) => {
    const { send } = clientOf(live);
    for (const path of ['/', '/orders', '/apiary', '/favicon.ico']) {
      const { status, body } = await send(path);
      assert(
        status === 404 && isDeepStrictEqual(jsonOf(body), { message: 'Not Found' }),
        `GET ${path} was answered ${status} ${cut(body)}; no route takes it, so it should be API Gateway's 404 {"message":"Not Found"}.`,
      );
    }
  },
);

check(
  'ids-are-decoded-once',
  {
    title: 'the id in a path is decoded once: an encoded id is found, a doubly encoded one is another id',
    points: 1,
    hints: [
      'Log event.rawPath for /api/orders/a%2Db. Who has decoded it?',
      'API Gateway has. To decode again makes other ids of some, and decodeURIComponent throws for a lone percent sign.',
      'Use the id from event.rawPath or event.pathParameters as it is, and answer 404 when it breaks the rule for ids.',
    ],
    lesson: '#paths',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { send, create } = clientOf(live);
    const request = makeRequest('live-once');
    await create(request);
    await eventually(async () => {
      // %2D is the hyphen.
      const answer = await send('/api/orders/live%2Donce');
      assertStatus(answer, 200, 'GET /api/orders/live%2Donce', 'that is the order live-once');
      const { orderId } = (jsonOf(answer.body) ?? {}) as Row;
      assert(
        orderId === request.orderId,
        `GET /api/orders/live%2Donce was answered ${cut(answer.body)}; it should be the order live-once.`,
      );
    }, soon);
    for (const id of ['live%252Donce', '100%25', '%25E0%25A4%25A', 'a%20b', 'x'.repeat(65)]) {
      const answer = await send(`/api/orders/${id}`);
      const meant = decodeURIComponent(id);
      assert(
        answer.status === 404 || answer.status === 400,
        `GET /api/orders/${id} was answered ${answer.status} ${cut(answer.body)}; decoded once that is the id ${JSON.stringify(meant)}, which no order can have: it should be 404.`,
      );
      assertProblem(answer, answer.status, `GET /api/orders/${id}`);
    }
  },
);

check(
  'big-body-is-refused',
  {
    title: 'a body of 1 MB that is no order is a 400, like any other',
    points: 0,
    hints: [
      'API Gateway takes 10 MB, Lambda 6 MB. How much does your function take, and what happens to it?',
      'Whoever stores, logs or copies a body before it is checked does so with every body that somebody cares to send.',
      'Decode, parse and validate first. Do not put what is left over into the item: DynamoDB takes 400 KB.',
    ],
    lesson: '#limits',
    starter: 'passes',
  },
  async ({ live }) => {
    const { post } = clientOf(live);
    const size = 1024 * 1024;
    for (const [what, body, type] of [
      ['text that is no JSON', 'x'.repeat(size), 'application/json'],
      [
        'JSON that is no order',
        JSON.stringify({ orderId: 'live-big', note: 'x'.repeat(size) }),
        'application/json',
      ],
      ['bytes', new Uint8Array(size), 'application/octet-stream'],
    ] as const) {
      assertProblem(await post(body, type), 400, `A body of 1 MB with ${what}`);
    }
  },
);

check(
  'twenty-clients-at-once',
  {
    title: 'twenty clients at the same time get what is theirs',
    points: 0,
    hints: [
      'Twenty requests at once are twenty environments. What do they share?',
      'They share the table and the limits. An environment alone shares its module’s variables between its requests.',
      'Keep what belongs to a request inside the handler, and do not reserve less concurrency than you have clients.',
    ],
    lesson: '#route',
    starter: 'passes',
  },
  async ({ live, eventually }) => {
    const { send, create } = clientOf(live);
    const requests = Array.from({ length: 20 }, (_, index) => makeRequest(`live-client-${index + 1}`));
    const created = await Promise.all(requests.map(create));
    for (const [index, { status, body }] of created.entries()) {
      assert(
        status >= 200 && status < 300,
        `Of twenty orders at once, number ${index + 1} was answered ${status} ${cut(body)}.`,
      );
    }
    await eventually(async () => {
      // Backwards: an environment that created one of the twenty now serves another.
      const round = requests.toReversed();
      const found = await Promise.all(round.map(({ orderId }) => send(`/api/orders/${orderId}`)));
      for (const [index, answer] of found.entries()) {
        const { orderId, customerId } = round[index] as OrderRequest;
        const what = `GET /api/orders/${orderId}, one of twenty at once,`;
        assertStatus(answer, 200, what);
        const { customerId: actual } = (jsonOf(answer.body) ?? {}) as Row;
        assert(actual === customerId, `${what} was answered with the order of ${String(actual)}.`);
      }
    }, soon);
  },
);

/** The orders of an answer to a list. */
function listed(answer: HttpAnswer, what: string): readonly Row[] {
  assertStatus(answer, 200, what);
  const { orders } = (jsonOf(answer.body) ?? {}) as { orders?: unknown };
  assert(Array.isArray(orders), `${what} was answered ${cut(answer.body)}; it should be {"orders":[…]}.`);
  return orders as Row[];
}

function assertListed(answer: HttpAnswer, expected: readonly OrderRequest[], what: string): void {
  const orders = listed(answer, what);
  const ids = orders.map(({ orderId }) => String(orderId));
  assert(
    orders.length === expected.length,
    `${what} lists ${orders.length} orders; it should list ${expected.length}.`,
  );
  for (const [index, request] of expected.entries()) {
    assert(
      ids[index] === request.orderId,
      `${what} has order ${ids[index]} in place ${index + 1}; sorted by orderId it should be ${request.orderId}.`,
    );
    assertOrder(orders[index], request, `${what}, in place ${index + 1},`);
  }
}

check(
  'orders-of-a-customer',
  {
    title: 'GET /api/orders?customerId=&limit= lists the orders of a customer by orderId, through an index',
    points: 2,
    bonus: true,
    hints: [
      'The table finds an order by its id. What would find all orders of a customer without reading those of the others?',
      'A global secondary index with customerId as partition key and orderId as sort key. A query ends after 1 MB, even when fewer than limit items have come.',
      "new QueryCommand({ TableName, IndexName, KeyConditionExpression: 'customerId = :c', … }), again with ExclusiveStartKey while there is a LastEvaluatedKey and too few orders; table.grant(orders, 'dynamodb:Query').",
    ],
    lesson: '#list',
    starter: 'fails',
  },
  async ({ live, eventually, faults, abilities }) => {
    const { send, create } = clientOf(live);
    const customerId = 'list 100% & café + tea';
    const list = (query: string) => send(`/api/orders?${query}`);
    const of = `customerId=${encodeURIComponent(customerId)}`;
    // A query ends after 1 MB, or where we make it end. Orders of 25 KB do it everywhere, and take their time.
    const canShorten = abilities.includes('faults');
    if (canShorten) await faults.shortenPages(live.output('TableName'), 25);
    const items = Array.from({ length: canShorten ? 1 : 100 }, (_, index) => ({
      sku: `sku-${index}`.padEnd(64, '茶'),
      quantity: 1,
      unitPriceCents: 100,
    }));
    // More than a list has without a limit, and more than 1 MB when they are large.
    const orders = Array.from({ length: 52 }, (_, index) => ({
      orderId: `live-list-${String(index + 1).padStart(2, '0')}`,
      customerId,
      items,
    }));
    const other = makeRequest('live-list-07b', 'somebody else');
    const shuffled = [
      ...orders.filter((_, index) => index % 2 === 1),
      other,
      ...orders.filter((_, index) => index % 2 === 0),
    ];
    for (let start = 0; start < shuffled.length; start += 20) {
      const created = await Promise.all(shuffled.slice(start, start + 20).map(create));
      const failed = created.find(({ status }) => status >= 300);
      assert(!failed, `A valid order was answered ${failed?.status} ${cut(failed?.body)}.`);
    }
    await eventually(
      async () => assertListed(await list(`${of}&limit=60`), orders, 'The list with limit=60'),
      soon,
    );
    assertListed(await list(`${of}&limit=7`), orders.slice(0, 7), 'The list with limit=7');
    assertListed(await list(of), orders.slice(0, 50), 'The list without a limit');
    assertListed(await list('customerId=somebody%20else'), [other], 'The list of somebody else');
    assertListed(await list('customerId=nobody'), [], 'The list of a customer without orders');
    for (const limit of ['0', '101', '-1', '2.5', 'ten']) {
      assertProblem(await list(`${of}&limit=${limit}`), 400, `A list with limit=${limit}`);
    }
    assertProblem(await list('limit=10'), 400, 'A list of nobody: neither customerId nor cookie');
  },
);

check(
  'customer-cookie',
  {
    title: 'creating an order sets the cookie customer, and a list without a query uses it',
    points: 1,
    bonus: true,
    hints: [
      'Where does payload 2.0 keep cookies? It is not where 1.0 has them.',
      'event.cookies is a list of name=value, and an answer has a list cookies, too. A value may hold no space, comma or semicolon, and only ASCII.',
      'cookies: [`customer=${encodeURIComponent(order.customerId)}; Path=/api; HttpOnly; Secure`] in the 201; decodeURIComponent of the value from event.cookies in the list.',
    ],
    lesson: '#list',
    starter: 'fails',
  },
  async ({ live, eventually }) => {
    const { send, create } = clientOf(live);
    const request = makeRequest('live-cookie', 'Müller; 50%, "tea" = ☕');
    const created = await create(request);
    assertStatus(created, 201, `An order of ${request.customerId}`);
    const cookie = created.cookies.find((text) => text.startsWith('customer='))?.split(';')[0];
    assert(
      cookie,
      `The 201 sets ${created.cookies.length === 0 ? 'no cookie' : created.cookies.join(' and ')}; it should set the cookie customer.`,
    );
    const headers = { cookie: `theme=dark; xcustomer=nobody; ${cookie}; customerx=nobody` };
    await eventually(
      async () =>
        assertListed(await send('/api/orders', { headers }), [request], 'The list with the cookie alone'),
      soon,
    );
    const query = '/api/orders?customerId=nobody-at-all';
    assertListed(
      await send(query, { headers }),
      [],
      'The list of nobody-at-all, with another customer’s cookie,',
    );
  },
);
