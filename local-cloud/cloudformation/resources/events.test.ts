import { describe, expect, it } from 'vitest';
import { testStacks } from '../testing.ts';

const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const rule = (others: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: ['shop.orders'] },
    Targets: [{ Id: 'copies', Arn: { 'Fn::GetAtt': ['Copies', 'Arn'] } }],
    ...others,
  },
});
const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } };

describe('AWS::Events::Rule', () => {
  it('on the default bus is referred to by its name', async () => {
    using stacks = testStacks();
    const { resources } = await stacks.deploy({ Copies: queue('copies'), Rule: rule({ Name: 'orders' }) });
    expect(resources.Rule?.physicalId).toBe('orders');
    const { Targets } = await stacks.services.eventbridge.ListTargetsByRule(
      { Rule: 'orders' },
      stacks.call(),
    );
    expect(Targets).toEqual([{ Id: 'copies', Arn: 'arn:aws:sqs:us-east-1:123456789012:copies' }]);
  });

  it('on a custom bus is referred to by bus and name', async () => {
    using stacks = testStacks();
    const { resources, outputs } = await stacks.deploy(
      { Copies: queue('copies'), Bus: bus, Rule: rule({ Name: 'orders', EventBusName: { Ref: 'Bus' } }) },
      { Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } } } },
    );
    expect(resources.Rule?.physicalId).toBe('shop|orders');
    expect(outputs.Arn).toBe('arn:aws:events:us-east-1:123456789012:rule/shop/orders');
  });

  it('takes numbers that the template writes as text', async () => {
    using stacks = testStacks();
    const Targets = [
      {
        Id: 'copies',
        Arn: { 'Fn::GetAtt': ['Copies', 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: '3', MaximumEventAgeInSeconds: '3600' },
      },
    ];
    await stacks.deploy({ Copies: queue('copies'), Rule: rule({ Name: 'orders', Targets }) });
    expect(
      await stacks.services.eventbridge.ListTargetsByRule({ Rule: 'orders' }, stacks.call()),
    ).toMatchObject({
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 } }],
    });
  });

  it('whose targets are refused is not left behind', async () => {
    using stacks = testStacks();
    const Targets = [{ Id: 'fifo', Arn: 'arn:aws:sqs:us-east-1:123456789012:orders.fifo' }];
    await expect(stacks.deploy({ Rule: rule({ Targets }) })).rejects.toMatchObject({
      kind: 'refused',
      logicalId: 'Rule',
      message: expect.stringContaining('Parameter(s) SqsParameters must be specified for target: fifo.'),
    });
    expect((await stacks.services.eventbridge.ListRules({}, stacks.call())).Rules).toEqual([]);
  });

  it.each([
    [
      'ScheduleExpression',
      { ScheduleExpression: 'rate(1 day)' },
      'The property ScheduleExpression of AWS::Events::Rule',
    ],
    ['a role', { RoleArn: 'arn:aws:iam::123456789012:role/r' }, 'The property RoleArn of AWS::Events::Rule'],
    [
      'a target of another kind',
      { Targets: [{ Id: 'a', Arn: 'x', EcsParameters: {} }] },
      'The property Targets.EcsParameters of AWS::Events::Rule',
    ],
  ])('with %s is refused before anything is made', async (_, others, what) => {
    using stacks = testStacks();
    await expect(stacks.deploy({ Copies: queue('copies'), Rule: rule(others) })).rejects.toMatchObject({
      kind: 'unsupported',
      logicalId: 'Rule',
      message: `${what} is not supported by the local cloud.`,
    });
    expect(await stacks.queues()).toEqual([]);
  });
});

describe('AWS::Events::EventBus', () => {
  it('changes its description, tags and policy in place', async () => {
    using stacks = testStacks();
    const deploy = (properties: object) =>
      stacks.deploy({ Bus: { ...bus, Properties: { ...bus.Properties, ...properties } } });
    const Policy = {
      Version: '2012-10-17',
      Statement: [{ Sid: 'a', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' }],
    };
    const describeBus = () => stacks.services.eventbridge.DescribeEventBus({ Name: 'shop' }, stacks.call());
    await deploy({ Policy, Tags: [{ Key: 'a', Value: '1' }] });
    expect(JSON.parse((await describeBus()).Policy ?? '')).toEqual(Policy);
    await deploy({ Description: 'Orders', Tags: [{ Key: 'b', Value: '2' }] });
    const after = await describeBus();
    expect([after.Description, after.Policy]).toEqual(['Orders', undefined]);
    expect(
      await stacks.services.eventbridge.ListTagsForResource({ ResourceARN: after.Arn }, stacks.call()),
    ).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
  });
});

describe('AWS::Events::EventBusPolicy', () => {
  it('is a statement of its bus, beside others, and goes with its stack', async () => {
    using stacks = testStacks();
    const { eventbridge } = stacks.services;
    await eventbridge.PutPermission(
      { Action: 'events:PutEvents', Principal: '*', StatementId: 'other' },
      stacks.call(),
    );
    const statementIds = async () => {
      const { Policy = '{"Statement":[]}' } = await eventbridge.DescribeEventBus({}, stacks.call());
      return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    };
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' };
    await stacks.deploy({
      Whole: { Type: 'AWS::Events::EventBusPolicy', Properties: { StatementId: 'whole', Statement } },
      Short: {
        Type: 'AWS::Events::EventBusPolicy',
        DependsOn: 'Whole',
        Properties: { StatementId: 'short', Action: 'events:PutEvents', Principal: '111122223333' },
      },
    });
    expect(await statementIds()).toEqual(['other', 'whole', 'short']);
    await stacks.cloudFormation.deleteStack('Lab');
    expect(await statementIds()).toEqual(['other']);
  });
});
