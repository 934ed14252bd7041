import { expect, test } from 'vitest';
import { testStacks } from '../testing.ts';

const parameter = (properties: object) => ({
  Limit: {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/orders/limit', Type: 'String', ...properties },
  },
});

test('a parameter is made, changed and removed with its stack', async () => {
  using stacks = testStacks();
  const { ssm } = stacks.services;
  const read = async () =>
    (await ssm.GetParameters({ Names: ['/orders/limit'] }, stacks.call())).Parameters?.map(
      ({ Value, Version }) => [Value, Version],
    );
  await stacks.deploy(parameter({ Value: '1', Tags: { team: 'orders' } }));
  expect(await read()).toEqual([['1', 1]]);
  await stacks.deploy(parameter({ Value: '2', Tags: { stage: 'dev' } }));
  expect(await read()).toEqual([['2', 2]]);
  expect(
    await ssm.ListTagsForResource({ ResourceType: 'Parameter', ResourceId: '/orders/limit' }, stacks.call()),
  ).toEqual({ TagList: [{ Key: 'stage', Value: 'dev' }] });
  await stacks.cloudFormation.deleteStack('Lab');
  expect(await read()).toEqual([]);
});

test('Ref is the name, GetAtt the value', async () => {
  using stacks = testStacks();
  const { outputs } = await stacks.deploy(parameter({ Value: '7' }), {
    Outputs: {
      Name: { Value: { Ref: 'Limit' } },
      Value: { Value: { 'Fn::GetAtt': ['Limit', 'Value'] } },
    },
  });
  expect(outputs).toEqual({ Name: '/orders/limit', Value: '7' });
});

test('a SecureString cannot be made by a template', async () => {
  using stacks = testStacks();
  await expect(stacks.deploy(parameter({ Type: 'SecureString', Value: 's' }))).rejects.toMatchObject({
    kind: 'refused',
    logicalId: 'Limit',
  });
});

test('a template takes the values of stored parameters', async () => {
  using stacks = testStacks();
  const { ssm } = stacks.services;
  await ssm.PutParameter({ Name: '/orders/name', Type: 'String', Value: 'stored' }, stacks.call());
  const template = {
    Parameters: { Name: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/orders/name' } },
  };
  await stacks.deploy(
    { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' } } } },
    template,
  );
  expect(await stacks.queues()).toEqual(['stored']);
  const { Stacks: [stack] = [] } = await stacks.wire.DescribeStacks({ StackName: 'Lab' }, stacks.call());
  expect(stack?.Parameters).toEqual([
    { ParameterKey: 'Name', ParameterValue: '/orders/name', ResolvedValue: 'stored' },
  ]);
});

test('a template that names a parameter which is not stored is refused', async () => {
  using stacks = testStacks();
  await expect(
    stacks.deploy(
      { Queue: { Type: 'AWS::SQS::Queue' } },
      { Parameters: { Name: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/none' } } },
    ),
  ).rejects.toMatchObject({
    kind: 'template',
    message: 'Unable to fetch parameters [/none] from parameter store for this account.',
  });
});

test('a name that is made for a parameter begins with CFN, not with the name of the stack', async () => {
  using stacks = testStacks();
  const { resources } = await stacks.deploy(parameter({ Name: undefined, Value: '1' }));
  expect(resources.Limit?.physicalId).toMatch(/^CFN-Limit-[A-Za-z0-9]{12}$/);
});
