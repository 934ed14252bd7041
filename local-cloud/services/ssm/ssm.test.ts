import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createFaults } from '../../faults.ts';
import { guard } from '../../guard.ts';
import { createAccess } from '../../iam/evaluate.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createIam } from '../iam/index.ts';
import { createSsm } from './index.ts';

function testSsm() {
  const cloud = testCloud();
  const access = createAccess(cloud, createIam(cloud));
  const ssm = guard(createSsm(cloud), {
    cloud,
    access,
    faults: createFaults(cloud.clock),
    enforceIam: true,
  });
  const call = () => testCall(cloud);
  return {
    cloud,
    ssm,
    call,
    put: (Name: string, Value = 'v', others: Partial<PutParameterRequest> = {}) =>
      ssm.PutParameter({ Name, Value, Type: 'String', ...others }, call()),
    async value(Name: string): Promise<string | undefined> {
      return (await ssm.GetParameter({ Name }, call())).Parameter?.Value;
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

describe('versions', () => {
  it('count up with each overwrite, and the latest is read', async () => {
    using test = testSsm();
    expect(await test.put('limit', '1')).toEqual({ Version: 1, Tier: 'Standard' });
    expect(await test.put('limit', '2', { Overwrite: true })).toEqual({ Version: 2, Tier: 'Standard' });
    expect(await test.value('limit')).toBe('2');
  });

  it('are read by number and by label, and the answer says which was asked for', async () => {
    using test = testSsm();
    await test.put('limit', '1');
    await test.put('limit', '2', { Overwrite: true });
    await test.ssm.LabelParameterVersion(
      { Name: 'limit', ParameterVersion: 1, Labels: ['old'] },
      test.call(),
    );
    expect((await test.ssm.GetParameter({ Name: 'limit:1' }, test.call())).Parameter).toMatchObject({
      Name: 'limit',
      Value: '1',
      Version: 1,
      Selector: ':1',
    });
    expect(await test.value('limit:old')).toBe('1');
    await expect(test.value('limit:3')).rejects.toMatchObject({
      name: 'ParameterVersionNotFound',
      message: 'Systems Manager could not find version 3 of limit. Verify the version and try again.',
    });
  });

  it('are 100 at most: the oldest goes, unless it has a label', async () => {
    using test = testSsm();
    await test.put('limit');
    for (let version = 2; version <= 101; version++) await test.put('limit', 'v', { Overwrite: true });
    const { Parameters = [] } = await test.ssm.GetParameterHistory({ Name: 'limit' }, test.call());
    expect(Parameters[0]?.Version).toBe(2);
    await test.ssm.LabelParameterVersion(
      { Name: 'limit', ParameterVersion: 2, Labels: ['kept'] },
      test.call(),
    );
    await expect(test.put('limit', 'v', { Overwrite: true })).rejects.toMatchObject({
      name: 'ParameterMaxVersionLimitExceeded',
    });
  });

  it('share a label: it moves to the version that gets it', async () => {
    using test = testSsm();
    await test.put('limit', '1');
    await test.put('limit', '2', { Overwrite: true });
    const label = (ParameterVersion: number) =>
      test.ssm.LabelParameterVersion({ Name: 'limit', ParameterVersion, Labels: ['live'] }, test.call());
    await label(1);
    await label(2);
    expect(await test.value('limit:live')).toBe('2');
  });
});

describe('a parameter', () => {
  it('that is there is not overwritten unasked', async () => {
    using test = testSsm();
    await test.put('limit');
    await expect(test.put('limit')).rejects.toMatchObject({
      name: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
  });

  it('keeps its type', async () => {
    using test = testSsm();
    await test.put('limit');
    await expect(test.put('limit', 'v', { Type: 'SecureString', Overwrite: true })).rejects.toMatchObject({
      name: 'HierarchyTypeMismatchException',
    });
  });

  it('needs a type when it is made, not when it is overwritten', async () => {
    using test = testSsm();
    await expect(test.put('limit', 'v', { Type: undefined })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'A parameter type is required when you create a parameter.',
    });
    await test.put('limit');
    await test.put('limit', 'w', { Type: undefined, Overwrite: true });
    expect(await test.value('limit')).toBe('w');
  });

  it('that is not there is ParameterNotFound, without a message, as on AWS', async () => {
    using test = testSsm();
    await expect(test.value('none')).rejects.toMatchObject({ name: 'ParameterNotFound', message: '' });
  });

  it('that is a SecureString is read in clear text only with decryption', async () => {
    using test = testSsm();
    await test.put('key', 'secret', { Type: 'SecureString' });
    expect(await test.value('key')).not.toContain('secret');
    const { Parameter } = await test.ssm.GetParameter({ Name: 'key', WithDecryption: true }, test.call());
    expect(Parameter).toMatchObject({ Type: 'SecureString', Value: 'secret' });
  });

  it('is found by its ARN', async () => {
    using test = testSsm();
    await test.put('/orders/limit', '5');
    expect(await test.value('arn:aws:ssm:us-east-1:123456789012:parameter/orders/limit')).toBe('5');
  });

  it('has a value that fits its pattern', async () => {
    using test = testSsm();
    await expect(test.put('limit', 'many', { AllowedPattern: '\\d+' })).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
      message: 'Parameter value, cannot be validated against allowedPattern: \\d+',
    });
  });

  it('of more than 4 KB wants the advanced tier, and does not come back from it', async () => {
    using test = testSsm();
    const large = 'x'.repeat(4097);
    await expect(test.put('limit', large)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Standard tier parameters support a maximum'),
    });
    expect(await test.put('limit', large, { Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    });
    await expect(test.put('limit', 'x', { Tier: 'Standard', Overwrite: true })).rejects.toMatchObject({
      message: expect.stringContaining("can't downgrade"),
    });
  });

  it.each([
    ['aws-limit', 'ValidationException'],
    ['ssmLimit', 'ValidationException'],
    ['/aws/limit', 'AccessDeniedException'],
    ['orders/limit', 'ValidationException'],
    ['/orders//limit', 'ValidationException'],
    ['a b', 'ValidationException'],
    ['/a'.repeat(16), 'HierarchyLevelLimitExceededException'],
  ])('cannot be named %s', async (name, code) => {
    using test = testSsm();
    await expect(test.put(name)).rejects.toMatchObject({ name: code });
  });

  it.each([
    ['a key of its own', { KeyId: 'alias/mine' }],
    ['a policy', { Policies: '[{"Type":"Expiration"}]' }],
    ['an AMI as its data', { DataType: 'aws:ec2:image' }],
  ])('with %s is refused by name', async (_, others) => {
    using test = testSsm();
    await expect(test.put('limit', 'v', others)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });
});

describe('several parameters', () => {
  it('are read together; what is not there is told back', async () => {
    using test = testSsm();
    await test.put('a', '1');
    const { Parameters, InvalidParameters } = await test.ssm.GetParameters(
      { Names: ['a', 'b', 'a:9'] },
      test.call(),
    );
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['a']);
    expect(InvalidParameters).toEqual(['b', 'a:9']);
  });

  it('are ten at most', async () => {
    using test = testSsm();
    const Names = Array.from({ length: 11 }, (_, index) => `p${index}`);
    await expect(test.ssm.GetParameters({ Names }, test.call())).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 10'),
    });
  });

  it('are found by path: directly, or at any depth', async () => {
    using test = testSsm();
    for (const name of ['/a/b', '/a/b/c', '/ab', 'a']) await test.put(name);
    const names = async (Recursive: boolean) => {
      const { Parameters = [] } = await test.ssm.GetParametersByPath({ Path: '/a', Recursive }, test.call());
      return Parameters.map(({ Name }) => Name);
    };
    expect(await names(false)).toEqual(['/a/b']);
    expect(await names(true)).toEqual(['/a/b', '/a/b/c']);
  });

  it('come in pages of ten by path', async () => {
    using test = testSsm();
    for (let n = 10; n < 25; n++) await test.put(`/p/${n}`);
    const first = await test.ssm.GetParametersByPath({ Path: '/p' }, test.call());
    const rest = await test.ssm.GetParametersByPath({ Path: '/p', NextToken: first.NextToken }, test.call());
    expect([first.Parameters?.length, rest.Parameters?.length, rest.NextToken]).toEqual([10, 5, undefined]);
  });

  it('are deleted together; what is not there is told back', async () => {
    using test = testSsm();
    await test.put('a');
    expect(await test.ssm.DeleteParameters({ Names: ['a', 'b'] }, test.call())).toEqual({
      DeletedParameters: ['a'],
      InvalidParameters: ['b'],
    });
    await expect(test.value('a')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it.each([
    ['BeginsWith a name', { Key: 'Name', Option: 'BeginsWith', Values: ['orders'] }, ['/orders/key']],
    ['Equals a type', { Key: 'Type', Values: ['SecureString'] }, ['/orders/key']],
    ['has a tag', { Key: 'tag:team', Values: ['billing'] }, ['limit']],
    ['lies under a path', { Key: 'Path', Option: 'Recursive', Values: ['/orders'] }, ['/orders/key']],
  ])('are described where a filter %s', async (_, filter, expected) => {
    using test = testSsm();
    await test.put('/orders/key', 'k', { Type: 'SecureString' });
    await test.put('limit', '1', { Tags: [{ Key: 'team', Value: 'billing' }] });
    const { Parameters = [] } = await test.ssm.DescribeParameters(
      { ParameterFilters: [filter] },
      test.call(),
    );
    expect(Parameters.map(({ Name }) => Name)).toEqual(expected);
    expect(Parameters[0]).not.toHaveProperty('Value');
  });
});

describe('tags', () => {
  it('are added, listed and removed', async () => {
    using test = testSsm();
    await test.put('limit', 'v', { Tags: [{ Key: 'team', Value: 'orders' }] });
    const parameter = { ResourceType: 'Parameter', ResourceId: 'limit' } as const;
    await test.ssm.AddTagsToResource({ ...parameter, Tags: [{ Key: 'stage', Value: 'dev' }] }, test.call());
    await test.ssm.RemoveTagsFromResource({ ...parameter, TagKeys: ['team'] }, test.call());
    expect(await test.ssm.ListTagsForResource(parameter, test.call())).toEqual({
      TagList: [{ Key: 'stage', Value: 'dev' }],
    });
  });

  it('cannot come with an overwrite', async () => {
    using test = testSsm();
    await expect(
      test.put('limit', 'v', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }),
    ).rejects.toMatchObject({
      message: expect.stringContaining("tags and overwrite can't be used together"),
    });
  });
});

describe('a name', () => {
  it.each(['orders/limit', '/orders//limit', '{orders}'])(
    'that no parameter can have is refused: %s',
    async (Name) => {
      using test = testSsm();
      await expect(test.ssm.GetParameter({ Name }, test.call())).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('it can consist of sub-paths divided by slash symbol'),
      });
    },
  );

  it('outside a hierarchy is the same with and without its first slash', async () => {
    using test = testSsm();
    await test.put('limit', '5');
    const Names = ['limit', '/limit'];
    const { Parameters } = await test.ssm.GetParameters({ Names }, test.call());
    expect(Parameters?.map(({ Name, Value }) => [Name, Value])).toEqual([
      ['limit', '5'],
      ['/limit', '5'],
    ]);
  });
});

it('every parameter that a call names needs the permission', async () => {
  using test = testSsm();
  await test.put('/orders/limit');
  await test.ssm.GetParameters({ Names: ['/orders/limit:1', 'plain'] }, test.call());
  const calls = test.cloud.journal.read().filter(({ type }) => type === 'call');
  expect(calls.at(-1)).toMatchObject({
    service: 'ssm',
    operation: 'GetParameters',
    resources: [
      'arn:aws:ssm:us-east-1:123456789012:parameter/orders/limit',
      'arn:aws:ssm:us-east-1:123456789012:parameter/plain',
    ],
  });
});
