import type { TimeRangeType } from '@aws-sdk/client-xray';
import { describe, expect, test } from 'vitest';
import { testCall } from '../../testing.ts';
import { createXRay } from './index.ts';
import { testXRay } from './testing.ts';

const TRACE = '1-6910a000-0123456789abcdef01234567';

describe('a trace', () => {
  test('has the segments that were sent, in the order of their beginnings', () => {
    using xray = testXRay();
    expect(xray.put(xray.segment(2, { start_time: xray.at + 0.5 }), xray.segment(1))).toEqual([]);
    const [segments] = xray.read(xray.traceId(1));
    expect(segments?.map(({ id }) => id)).toEqual(['0000000000000001', '0000000000000002']);
  });

  test('shows a subsegment that was sent on its own under its parent, whichever came first', () => {
    using xray = testXRay();
    const of = (parent: number) => ({
      type: 'subsegment',
      parent_id: String(parent).padStart(16, '0'),
    });
    xray.put(xray.segment(3, { ...of(2), name: 'inner' }), xray.segment(2, { ...of(1), name: 'outer' }));
    expect(xray.read(xray.traceId(1))).toEqual([[]]);
    xray.put(xray.segment(1));
    expect(xray.read(xray.traceId(1))).toMatchObject([
      [{ name: 'orders', subsegments: [{ name: 'outer', subsegments: [{ name: 'inner' }] }] }],
    ]);
  });

  test('has the last of the documents with one id: a segment in progress is replaced when it ends', () => {
    using xray = testXRay();
    xray.put(xray.segment(1, { end_time: undefined, in_progress: true }));
    expect(xray.find()).toMatchObject([{ IsPartial: true }]);
    xray.put(xray.segment(1));
    expect(xray.find()).toMatchObject([{ IsPartial: false, Duration: 1 }]);
  });

  test('that nobody has sent is unprocessed', () => {
    using xray = testXRay();
    expect(xray.operations.BatchGetTraces({ TraceIds: [TRACE] })).toEqual({
      Traces: [],
      UnprocessedTraceIds: [TRACE],
    });
  });

  test('is gone after 30 days', async () => {
    using xray = testXRay();
    xray.put(xray.segment(1));
    await xray.cloud.clock.advance(30 * 24 * 3600 * 1000);
    expect(xray.read(xray.traceId(1))).toEqual([]);
  });

  test('cannot be read with more than four others at once', () => {
    using xray = testXRay();
    expect(() => xray.operations.BatchGetTraces({ TraceIds: Array(6).fill(TRACE) })).toThrow(
      expect.objectContaining({ name: 'InvalidRequestException' }),
    );
  });
});

describe('a document is not taken in, and the others are', () => {
  test.each([
    ['no JSON', '{', 'ParseError'],
    ['no trace id', { trace_id: undefined }, 'MissingTraceId'],
    ['a trace id of another form', { trace_id: 'trace-1' }, 'InvalidTraceId'],
    ['an id of another form', { id: '1' }, 'InvalidId'],
    ['no id', { id: undefined }, 'MissingId'],
    ['no name', { name: undefined }, 'MissingName'],
    ['a name with other symbols', { name: 'orders!' }, 'InvalidName'],
    ['a subsegment without a parent', { type: 'subsegment' }, 'InvalidSegment'],
    ['a type that is none', { type: 'span' }, 'InvalidSegment'],
    ['no end, and not in progress', { end_time: undefined }, 'MissingEndTime'],
    ['more than 64 KB', { metadata: 'x'.repeat(65_536) }, 'TooLarge'],
  ])('%s', (_what, wrong, ErrorCode) => {
    using xray = testXRay();
    const document = typeof wrong === 'string' ? wrong : JSON.stringify(xray.segment(2, wrong));
    const { UnprocessedTraceSegments } = xray.operations.PutTraceSegments({
      TraceSegmentDocuments: [document, JSON.stringify(xray.segment(1))],
    });
    expect(UnprocessedTraceSegments).toMatchObject([
      {
        ErrorCode,
        Message: expect.stringMatching(`^Invalid (sub)?segment. ErrorCode: ${ErrorCode}, Cause: null$`),
      },
    ]);
    expect(xray.read(xray.traceId(1))).toMatchObject([[{ id: '0000000000000001' }]]);
  });
});

describe('a summary', () => {
  test('tells duration, response time, faults, the http part of the root and annotations', () => {
    using xray = testXRay();
    const http = { request: { method: 'POST', url: 'https://shop/orders' }, response: { status: 502 } };
    xray.put(
      xray.segment(1, { http, fault: true, annotations: { orderId: 'o-1', total: 12, paid: false } }),
      xray.segment(2, { parent_id: '0000000000000001', name: 'worker', end_time: xray.at + 3 }),
    );
    expect(xray.find()).toMatchObject([
      {
        Id: xray.traceId(1),
        Duration: 3,
        ResponseTime: 1,
        HasFault: true,
        HasError: false,
        Http: { HttpURL: 'https://shop/orders', HttpMethod: 'POST', HttpStatus: 502 },
        Annotations: {
          orderId: [{ AnnotationValue: { StringValue: 'o-1' } }],
          total: [{ AnnotationValue: { NumberValue: 12 } }],
          paid: [{ AnnotationValue: { BooleanValue: false } }],
        },
        EntryPoint: { Name: 'orders' },
        ServiceIds: [{ Name: 'orders' }, { Name: 'worker' }],
      },
    ]);
  });

  describe('is of the traces whose', () => {
    /** The traces of an hour around a time that is so far from now. */
    function around(xray: ReturnType<typeof testXRay>, seconds: number, TimeRangeType?: TimeRangeType) {
      const at = (xray.at + seconds) * 1000;
      const { TraceSummaries = [] } = xray.operations.GetTraceSummaries({
        StartTime: new Date(at - 1_800_000),
        EndTime: new Date(at + 1_800_000),
        ...(TimeRangeType && { TimeRangeType }),
      });
      return TraceSummaries.length;
    }
    const [HOURS_4, HOURS_2] = [14_400, 7200];

    test('start is in the range: the id says when', () => {
      using xray = testXRay();
      const trace_id = xray.traceId(1, -HOURS_4);
      xray.put(xray.segment(1, { trace_id }));
      expect([around(xray, -HOURS_4), around(xray, 0)]).toEqual([1, 0]);
      expect(around(xray, -HOURS_4, 'TraceId')).toBe(1);
    });

    test('start is in the range: the first segment says when, if the id is a random one of the W3C', () => {
      using xray = testXRay();
      const trace_id = '1-4efaaf4d-1e8720b39541901950019ee5';
      xray.put(xray.segment(1, { trace_id, start_time: xray.at - HOURS_4 }), xray.segment(2, { trace_id }));
      expect([around(xray, -HOURS_4), around(xray, 0)]).toEqual([1, 0]);
    });

    test('last document came in the range, with Event', async () => {
      using xray = testXRay();
      xray.put(xray.segment(1));
      await xray.cloud.clock.advance(HOURS_2 * 1000);
      expect(around(xray, 0, 'Event')).toBe(1);
      xray.put(xray.segment(2));
      expect([around(xray, HOURS_2, 'Event'), around(xray, 0, 'Event')]).toEqual([1, 0]);
    });

    test('segments end in the range, one at least, with Service', () => {
      using xray = testXRay();
      xray.put(xray.segment(1), xray.segment(2, { end_time: xray.at + HOURS_4 }));
      const found = [0, HOURS_2, HOURS_4].map((seconds) => around(xray, seconds, 'Service'));
      expect(found).toEqual([1, 0, 1]);
    });

    test('something else cannot be asked for', () => {
      using xray = testXRay();
      expect(() => around(xray, 0, 'Birthday' as TimeRangeType)).toThrow('Birthday');
    });
  });

  test('comes in pages', () => {
    using xray = testXRay();
    for (let index = 0; index < 150; index++)
      xray.put(xray.segment(index, { trace_id: xray.traceId(index) }));
    const range = { StartTime: new Date((xray.at - 9) * 1000), EndTime: new Date((xray.at + 9) * 1000) };
    const first = xray.operations.GetTraceSummaries(range);
    const second = xray.operations.GetTraceSummaries({ ...range, NextToken: first.NextToken });
    expect(first.TraceSummaries).toHaveLength(100);
    expect(second.TraceSummaries).toHaveLength(50);
    expect(second).not.toHaveProperty('NextToken');
  });

  test('is not of a time range that ends before it begins', () => {
    using xray = testXRay();
    const now = new Date();
    expect(() => xray.operations.GetTraceSummaries({ StartTime: now, EndTime: now })).toThrow(
      expect.objectContaining({ name: 'InvalidRequestException' }),
    );
  });
});

describe('a filter expression', () => {
  const http = { request: { method: 'POST', url: 'https://shop/api/orders' }, response: { status: 500 } };
  test.each([
    ['fault', true],
    ['error', false],
    ['!error', true],
    ['ok', false],
    ['responsetime > 0.5', true],
    ['duration >= 2', false],
    ['http.status = 500', true],
    ['http.url CONTAINS "/api/"', true],
    ['http.method = "GET"', false],
    ['annotation.orderId = "o-1"', true],
    ['annotation[orderId] = "o-2"', false],
    ['annotation[orderId] BEGINSWITH "o"', true],
    ['annotation.missing', false],
    ['service("orders")', true],
    ['service("nobody")', false],
    ['service("orders") { fault }', true],
    ['service("orders") { error }', false],
    ['fault AND http.status = 404', false],
    ['fault OR error AND throttle', true],
    ['(fault OR error) AND throttle', false],
    ['user = "ada"', true],
  ])('%s', (expression, found) => {
    using xray = testXRay();
    xray.put(xray.segment(1, { http, fault: true, user: 'ada', annotations: { orderId: 'o-1' } }));
    expect(xray.find(expression)).toHaveLength(found ? 1 : 0);
  });

  test.each(['fault AND', '(fault', 'http.status =', '= 5', 'fault error', '%'])(
    '%s is none',
    (expression) => {
      using xray = testXRay();
      expect(() => xray.find(expression)).toThrow(
        expect.objectContaining({ name: 'InvalidRequestException' }),
      );
    },
  );

  test('with a keyword that this account has not is refused by name', () => {
    using xray = testXRay();
    expect(() => xray.find('edge("a", "b")')).toThrow('edge');
  });
});

test.each([
  ['PutTraceSegments', 'TraceSegmentDocuments'],
  ['BatchGetTraces', 'TraceIds'],
] as const)('%s needs its %s', (operation, member) => {
  using xray = testXRay();
  expect(() => xray.operations[operation]({} as never)).toThrow(
    expect.objectContaining({ name: 'InvalidRequestException', message: `${member} are required.` }),
  );
});

test('a sample of the summaries is refused by name', () => {
  using xray = testXRay();
  const range = { StartTime: new Date(0), EndTime: new Date(1) };
  expect(() => xray.operations.GetTraceSummaries({ ...range, Sampling: true })).toThrow('sample');
});

test('the default sampling rule is one request a second, and five in a hundred of the others', () => {
  using xray = testXRay();
  expect(xray.operations.GetSamplingRules({}).SamplingRuleRecords).toMatchObject([
    { SamplingRule: { RuleName: 'Default', ReservoirSize: 1, FixedRate: 0.05 } },
  ]);
});

test('a daemon’s own records are taken in', () => {
  using xray = testXRay();
  const record = { Timestamp: new Date(), SegmentsSentCount: 1 };
  expect(xray.operations.PutTelemetryRecords({ TelemetryRecords: [record] })).toEqual({});
});

test('each operation needs the permission of its name', () => {
  using xray = testXRay();
  const { permissions } = createXRay(xray.cloud);
  const needed = permissions.PutTraceSegments({ TraceSegmentDocuments: [] }, testCall(xray.cloud));
  expect(needed).toEqual([{ action: 'xray:PutTraceSegments', resource: '*' }]);
});
