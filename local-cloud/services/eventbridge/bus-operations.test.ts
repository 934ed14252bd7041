import { describe, expect, it } from 'vitest';
import { testEventBridge } from './testing.ts';

const PATTERN = JSON.stringify({ source: ['shop.orders'] });
const ACCOUNT = '123456789012';
const ARN = `arn:aws:events:us-east-1:${ACCOUNT}`;

describe('event buses', () => {
  it('begin with the default bus', async () => {
    using bridge = testEventBridge();
    const { EventBuses } = await bridge.events.ListEventBuses({}, bridge.call());
    expect(EventBuses).toMatchObject([{ Name: 'default', Arn: `${ARN}:event-bus/default` }]);
    expect(await bridge.events.DescribeEventBus({}, bridge.call())).toMatchObject({ Name: 'default' });
  });

  it('are made, described by name or ARN, changed and deleted', async () => {
    using bridge = testEventBridge();
    const { EventBusArn } = await bridge.events.CreateEventBus(
      { Name: 'shop', Description: 'Orders' },
      bridge.call(),
    );
    expect(EventBusArn).toBe(`${ARN}:event-bus/shop`);
    const now = new Date(bridge.cloud.clock.now());
    const described = await bridge.events.DescribeEventBus({ Name: EventBusArn }, bridge.call());
    expect(described).toMatchObject({ Name: 'shop', Description: 'Orders', CreationTime: expect.any(Date) });
    expect(Number(described.CreationTime)).toBeLessThanOrEqual(Number(now));
    expect(described.Policy).toBeUndefined();
    await bridge.events.UpdateEventBus({ Name: 'shop', Description: 'All orders' }, bridge.call());
    expect(await bridge.events.DescribeEventBus({ Name: 'shop' }, bridge.call())).toMatchObject({
      Description: 'All orders',
    });
    await bridge.events.DeleteEventBus({ Name: 'shop' }, bridge.call());
    await expect(bridge.events.DescribeEventBus({ Name: 'shop' }, bridge.call())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      status: 400,
      message: 'Event bus shop does not exist.',
    });
  });

  it('are listed by prefix, page by page', async () => {
    using bridge = testEventBridge();
    for (const Name of ['shop-c', 'shop-a', 'shop-b'])
      await bridge.events.CreateEventBus({ Name }, bridge.call());
    const first = await bridge.events.ListEventBuses({ NamePrefix: 'shop', Limit: 2 }, bridge.call());
    expect(first.EventBuses?.map(({ Name }) => Name)).toEqual(['shop-a', 'shop-b']);
    const second = await bridge.events.ListEventBuses(
      { NamePrefix: 'shop', Limit: 2, NextToken: first.NextToken },
      bridge.call(),
    );
    expect(second.EventBuses?.map(({ Name }) => Name)).toEqual(['shop-c']);
    expect(second.NextToken).toBeUndefined();
  });

  it('have names of their own', async () => {
    using bridge = testEventBridge();
    await expect(bridge.events.CreateEventBus({ Name: 'default' }, bridge.call())).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Event bus default already exists.',
    });
    await expect(bridge.events.CreateEventBus({ Name: 'a bus' }, bridge.call())).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'a bus' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+",
    });
  });

  it('are 100 at most, besides the default bus', async () => {
    using bridge = testEventBridge();
    for (let count = 0; count < 100; count++)
      await bridge.events.CreateEventBus({ Name: `bus-${count}` }, bridge.call());
    await expect(bridge.events.CreateEventBus({ Name: 'one-more' }, bridge.call())).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  it('are not deleted while they have rules, and the default bus never', async () => {
    using bridge = testEventBridge();
    await bridge.events.CreateEventBus({ Name: 'shop' }, bridge.call());
    await bridge.createRule([{ Arn: bridge.functionArn }], { EventBusName: 'shop' });
    await expect(bridge.events.DeleteEventBus({ Name: 'shop' }, bridge.call())).rejects.toThrow(
      "EventBus can't be deleted since it has rules.",
    );
    await expect(bridge.events.DeleteEventBus({ Name: 'default' }, bridge.call())).rejects.toThrow(
      'Cannot delete event bus default.',
    );
    await bridge.events.DeleteEventBus({ Name: 'never-was' }, bridge.call());
  });

  it.each([
    ['EventSourceName', { EventSourceName: 'aws.partner/example' }],
    ['KmsKeyIdentifier', { KmsKeyIdentifier: 'alias/key' }],
    ['DeadLetterConfig', { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:q' } }],
    ['LogConfig', { LogConfig: { Level: 'ERROR' as const } }],
  ])('with %s are refused by name', async (member, others) => {
    using bridge = testEventBridge();
    await expect(
      bridge.events.CreateEventBus({ Name: 'shop', ...others }, bridge.call()),
    ).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: `CreateEventBus's ${member} is not supported by the local cloud.`,
    });
  });
});

describe('the policy of a bus', () => {
  const statement = {
    Sid: 'rules',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/producer` },
    Action: 'events:PutEvents',
    Resource: `${ARN}:event-bus/default`,
  };

  it('grows by a statement for each PutPermission and shrinks again', async () => {
    using bridge = testEventBridge();
    const put = (StatementId: string, Principal: string) =>
      bridge.events.PutPermission({ Action: 'events:PutEvents', Principal, StatementId }, bridge.call());
    const policy = async () =>
      JSON.parse((await bridge.events.DescribeEventBus({}, bridge.call())).Policy ?? 'null');
    await put('one', '111122223333');
    await put('all', '*');
    await put('all', '*');
    expect(await policy()).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'one',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'events:PutEvents',
          Resource: `${ARN}:event-bus/default`,
        },
        {
          Sid: 'all',
          Effect: 'Allow',
          Principal: '*',
          Action: 'events:PutEvents',
          Resource: `${ARN}:event-bus/default`,
        },
      ],
    });
    await bridge.events.RemovePermission({ StatementId: 'one' }, bridge.call());
    expect((await policy()).Statement).toMatchObject([{ Sid: 'all' }]);
    await bridge.events.RemovePermission({ RemoveAllPermissions: true }, bridge.call());
    expect(await policy()).toBeNull();
    await expect(bridge.events.RemovePermission({ StatementId: 'one' }, bridge.call())).rejects.toThrow(
      'Statement with the provided id does not exist.',
    );
  });

  it('lets a role put events that its own policies do not', async () => {
    using bridge = testEventBridge();
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/producer`;
    const principal = {
      type: 'role' as const,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/producer/s`,
      accountId: ACCOUNT,
      roleArn,
      sessionName: 's',
    };
    const put = () =>
      bridge.events.PutEvents(
        { Entries: [{ Source: 'shop', DetailType: 'x', Detail: '{}' }] },
        bridge.call({ principal }),
      );
    await expect(put()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/producer/s is not authorized to perform: events:PutEvents on resource: ${ARN}:event-bus/default because no identity-based policy allows the events:PutEvents action`,
    });
    await bridge.events.PutPermission(
      { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
      bridge.call(),
    );
    expect(await put()).toMatchObject({ FailedEntryCount: 0 });
  });

  it.each(['{', '{}', '{"Statement":[{"Effect":"Allow"}]}'])(
    'must be a policy, which %s is not',
    async (Policy) => {
      using bridge = testEventBridge();
      await expect(bridge.events.PutPermission({ Policy }, bridge.call())).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('This policy contains invalid Json'),
      });
    },
  );
});

describe('tags', () => {
  it('hang on buses and rules', async () => {
    using bridge = testEventBridge();
    await bridge.events.PutRule(
      { Name: 'orders', EventPattern: PATTERN, Tags: [{ Key: 'a', Value: '1' }] },
      bridge.call(),
    );
    for (const ResourceARN of [`${ARN}:rule/orders`, `${ARN}:event-bus/default`]) {
      await bridge.events.TagResource(
        {
          ResourceARN,
          Tags: [
            { Key: 'b', Value: '2' },
            { Key: 'a', Value: '3' },
          ],
        },
        bridge.call(),
      );
      await bridge.events.UntagResource({ ResourceARN, TagKeys: ['b'] }, bridge.call());
      expect(await bridge.events.ListTagsForResource({ ResourceARN }, bridge.call())).toEqual({
        Tags: [{ Key: 'a', Value: '3' }],
      });
    }
  });
});
