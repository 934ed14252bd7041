import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { testCall, testCloud } from '../../testing.ts';
import { createXRay } from './index.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const [SERVER, CLIENT] = [2, 3];

type Segment = Record<string, unknown> & { subsegments?: Segment[] };

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const texts = (key: string, ...values: string[]) => ({
  key,
  value: { arrayValue: { values: values.map((stringValue) => ({ stringValue })) } },
});
const whole = (key: string, intValue: string | number) => ({ key, value: { intValue } });

/** X-Ray alone, and spans for it. */
function testSpans() {
  const cloud = testCloud();
  const { operations, permissions } = createXRay(cloud);
  const now = Math.floor(cloud.clock.now() / 1000);
  const traceId = `${now.toString(16)}aaaaaaaaaaaaaaaaaaaaaaaa`;
  const nanos = (seconds: number) => `${Math.round(seconds * 1000)}000000`;
  const requestOf = (spans: readonly object[]) => ({
    resourceSpans: [
      { resource: { attributes: [text('service.name', 'orders')] }, scopeSpans: [{ scope: {}, spans }] },
    ],
  });
  const send = (body: unknown, more: { contentType?: string; contentEncoding?: string } = {}): unknown => {
    const answer = operations.PutSpans({
      contentType: 'application/json',
      body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
      ...more,
    });
    return JSON.parse(Buffer.from(answer.body).toString('utf8'));
  };
  const segments = (): Segment[] => {
    const { Traces = [] } = operations.BatchGetTraces({
      TraceIds: [`1-${traceId.slice(0, 8)}-${traceId.slice(8)}`],
    });
    return Traces.flatMap(({ Segments = [] }) =>
      Segments.map(({ Document = '' }) => JSON.parse(Document) as Segment),
    );
  };
  /** A request to serve that lasted a second. */
  const span = (id: number, more: object = {}) => ({
    traceId,
    spanId: String(id).padStart(16, '0'),
    name: 'POST /orders',
    kind: SERVER,
    startTimeUnixNano: nanos(now),
    endTimeUnixNano: nanos(now + 1),
    ...more,
  });
  const put = (...spans: object[]) => send(requestOf(spans));
  return {
    ...{ cloud, now, traceId, operations, permissions, nanos, requestOf, send, segments, span, put },
    child: (id: number, more: object = {}) =>
      span(id, { parentSpanId: '0000000000000001', kind: CLIENT, ...more }),
    /** The segment of the only span. */
    segmentOf(more: object): Segment | undefined {
      expect(put(span(1, more))).toEqual({});
      return segments()[0];
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

describe('a span', () => {
  test('that serves a request is a segment of its service, in the trace of its id in the form of X-Ray', () => {
    using spans = testSpans();
    expect(spans.put(spans.span(1))).toEqual({});
    expect(spans.segments()).toEqual([
      {
        name: 'orders',
        id: '0000000000000001',
        trace_id: `1-${spans.traceId.slice(0, 8)}-aaaaaaaaaaaaaaaaaaaaaaaa`,
        start_time: spans.now,
        end_time: spans.now + 1,
        metadata: { default: { 'otel.resource.service.name': 'orders' } },
      },
    ]);
  });

  test('that serves a request of another service is a segment with a parent', () => {
    using spans = testSpans();
    spans.put(spans.span(1), spans.span(2, { parentSpanId: '0000000000000001' }));
    expect(spans.segments().map(({ id, parent_id: parent }) => [id, parent])).toEqual([
      ['0000000000000001', undefined],
      ['0000000000000002', '0000000000000001'],
    ]);
  });

  test('without a parent is a segment, whatever its kind', () => {
    using spans = testSpans();
    expect(spans.segmentOf({ kind: 1, parentSpanId: '' })).not.toHaveProperty('type');
  });

  test('of another kind is a subsegment of its parent, named after what it calls', () => {
    using spans = testSpans();
    const call = { attributes: [text('rpc.system', 'aws-api'), text('rpc.service', 'DynamoDB')] };
    spans.put(spans.child(2, call), spans.child(3, { name: 'total(items)', kind: 1 }), spans.span(1));
    expect(spans.segments()).toMatchObject([
      {
        subsegments: [
          { name: 'DynamoDB', namespace: 'aws', parent_id: '0000000000000001' },
          { name: 'totalitems', type: 'subsegment' },
        ],
      },
      { name: 'DynamoDB', inferred: true },
    ]);
  });

  test('keeps its time to the microsecond', () => {
    using spans = testSpans();
    const startTimeUnixNano = `${spans.now}123456789`;
    expect(spans.segmentOf({ startTimeUnixNano })).toMatchObject({ start_time: spans.now + 0.123456 });
  });

  test('has its links and its user', () => {
    using spans = testSpans();
    const links = [{ traceId: spans.traceId, spanId: 'abcdefabcdefabcd' }];
    expect(spans.segmentOf({ links, attributes: [text('enduser.id', 'ada')] })).toMatchObject({
      user: 'ada',
      links: [
        { trace_id: `1-${spans.traceId.slice(0, 8)}-${spans.traceId.slice(8)}`, id: 'abcdefabcdefabcd' },
      ],
    });
  });

  test('may have members that nobody knows', () => {
    using spans = testSpans();
    expect(spans.segmentOf({ flags: 257, traceState: '', new: {} })).toMatchObject({ name: 'orders' });
  });
});

describe('an attribute', () => {
  test('is an annotation when the span names it, and traces are found by it', () => {
    using spans = testSpans();
    const attributes = [
      text('order.id', 'o-1'),
      whole('total-cents', '1200'),
      texts('aws.xray.annotations', 'order.id', 'total-cents'),
    ];
    expect(spans.segmentOf({ attributes })?.annotations).toEqual({ 'order.id': 'o-1', total_cents: 1200 });
    const { TraceSummaries } = spans.operations.GetTraceSummaries({
      StartTime: new Date((spans.now - 60) * 1000),
      EndTime: new Date((spans.now + 60) * 1000),
      FilterExpression: 'annotation[order.id] = "o-1"',
    });
    expect(TraceSummaries).toHaveLength(1);
  });

  test('is metadata otherwise, of any type', () => {
    using spans = testSpans();
    const attributes = [
      text('orderId', 'o-1'),
      { key: 'paid', value: { boolValue: true } },
      { key: 'rate', value: { doubleValue: 0.5 } },
      texts('items', 'apple', 'pear'),
      { key: 'customer', value: { kvlistValue: { values: [whole('age', 7)] } } },
      { key: 'nothing', value: {} },
    ];
    const segment = spans.segmentOf({ attributes });
    expect(segment).not.toHaveProperty('annotations');
    expect(segment?.metadata).toEqual({
      default: {
        'otel.resource.service.name': 'orders',
        ...{ orderId: 'o-1', paid: true, rate: 0.5, items: ['apple', 'pear'], customer: { age: 7 } },
        nothing: null,
      },
    });
  });

  test('is metadata when it is no scalar, even if the span names it', () => {
    using spans = testSpans();
    const attributes = [texts('items', 'apple'), texts('aws.xray.annotations', 'items')];
    const segment = spans.segmentOf({ attributes });
    expect(segment).not.toHaveProperty('annotations');
    expect(segment?.metadata).toMatchObject({ default: { items: ['apple'] } });
  });

  test.each([
    [
      'stable',
      [
        text('http.request.method', 'POST'),
        text('url.scheme', 'https'),
        text('server.address', 'shop'),
        whole('server.port', 8443),
        text('url.path', '/orders'),
        text('url.query', 'dry=1'),
        whole('http.response.status_code', 201),
        text('user_agent.original', 'curl'),
        text('client.address', '10.0.0.1'),
      ],
    ],
    [
      'old',
      [
        text('http.method', 'POST'),
        text('http.url', 'https://shop:8443/orders?dry=1'),
        whole('http.status_code', '201'),
        text('http.user_agent', 'curl'),
        text('http.client_ip', '10.0.0.1'),
      ],
    ],
  ])('about HTTP goes into the http part, by its %s name', (_names, attributes) => {
    using spans = testSpans();
    const segment = spans.segmentOf({ attributes });
    expect(segment?.http).toEqual({
      request: {
        method: 'POST',
        url: 'https://shop:8443/orders?dry=1',
        user_agent: 'curl',
        client_ip: '10.0.0.1',
      },
      response: { status: 201 },
    });
    expect(segment?.metadata).toEqual({ default: { 'otel.resource.service.name': 'orders' } });
  });
});

describe('what came of a span', () => {
  const failed = { code: 2, message: 'no such order' };
  const status = (code: number) => [
    text('http.request.method', 'GET'),
    whole('http.response.status_code', code),
  ];
  test.each([
    ['an error is a fault', { status: failed }, { fault: true }],
    ['a status of 500 is a fault', { attributes: status(503) }, { fault: true }],
    ['a status of 400 is an error', { attributes: status(404), status: failed }, { error: true }],
    ['a status of 429 is a throttle', { attributes: status(429) }, { error: true, throttle: true }],
    ['all else is neither', { attributes: status(200), status: { code: 1 } }, {}],
  ])('%s', (_rule, more, outcome) => {
    using spans = testSpans();
    const { error, fault, throttle } = spans.segmentOf(more) ?? {};
    expect({ error, fault, throttle }).toEqual(outcome);
  });

  test('has its exceptions as the cause', () => {
    using spans = testSpans();
    const attributes = [text('exception.type', 'TypeError'), text('exception.message', 'no items')];
    const events = [{ name: 'retry' }, { name: 'exception', attributes }];
    expect(spans.segmentOf({ status: failed, events })?.cause).toEqual({
      exceptions: [{ id: expect.stringMatching(/^[0-9a-f]{16}$/), type: 'TypeError', message: 'no items' }],
    });
  });

  test('has the message of its status as the cause, when nothing was thrown', () => {
    using spans = testSpans();
    expect(spans.segmentOf({ status: failed })?.cause).toMatchObject({
      exceptions: [{ message: 'no such order' }],
    });
  });
});

describe('a span is rejected, and the others are taken', () => {
  test.each<[string, (spans: ReturnType<typeof testSpans>) => object]>([
    ['with a trace id of another form', () => ({ traceId: 'abc' })],
    ['with a trace id of zeros', () => ({ traceId: '0'.repeat(32) })],
    ['without an id', () => ({ spanId: undefined })],
    ['without an end', () => ({ endTimeUnixNano: '0' })],
    ['that ends before it starts', ({ nanos, now }) => ({ endTimeUnixNano: nanos(now - 1) })],
    ['with a kind by name', () => ({ kind: 'SPAN_KIND_SERVER' })],
    ['of more than 200 KB', () => ({ attributes: [text('orderId', 'o'.repeat(200 * 1024))] })],
    [
      'of more than two hours in the future',
      ({ nanos, now }) => ({
        startTimeUnixNano: nanos(now + 2 * HOUR + 60),
        endTimeUnixNano: nanos(now + 3 * HOUR),
      }),
    ],
    ['of more than 14 days ago', ({ nanos, now }) => ({ startTimeUnixNano: nanos(now - 14 * DAY - 60) })],
  ])('%s', (_what, wrong) => {
    using spans = testSpans();
    expect(spans.put(spans.span(2, wrong(spans)), spans.span(1))).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.any(String) },
    });
    expect(spans.segments()).toMatchObject([{ id: '0000000000000001' }]);
  });
});

describe('a request', () => {
  test('may be compressed with gzip', () => {
    using spans = testSpans();
    const body = gzipSync(JSON.stringify(spans.requestOf([spans.span(1)])));
    expect(spans.send(body, { contentEncoding: 'gzip' })).toEqual({});
    expect(spans.segments()).toHaveLength(1);
  });

  test('may have no spans', () => {
    using spans = testSpans();
    expect(spans.send({})).toEqual({});
  });

  test.each<[string, (spans: ReturnType<typeof testSpans>) => unknown]>([
    ['that is no JSON', () => Buffer.from('{')],
    ['that is JSON of something else', () => ({ resourceSpans: 'orders' })],
    ['of more than 5 MB', () => ({ padding: 'x'.repeat(5 * 1024 * 1024) })],
    ['of more than 10,000 spans', ({ requestOf }) => requestOf(Array(10_001).fill({}))],
    [
      'with spans that are more than 24 hours apart',
      ({ requestOf, span, nanos, now }) =>
        requestOf([span(1), span(2, { startTimeUnixNano: nanos(now - DAY - 60) })]),
    ],
  ])('%s is refused as a whole', (_what, body) => {
    using spans = testSpans();
    expect(() => spans.send(body(spans))).toThrow(
      expect.objectContaining({ name: 'InvalidRequestException', status: 400 }),
    );
    expect(spans.segments()).toEqual([]);
  });

  test('that is larger than 5 MB without its compression is refused', () => {
    using spans = testSpans();
    const body = gzipSync(JSON.stringify({ padding: 'x'.repeat(5 * 1024 * 1024) }));
    expect(() => spans.send(body, { contentEncoding: 'gzip' })).toThrow('larger than');
  });

  test('that says gzip and is none is refused', () => {
    using spans = testSpans();
    expect(() => spans.send({}, { contentEncoding: 'gzip' })).toThrow('not compressed with gzip');
  });

  test.each([
    [{ contentType: 'text/plain' }, 'text/plain'],
    [{ contentEncoding: 'deflate' }, 'deflate'],
  ])('with %o is refused by name', (headers, name) => {
    using spans = testSpans();
    expect(() => spans.send({}, headers)).toThrow(
      expect.objectContaining({ status: 415, message: expect.stringContaining(name) }),
    );
  });

  test('needs the right to put spans', () => {
    using spans = testSpans();
    expect(spans.permissions.PutSpans({}, testCall(spans.cloud))).toEqual([
      { action: 'xray:PutSpans', resource: '*' },
    ]);
  });
});
