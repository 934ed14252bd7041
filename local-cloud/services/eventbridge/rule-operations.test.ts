import { describe, expect, it, test } from 'vitest';
import { testEventBridge } from './testing.ts';

const PATTERN = JSON.stringify({ source: ['shop.orders'] });
const ACCOUNT = '123456789012';
const ARN = `arn:aws:events:us-east-1:${ACCOUNT}`;

describe('rules', () => {
  it('have an ARN with the bus, unless it is the default one', async () => {
    using bridge = testEventBridge();
    await bridge.events.CreateEventBus({ Name: 'shop' }, bridge.call());
    expect(await bridge.createRule([{ Arn: bridge.functionArn }])).toBe(`${ARN}:rule/orders`);
    expect(await bridge.createRule([{ Arn: bridge.functionArn }], { EventBusName: 'shop' })).toBe(
      `${ARN}:rule/shop/orders`,
    );
  });

  it('are described as they were put', async () => {
    using bridge = testEventBridge();
    await bridge.events.PutRule({ Name: 'orders', EventPattern: PATTERN, Description: 'All' }, bridge.call());
    expect(await bridge.events.DescribeRule({ Name: 'orders' }, bridge.call())).toEqual({
      Name: 'orders',
      Arn: `${ARN}:rule/orders`,
      EventPattern: PATTERN,
      State: 'ENABLED',
      Description: 'All',
      EventBusName: 'default',
      CreatedBy: ACCOUNT,
    });
  });

  it('are replaced as a whole by a second PutRule, but keep their targets', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    await bridge.events.PutRule(
      { Name: 'orders', EventPattern: PATTERN, Description: 'All', State: 'DISABLED' },
      bridge.call(),
    );
    await bridge.events.PutRule({ Name: 'orders', EventPattern: '{"source": ["x"]}' }, bridge.call());
    const rule = await bridge.events.DescribeRule({ Name: 'orders' }, bridge.call());
    expect(rule).toMatchObject({ EventPattern: '{"source": ["x"]}', State: 'ENABLED' });
    expect(rule.Description).toBeUndefined();
    expect((await bridge.events.ListTargetsByRule({ Rule: 'orders' }, bridge.call())).Targets?.length).toBe(
      1,
    );
  });

  it('are enabled and disabled', async () => {
    using bridge = testEventBridge();
    await bridge.events.PutRule({ Name: 'orders', EventPattern: PATTERN }, bridge.call());
    await bridge.events.DisableRule({ Name: 'orders' }, bridge.call());
    expect(await bridge.events.ListRules({}, bridge.call())).toMatchObject({
      Rules: [{ State: 'DISABLED' }],
    });
    await bridge.events.EnableRule({ Name: 'orders' }, bridge.call());
    expect(await bridge.events.ListRules({}, bridge.call())).toMatchObject({ Rules: [{ State: 'ENABLED' }] });
  });

  it('are listed by prefix and by target', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }], { Name: 'b' });
    await bridge.createRule([{ Arn: bridge.functionArn }], { Name: 'a' });
    await bridge.createRule([{ Arn: bridge.arn('q') }], { Name: 'ab' });
    const { Rules } = await bridge.events.ListRules({ NamePrefix: 'a' }, bridge.call());
    expect(Rules?.map(({ Name }) => Name)).toEqual(['a', 'ab']);
    const { RuleNames } = await bridge.events.ListRuleNamesByTarget(
      { TargetArn: bridge.functionArn },
      bridge.call(),
    );
    expect(RuleNames).toEqual(['a', 'b']);
  });

  it('that are not there', async () => {
    using bridge = testEventBridge();
    await expect(bridge.events.DescribeRule({ Name: 'nope' }, bridge.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule nope does not exist on EventBus default.',
    });
    await bridge.events.DeleteRule({ Name: 'nope' }, bridge.call());
  });

  it('are not deleted while they have targets', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    await expect(bridge.events.DeleteRule({ Name: 'orders' }, bridge.call())).rejects.toThrow(
      "Rule can't be deleted since it has targets.",
    );
    await bridge.events.RemoveTargets({ Rule: 'orders', Ids: ['target-0'] }, bridge.call());
    await bridge.events.DeleteRule({ Name: 'orders' }, bridge.call());
    expect((await bridge.events.ListRules({}, bridge.call())).Rules).toEqual([]);
  });

  it('need a pattern', async () => {
    using bridge = testEventBridge();
    await expect(bridge.events.PutRule({ Name: 'orders' }, bridge.call())).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    });
    await expect(
      bridge.events.PutRule({ Name: 'orders', EventPattern: '{"source": "shop"}' }, bridge.call()),
    ).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: expect.stringMatching(
        /^Event pattern is not valid\. Reason: "source" must be an object or an array/,
      ),
    });
  });

  it('on a schedule are refused by name', async () => {
    using bridge = testEventBridge();
    await expect(
      bridge.events.PutRule({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' }, bridge.call()),
    ).rejects.toThrow("PutRule's ScheduleExpression is not supported by the local cloud.");
  });

  it('are 300 at most on a bus', async () => {
    using bridge = testEventBridge();
    const put = (Name: string) => bridge.events.PutRule({ Name, EventPattern: PATTERN }, bridge.call());
    for (let count = 0; count < 300; count++) await put(`rule-${count}`);
    await expect(put('one-more')).rejects.toMatchObject({ name: 'LimitExceededException' });
    await put('rule-7');
  });
});

describe('targets', () => {
  it('are put, listed in order of their ids, replaced and removed', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([
      { Id: 'b', Arn: bridge.functionArn },
      { Id: 'a', Arn: bridge.arn('q') },
    ]);
    await bridge.events.PutTargets(
      { Rule: 'orders', Targets: [{ Id: 'b', Arn: bridge.arn('r') }] },
      bridge.call(),
    );
    const { Targets } = await bridge.events.ListTargetsByRule({ Rule: 'orders' }, bridge.call());
    expect(Targets).toEqual([
      { Id: 'a', Arn: bridge.arn('q') },
      { Id: 'b', Arn: bridge.arn('r') },
    ]);
    expect(await bridge.events.RemoveTargets({ Rule: 'orders', Ids: ['a', 'b'] }, bridge.call())).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    expect((await bridge.events.ListTargetsByRule({ Rule: 'orders' }, bridge.call())).Targets).toEqual([]);
  });

  it('are five at most for a rule', async () => {
    using bridge = testEventBridge();
    const targets = [1, 2, 3, 4, 5].map((id) => ({ Id: `t${id}`, Arn: bridge.functionArn }));
    await bridge.createRule(targets);
    await expect(
      bridge.events.PutTargets(
        { Rule: 'orders', Targets: [{ Id: 't6', Arn: bridge.functionArn }] },
        bridge.call(),
      ),
    ).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
  });

  const fifo = `arn:aws:sqs:us-east-1:${ACCOUNT}:orders.fifo`;
  const at = (path: string, value: string, rule: string) =>
    `1 validation error detected: Value '${value}' at 'targets.1.member.${path}' failed to satisfy constraint: Member must ${rule}`;

  test.each<[string, object, string]>([
    [
      'an id with other characters',
      { Id: '!@#$@!#$' },
      at('id', '!@#$@!#$', 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+'),
    ],
    ['a long id', { Id: 'x'.repeat(65) }, at('id', 'x'.repeat(65), 'have length less than or equal to 64')],
    [
      'what is no ARN',
      { Arn: 'notifier' },
      'Parameter notifier is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      'a FIFO queue without a group',
      { Arn: fifo },
      'Parameter(s) SqsParameters must be specified for target: t.',
    ],
    [
      'a FIFO queue with an empty group',
      { Arn: fifo, SqsParameters: {} },
      'Parameter(s) MessageGroupId must be specified for target: t.',
    ],
    [
      'two inputs',
      { Input: '{}', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
    ],
    ['an input that is not JSON', { Input: 'hello' }, 'JSON syntax error in input for target t.'],
    [
      'an unknown placeholder',
      { InputTransformer: { InputTemplate: '"<x>"' } },
      'InputTemplate for target t contains invalid placeholder x.',
    ],
    [
      'a short age',
      { RetryPolicy: { MaximumEventAgeInSeconds: 59 } },
      at('retryPolicy.maximumEventAgeInSeconds', '59', 'have value greater than or equal to 60'),
    ],
    [
      'a long age',
      { RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } },
      at('retryPolicy.maximumEventAgeInSeconds', '86401', 'have value less than or equal to 86400'),
    ],
    [
      'many retries',
      { RetryPolicy: { MaximumRetryAttempts: 186 } },
      at('retryPolicy.maximumRetryAttempts', '186', 'have value less than or equal to 185'),
    ],
    [
      'another service',
      { Arn: `arn:aws:sns:us-east-1:${ACCOUNT}:topic` },
      'An EventBridge target of sns is not supported by the local cloud.',
    ],
    [
      'another bus',
      { Arn: `${ARN}:event-bus/shop` },
      'An EventBridge target of events is not supported by the local cloud.',
    ],
    [
      'a role',
      { RoleArn: `arn:aws:iam::${ACCOUNT}:role/r` },
      "PutTargets's RoleArn is not supported by the local cloud.",
    ],
    [
      'a FIFO dead-letter queue',
      { DeadLetterConfig: { Arn: fifo } },
      `Parameter ${fifo} is not valid. Reason: A FIFO queue cannot be used as a dead-letter queue of a target.`,
    ],
  ])('with %s are refused', async (_, others, message) => {
    using bridge = testEventBridge();
    await bridge.events.PutRule({ Name: 'orders', EventPattern: PATTERN }, bridge.call());
    const target = { Id: 't', Arn: bridge.functionArn, ...others };
    await expect(
      bridge.events.PutTargets({ Rule: 'orders', Targets: [target] }, bridge.call()),
    ).rejects.toMatchObject({
      message,
      status: 400,
    });
  });
});

describe('TestEventPattern', () => {
  const Event = JSON.stringify({
    id: '1',
    account: ACCOUNT,
    source: 'shop.orders',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    'detail-type': 'Order Created',
    detail: { totalCents: 12_000 },
  });

  it('says whether the event matches', async () => {
    using bridge = testEventBridge();
    const ask = (from: number) =>
      bridge.events.TestEventPattern(
        { Event, EventPattern: JSON.stringify({ detail: { totalCents: [{ numeric: ['>=', from] }] } }) },
        bridge.call(),
      );
    expect([await ask(10_000), await ask(20_000)]).toEqual([{ Result: true }, { Result: false }]);
  });

  it.each(['just a text', '"text"', '[]', '{}', '{"source": "shop.orders"}'])(
    'refuses %s as an event',
    async (event) => {
      using bridge = testEventBridge();
      await expect(
        bridge.events.TestEventPattern({ Event: event, EventPattern: PATTERN }, bridge.call()),
      ).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'Parameter Event is not valid.',
      });
    },
  );
});
