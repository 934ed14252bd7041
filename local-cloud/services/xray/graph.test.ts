import { describe, expect, test } from 'vitest';
import { testXRay } from './testing.ts';

const id = (number: number) => String(number).padStart(16, '0');

/** A call of the orders table, as the SDK's segment tells of it. */
const tableCall = (more: object = {}) => ({
  id: id(11),
  name: 'DynamoDB',
  namespace: 'aws',
  aws: { operation: 'PutItem', table_name: 'orders-table' },
  ...more,
});

function graphOf(xray: ReturnType<typeof testXRay>, hours = 1) {
  const { Services = [], ...rest } = xray.operations.GetServiceGraph({
    StartTime: new Date((xray.at - 60) * 1000),
    EndTime: new Date((xray.at - 60 + hours * 3600) * 1000),
  });
  const called = new Map(Services.map((service) => [service.ReferenceId, service.Name]));
  return {
    ...rest,
    services: Services,
    named: (name: string, type?: string) =>
      Services.find(({ Name, Type }) => Name === name && (type === undefined || Type === type)),
    /** All but the clients. */
    own: Services.filter(({ Type }) => Type !== 'client'),
    /** `caller → called` */
    arrows: Services.flatMap(({ Name, Type, Edges = [] }) =>
      Edges.map((edge) => `${Type === 'client' ? 'client' : Name} → ${called.get(edge.ReferenceId)}`),
    ),
  };
}

describe('the service graph', () => {
  test('leads from the clients to a service, and from it to the resources that it calls', () => {
    using xray = testXRay();
    const { at } = xray;
    const call = tableCall({ start_time: at + 0.2, end_time: at + 0.5 });
    xray.put(xray.segment(1, { origin: 'AWS::Lambda::Function', subsegments: [call] }));
    const graph = graphOf(xray);
    expect(graph.arrows).toEqual(['client → orders', 'orders → orders-table']);
    expect(graph.named('orders', 'AWS::Lambda::Function')).toMatchObject({
      Names: ['orders'],
      Root: true,
      State: 'active',
      SummaryStatistics: { OkCount: 1, TotalCount: 1, TotalResponseTime: 1 },
      DurationHistogram: [{ Value: 1, Count: 1 }],
    });
    expect(graph.named('orders-table')).toMatchObject({
      Type: 'AWS::DynamoDB::Table',
      State: 'unknown',
      Edges: [],
      ResponseTimeHistogram: [{ Value: 0.3, Count: 1 }],
    });
    expect(graph.ContainsOldGroupVersions).toBe(false);
  });

  test('tells of clients no more than their edges', () => {
    using xray = testXRay();
    xray.put(xray.segment(1));
    const client = graphOf(xray).named('orders', 'client');
    expect(client).not.toHaveProperty('SummaryStatistics');
    expect(client).not.toHaveProperty('Root');
    expect(client?.Edges).toMatchObject([{ SummaryStatistics: { TotalCount: 1 }, Aliases: [] }]);
  });

  test('has one node for a service, whatever the number of its traces', () => {
    using xray = testXRay();
    for (const trace of [1, 2, 3]) xray.put(xray.segment(trace, { trace_id: xray.traceId(trace) }));
    const { services, own } = graphOf(xray);
    expect(services).toHaveLength(2);
    expect(own).toMatchObject([{ Name: 'orders', SummaryStatistics: { TotalCount: 3 } }]);
  });

  test('counts each request once: as ok, throttled, another error or a fault', () => {
    using xray = testXRay();
    const ends = [
      {},
      { error: true, throttle: true },
      { error: true },
      { fault: true },
      { fault: true, error: true },
    ];
    for (const [index, how] of ends.entries()) {
      xray.put(xray.segment(index + 1, { trace_id: xray.traceId(index + 1), ...how }));
    }
    expect(graphOf(xray).own[0]?.SummaryStatistics).toMatchObject({
      OkCount: 1,
      ErrorStatistics: { ThrottleCount: 1, OtherCount: 1, TotalCount: 2 },
      FaultStatistics: { OtherCount: 2, TotalCount: 2 },
      TotalCount: 5,
      TotalResponseTime: 5,
    });
  });

  test('leads to the service that answered a call, not to a resource of its name', () => {
    using xray = testXRay();
    const { at } = xray;
    const call = { id: id(11), name: 'stock', namespace: 'remote', start_time: at, end_time: at + 1 };
    xray.put(
      xray.segment(1, { subsegments: [call] }),
      xray.segment(2, { name: 'stock', parent_id: id(11), origin: 'AWS::Lambda::Function' }),
    );
    const graph = graphOf(xray);
    expect(graph.arrows).toEqual(['client → orders', 'orders → stock']);
    expect(graph.named('stock')).toMatchObject({ Type: 'AWS::Lambda::Function', State: 'active' });
  });

  test('leads from a queue to who took its messages, with how old they were', () => {
    using xray = testXRay();
    const { at } = xray;
    const send = {
      id: id(11),
      name: 'SQS',
      namespace: 'aws',
      start_time: at,
      end_time: at + 1,
      aws: {
        operation: 'SendMessage',
        queue_url: 'https://sqs.us-east-1.amazonaws.com/123456789012/orders-queue',
      },
    };
    xray.put(xray.segment(1, { name: 'shop', subsegments: [send] }));
    xray.put(
      xray.segment(2, {
        name: 'worker',
        trace_id: xray.traceId(2),
        start_time: at + 3,
        end_time: at + 4,
        links: [{ trace_id: xray.traceId(1), id: id(11) }],
      }),
    );
    const graph = graphOf(xray);
    expect(graph.arrows).toEqual(['client → shop', 'shop → orders-queue', 'orders-queue → worker']);
    expect(graph.named('orders-queue')?.Edges).toMatchObject([
      {
        EdgeType: 'link',
        ReceivedEventAgeHistogram: [{ Value: 2, Count: 1 }],
        ResponseTimeHistogram: [],
      },
    ]);
  });

  test('is of the segments that ran in the time that is asked for', () => {
    using xray = testXRay();
    xray.put(xray.segment(1, { start_time: xray.at - 600, end_time: xray.at - 500 }));
    expect(graphOf(xray).services).toEqual([]);
  });

  test.each([
    ['longer than six hours', 7, 'Time range cannot be longer than 6 hours'],
    ['that ends before it begins', -1, 'The end of the time range is not after its beginning.'],
  ])('is refused for a time %s', (_, hours, message) => {
    using xray = testXRay();
    expect(() => graphOf(xray, hours)).toThrow(
      expect.objectContaining({ name: 'InvalidRequestException', message }),
    );
  });

  test('of a group is refused by name', () => {
    using xray = testXRay();
    const range = { StartTime: new Date(0), EndTime: new Date(1000) };
    expect(() => xray.operations.GetServiceGraph({ ...range, GroupName: 'mine' })).toThrow(
      'A group in X-Ray is not supported by the local cloud.',
    );
  });

  test('of single traces is made of them alone; ids that nobody has sent add nothing', () => {
    using xray = testXRay();
    xray.put(xray.segment(1), xray.segment(2, { name: 'stock', trace_id: xray.traceId(2) }));
    const { Services } = xray.operations.GetTraceGraph({ TraceIds: [xray.traceId(2), xray.traceId(3)] });
    expect(Services?.map(({ Name }) => Name)).toEqual(['stock', 'stock']);
    expect(() => xray.operations.GetTraceGraph({ TraceIds: ['nonsense'] })).toThrow(
      'Invalid trace id: nonsense',
    );
  });
});

describe('a trace', () => {
  test('has a segment for each call of a service that sends none, the same each time', () => {
    using xray = testXRay();
    const call = tableCall({ start_time: xray.at, end_time: xray.at + 1, error: true });
    xray.put(xray.segment(1, { subsegments: [call] }));
    const [segments] = xray.read(xray.traceId(1));
    expect(segments).toMatchObject([
      { name: 'orders' },
      { name: 'DynamoDB', inferred: true, parent_id: id(11), origin: 'AWS::DynamoDB::Table', error: true },
    ]);
    expect(xray.read(xray.traceId(1))).toEqual([segments]);
  });

  test('has none for a call that waits for the segment of a traced service', () => {
    using xray = testXRay();
    const call = { id: id(11), name: 'stock', namespace: 'remote', http: { request: { traced: true } } };
    xray.put(xray.segment(1, { subsegments: [{ ...call, start_time: xray.at, end_time: xray.at + 1 }] }));
    expect(xray.read(xray.traceId(1))[0]).toHaveLength(1);
  });
});

describe('the cause of a fault', () => {
  test('is the way to the part that failed by itself, and whether all on it failed', () => {
    using xray = testXRay();
    const { at } = xray;
    const cause = { exceptions: [{ id: id(99), type: 'Throttled', message: 'too fast' }] };
    const call = tableCall({ start_time: at, end_time: at + 1, fault: true, cause });
    xray.put(xray.segment(1, { fault: true, subsegments: [call] }));
    xray.put(xray.segment(2, { trace_id: xray.traceId(2), subsegments: [{ ...call, id: id(12) }] }));
    const causes = xray.find().map(({ FaultRootCauses }) => FaultRootCauses);
    expect(causes.flat().map((found) => found?.ClientImpacting)).toEqual([false, true]);
    expect(causes[1]?.[0]?.Services).toMatchObject([
      {
        Name: 'orders',
        Inferred: false,
        EntityPath: [{ Name: 'orders' }, { Name: 'DynamoDB', Remote: true }],
      },
      {
        Name: 'orders-table',
        Type: 'AWS::DynamoDB::Table',
        Inferred: true,
        EntityPath: [{ Exceptions: [{ Name: 'Throttled', Message: 'too fast' }] }],
      },
    ]);
  });
});

describe('sampling', () => {
  test('has targets for the rule that every account has: how much may be sampled, until when', () => {
    using xray = testXRay();
    const statistics = {
      ClientID: 'abc',
      Timestamp: new Date(xray.at * 1000),
      RequestCount: 10,
      SampledCount: 2,
    };
    const result = xray.operations.GetSamplingTargets({
      SamplingStatisticsDocuments: ['Default', 'mine'].map((RuleName) => ({ ...statistics, RuleName })),
    });
    expect(result.SamplingTargetDocuments).toEqual([
      {
        RuleName: 'Default',
        FixedRate: 0.05,
        ReservoirQuota: 1,
        ReservoirQuotaTTL: new Date(xray.cloud.clock.now() + 300_000),
        Interval: 10,
      },
    ]);
    expect(result.UnprocessedStatistics).toMatchObject([{ RuleName: 'mine' }]);
    expect(xray.operations.GetSamplingStatisticSummaries({}).SamplingStatisticSummaries).toMatchObject([
      { RuleName: 'Default', RequestCount: 10, SampledCount: 2, BorrowCount: 0 },
    ]);
  });
});
