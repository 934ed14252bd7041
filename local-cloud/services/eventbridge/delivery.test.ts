import { describe, expect, it } from 'vitest';
import { AwsError } from '../../errors.ts';
import { testEventBridge } from './testing.ts';

const DAY_MS = 86_400_000;
const TRACE_HEADER = 'Root=1-6910a000-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1';
const serverError = () => new AwsError('ServiceException', 'Lambda is unwell.', { status: 500 });

describe('an event', () => {
  it('arrives in the envelope that AWS documents, its time to the second', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders');
    await bridge.createRule([{ Arn: bridge.arn('orders') }]);
    const { EventId } = await bridge.put(
      { orderId: 'o-1' },
      { Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['arn:aws:s3:::a'] },
    );
    const [message] = await bridge.messages('orders');
    expect(message?.body).toBe(
      JSON.stringify({
        version: '0',
        id: EventId,
        'detail-type': 'Order Created',
        source: 'shop.orders',
        account: '123456789012',
        time: '2026-01-02T03:04:05Z',
        region: 'us-east-1',
        resources: ['arn:aws:s3:::a'],
        detail: { orderId: 'o-1' },
      }),
    );
    expect(message?.attributes).toEqual({});
  });

  it('without a time has the time at which it was put', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders');
    await bridge.createRule([{ Arn: bridge.arn('orders') }]);
    const now = new Date(bridge.cloud.clock.now()).toISOString().slice(0, 16);
    await bridge.put();
    const [message] = await bridge.messages('orders');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      time: expect.stringContaining(now),
      resources: [],
    });
  });

  it('goes to every target of every rule that it matches', async () => {
    using bridge = testEventBridge();
    for (const queue of ['a', 'b', 'c']) await bridge.createQueue(queue);
    await bridge.createRule([{ Arn: bridge.arn('a') }, { Arn: bridge.arn('b') }], { Name: 'first' });
    await bridge.createRule([{ Arn: bridge.arn('b') }], { Name: 'second' });
    await bridge.createRule([{ Arn: bridge.arn('c') }], {
      Name: 'third',
      pattern: { source: ['shop.billing'] },
    });
    await bridge.put();
    const counts = await Promise.all(
      ['a', 'b', 'c'].map(async (queue) => (await bridge.messages(queue)).length),
    );
    expect(counts).toEqual([1, 2, 0]);
  });

  it('meets only the rules of its own bus, and none that is disabled', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('a');
    await bridge.createQueue('b');
    await bridge.events.CreateEventBus({ Name: 'shop' }, bridge.call());
    await bridge.createRule([{ Arn: bridge.arn('a') }], { EventBusName: 'shop' });
    await bridge.createRule([{ Arn: bridge.arn('b') }]);
    await bridge.events.DisableRule({ Name: 'orders' }, bridge.call());
    await bridge.put();
    await bridge.put({}, { EventBusName: 'shop' });
    await bridge.put({}, { EventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/shop' });
    expect((await bridge.messages('a')).length).toBe(2);
    expect(await bridge.messages('b')).toEqual([]);
  });

  it('of an AWS service meets the rules of the default bus', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }], { pattern: { source: ['aws.s3'] } });
    const id = bridge.publish({
      source: 'aws.s3',
      detailType: 'Object Created',
      detail: { bucket: { name: 'b' } },
    });
    await bridge.cloud.clock.advance(1);
    expect(bridge.invocations).toMatchObject([
      { payload: { id, source: 'aws.s3', detail: { bucket: { name: 'b' } } } },
    ]);
  });

  it('is recorded in the journal, from the rule to the target', async () => {
    using bridge = testEventBridge();
    const RuleArn = await bridge.createRule([{ Arn: bridge.functionArn }]);
    const { EventId } = await bridge.put();
    expect(bridge.cloud.journal.read().filter(({ type }) => type === 'delivery')).toMatchObject([
      { from: RuleArn, to: bridge.functionArn, messageIds: [EventId] },
    ]);
  });
});

describe('a function', () => {
  it('is invoked by the service, on behalf of the rule, with the trace header', async () => {
    using bridge = testEventBridge();
    const RuleArn = await bridge.createRule([{ Arn: bridge.functionArn }]);
    await bridge.put({ orderId: 'o-2' }, { TraceHeader: TRACE_HEADER });
    expect(bridge.invocations).toMatchObject([
      {
        functionArn: bridge.functionArn,
        payload: { source: 'shop.orders', detail: { orderId: 'o-2' } },
        call: {
          principal: { type: 'service', service: 'events.amazonaws.com', sourceArn: RuleArn },
          traceHeader: TRACE_HEADER,
        },
      },
    ]);
  });
});

describe('a trace header', () => {
  /** What the message of a queue says of its trace, after an event was put. */
  async function traceOf(bridge: ReturnType<typeof testEventBridge>, put: object, call: object = {}) {
    await bridge.createQueue('orders');
    await bridge.createRule([{ Arn: bridge.arn('orders') }]);
    const entry = { Source: 'shop.orders', DetailType: 'Order Created', Detail: '{}', ...put };
    await bridge.events.PutEvents({ Entries: [entry] }, bridge.call(call));
    return bridge.traceHeaders('orders');
  }

  it('of an entry goes with the message that a queue gets', async () => {
    using bridge = testEventBridge();
    expect(await traceOf(bridge, { TraceHeader: TRACE_HEADER })).toEqual([TRACE_HEADER]);
  });

  it('of the request goes with the message when the entry has none', async () => {
    using bridge = testEventBridge();
    expect(await traceOf(bridge, {}, { traceHeader: TRACE_HEADER })).toEqual([TRACE_HEADER]);
  });

  it('that is none is dropped, and the event arrives', async () => {
    using bridge = testEventBridge();
    expect(await traceOf(bridge, { TraceHeader: 'Root=orders' })).toEqual([undefined]);
  });

  it('goes into the dead-letter queue with the event', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed');
    await bridge.createRule([{ Arn: bridge.arn('gone'), DeadLetterConfig: { Arn: bridge.arn('failed') } }]);
    await bridge.put({}, { TraceHeader: TRACE_HEADER });
    expect(await bridge.traceHeaders('failed')).toEqual([TRACE_HEADER]);
  });
});

describe('a FIFO queue', () => {
  it('gets events in the group of the target', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    await bridge.createRule([{ Arn: bridge.arn('orders.fifo'), SqsParameters: { MessageGroupId: 'all' } }]);
    await bridge.put();
    expect(await bridge.messages('orders.fifo')).toMatchObject([{ groupId: 'all' }]);
  });
});

describe('a failure that will not pass', () => {
  it('missing permission: straight to the dead-letter queue, the event as body, with what went wrong', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders', { allowed: false });
    await bridge.createQueue('failed');
    const RuleArn = await bridge.createRule([
      { Arn: bridge.arn('orders'), DeadLetterConfig: { Arn: bridge.arn('failed') }, InputPath: '$.detail' },
    ]);
    const { EventId } = await bridge.put({ orderId: 'o-1' });
    const [message] = await bridge.messages('failed');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ id: EventId, detail: { orderId: 'o-1' } });
    expect(message?.attributes).toEqual({
      RULE_ARN: RuleArn,
      TARGET_ARN: bridge.arn('orders'),
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringContaining(
        'events.amazonaws.com is not authorized to perform: sqs:sendmessage',
      ),
      RETRY_ATTEMPTS: '0',
    });
    expect(bridge.cloud.journal.read().filter(({ type }) => type === 'retry')).toEqual([]);
  });

  it('missing target: straight to the dead-letter queue', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed');
    await bridge.createRule([{ Arn: bridge.arn('gone'), DeadLetterConfig: { Arn: bridge.arn('failed') } }]);
    await bridge.put();
    expect(await bridge.messages('failed')).toMatchObject([
      { attributes: { ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' } },
    ]);
  });

  it('a request that the target refuses: straight to the dead-letter queue', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('small', { MaximumMessageSize: '1024' });
    await bridge.createQueue('failed');
    await bridge.createRule([{ Arn: bridge.arn('small'), DeadLetterConfig: { Arn: bridge.arn('failed') } }]);
    await bridge.put({ text: 'x'.repeat(2000) });
    expect(await bridge.messages('failed')).toMatchObject([
      { attributes: { ERROR_CODE: 'INVALID_PARAMETER', RETRY_ATTEMPTS: '0' } },
    ]);
  });

  it('loses the event when the dead-letter queue does not let the rule in', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed', { allowed: false });
    await bridge.createRule([{ Arn: bridge.arn('gone'), DeadLetterConfig: { Arn: bridge.arn('failed') } }]);
    await bridge.put();
    expect(await bridge.messages('failed')).toEqual([]);
    expect(bridge.cloud.journal.read().filter(({ type }) => type === 'denial')).toMatchObject([
      { principal: 'events.amazonaws.com', action: 'sqs:SendMessage', resource: bridge.arn('failed') },
    ]);
  });

  it('of one target leaves the others alone', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders');
    await bridge.createRule([{ Arn: bridge.arn('gone') }, { Arn: bridge.arn('orders') }]);
    await bridge.put();
    expect((await bridge.messages('orders')).length).toBe(1);
  });
});

describe('a failure that may pass', () => {
  it('is retried with growing, random delays until it has passed', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    for (let count = 0; count < 4; count++) bridge.failures.push(serverError());
    const started = bridge.cloud.clock.now();
    await bridge.put();
    await bridge.cloud.clock.advance(60_000);
    expect(bridge.invocations.length).toBe(5);
    const retries = bridge.cloud.journal.read().flatMap((entry) => (entry.type === 'retry' ? [entry] : []));
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    for (const [index, { delayMs }] of retries.entries()) {
      expect(delayMs).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(delayMs).toBeLessThanOrEqual(1000 * 2 ** index);
    }
    const waited = retries.reduce((sum, { delayMs }) => sum + delayMs, 0);
    expect((bridge.invocations[4]?.at ?? 0) - started).toBeGreaterThanOrEqual(waited);
  });

  it('has the same delays with the same seed', async () => {
    const delays = async (seed: number) => {
      using bridge = testEventBridge({ seed });
      await bridge.createRule([{ Arn: bridge.functionArn }]);
      for (let count = 0; count < 3; count++) bridge.failures.push(serverError());
      await bridge.put();
      await bridge.cloud.clock.advance(60_000);
      return bridge.cloud.journal.read().flatMap((entry) => (entry.type === 'retry' ? [entry.delayMs] : []));
    };
    expect(await delays(7)).toEqual(await delays(7));
    expect(await delays(7)).not.toEqual(await delays(8));
  });

  it('ends in the dead-letter queue after the retries of the policy', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed');
    await bridge.createRule([
      {
        Arn: bridge.functionArn,
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: bridge.arn('failed') },
      },
    ]);
    for (let count = 0; count < 10; count++)
      bridge.failures.push(new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 }));
    await bridge.put();
    await bridge.cloud.clock.advance(3_600_000);
    expect(bridge.invocations.length).toBe(4);
    expect(await bridge.messages('failed')).toMatchObject([
      {
        attributes: {
          ERROR_CODE: 'THROTTLING',
          ERROR_MESSAGE: 'Rate Exceeded.',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '3',
        },
      },
    ]);
  });

  it('is not retried at all where the policy says so', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed');
    await bridge.createRule([
      {
        Arn: bridge.functionArn,
        RetryPolicy: { MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: bridge.arn('failed') },
      },
    ]);
    bridge.failures.push(serverError());
    await bridge.put();
    expect(await bridge.messages('failed')).toMatchObject([
      { attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '0' } },
    ]);
  });

  it('ends in the dead-letter queue when the event is too old', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('failed');
    await bridge.createRule([
      {
        Arn: bridge.functionArn,
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: bridge.arn('failed') },
      },
    ]);
    for (let count = 0; count < 100; count++) bridge.failures.push(serverError());
    await bridge.put();
    await bridge.cloud.clock.advance(50_000);
    expect(await bridge.messages('failed')).toEqual([]);
    await bridge.cloud.clock.advance(15_000);
    expect(await bridge.messages('failed')).toMatchObject([
      {
        attributes: {
          EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
          ERROR_CODE: 'ERROR_FROM_TARGET',
        },
      },
    ]);
  });

  it('is retried 185 times within a day by default', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    for (let count = 0; count < 500; count++) bridge.failures.push(serverError());
    await bridge.put();
    await bridge.cloud.clock.advance(DAY_MS);
    expect(bridge.invocations.length).toBe(186);
    await bridge.cloud.clock.advance(DAY_MS);
    expect(bridge.invocations.length).toBe(186);
  });

  it('is a fault of the queue too', async () => {
    using bridge = testEventBridge();
    await bridge.createQueue('orders');
    await bridge.createRule([{ Arn: bridge.arn('orders') }]);
    bridge.faults.inject({
      kind: 'error',
      service: 'sqs',
      operation: 'SendMessage',
      code: 'ServiceUnavailable',
      status: 503,
      times: 1,
    });
    await bridge.put();
    expect(await bridge.messages('orders')).toEqual([]);
    await bridge.cloud.clock.advance(5_000);
    expect((await bridge.messages('orders')).length).toBe(1);
  });
});
