import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const template = (...queues: string[]) =>
  JSON.stringify({
    Resources: Object.fromEntries(
      queues.map((QueueName) => [QueueName, { Type: 'AWS::SQS::Queue', Properties: { QueueName } }]),
    ),
  });

/** Lets a background operation end: the services answer in memory. */
async function settled(stacks: ReturnType<typeof testStacks>) {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  const { Stacks: [stack] = [] } = await stacks.wire.DescribeStacks({ StackName: 'Lab' }, stacks.call());
  return stack;
}

test('CreateStack answers at once and works in the background', async () => {
  using stacks = testStacks();
  const { StackId } = await stacks.wire.CreateStack(
    { StackName: 'Lab', TemplateBody: template('orders') },
    stacks.call(),
  );
  expect(StackId).toMatch(/^arn:aws:cloudformation:us-east-1:123456789012:stack\/Lab\//);
  expect(await settled(stacks)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  expect(await stacks.queues()).toEqual(['orders']);
});

test('an existing stack cannot be created again', async () => {
  using stacks = testStacks();
  const create = () =>
    stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody: template('orders') }, stacks.call());
  await create();
  await settled(stacks);
  await expect(create()).rejects.toMatchObject({
    name: 'AlreadyExistsException',
    message: 'Stack [Lab] already exists',
  });
});

test('UpdateStack with the same template has no updates to perform', async () => {
  using stacks = testStacks();
  const input = { StackName: 'Lab', TemplateBody: template('orders') };
  await stacks.wire.CreateStack(input, stacks.call());
  await settled(stacks);
  await expect(stacks.wire.UpdateStack(input, stacks.call())).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  });
});

test('DescribeStacks of a stack that is not there', async () => {
  using stacks = testStacks();
  await expect(stacks.wire.DescribeStacks({ StackName: 'Lab' }, stacks.call())).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Lab does not exist',
  });
});

test('a deleted stack is found by its id only', async () => {
  using stacks = testStacks();
  const { StackId } = await stacks.wire.CreateStack(
    { StackName: 'Lab', TemplateBody: template('orders') },
    stacks.call(),
  );
  await settled(stacks);
  await stacks.cloudFormation.deleteStack('Lab');
  const { Stacks: [stack] = [] } = await stacks.wire.DescribeStacks({ StackName: StackId }, stacks.call());
  expect(stack?.StackStatus).toBe('DELETE_COMPLETE');
  await expect(stacks.wire.DescribeStacks({ StackName: 'Lab' }, stacks.call())).rejects.toThrow(
    'does not exist',
  );
});

test('a template with roles needs the capability to make them', async () => {
  using stacks = testStacks();
  const TemplateBody = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: {} } } });
  await expect(
    stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call()),
  ).rejects.toMatchObject({
    name: 'InsufficientCapabilitiesException',
    message: 'Requires capabilities : [CAPABILITY_IAM]',
  });
});

test('a template that is not JSON is refused by name', async () => {
  using stacks = testStacks();
  const input = { StackName: 'Lab', TemplateBody: 'Resources:\n  A: {}' };
  await expect(stacks.wire.CreateStack(input, stacks.call())).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('YAML'),
  });
});

test('GetTemplate returns the template as it was given', async () => {
  using stacks = testStacks();
  const TemplateBody = template('orders');
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  expect(await stacks.wire.GetTemplate({ StackName: 'Lab' }, stacks.call())).toMatchObject({ TemplateBody });
});

test('a change set makes a stack in review, tells its changes, and makes them when executed', async () => {
  using stacks = testStacks();
  const name = { StackName: 'Lab', ChangeSetName: 'first' };
  await stacks.wire.CreateChangeSet(
    { ...name, ChangeSetType: 'CREATE', TemplateBody: template('orders') },
    stacks.call(),
  );
  expect(await settled(stacks)).toMatchObject({ StackStatus: 'REVIEW_IN_PROGRESS' });
  expect(await stacks.wire.DescribeChangeSet(name, stacks.call())).toMatchObject({
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Changes: [
      { ResourceChange: { Action: 'Add', LogicalResourceId: 'orders', ResourceType: 'AWS::SQS::Queue' } },
    ],
  });
  await stacks.wire.ExecuteChangeSet(name, stacks.call());
  expect(await settled(stacks)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
});

test('a change set tells what it adds, replaces and removes', async () => {
  using stacks = testStacks();
  const body = (name: string, extra: string) =>
    JSON.stringify({
      Resources: {
        Orders: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
        [extra]: { Type: 'AWS::SQS::Queue' },
      },
    });
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody: body('before', 'Old') }, stacks.call());
  await settled(stacks);
  const name = { StackName: 'Lab', ChangeSetName: 'second' };
  await stacks.wire.CreateChangeSet({ ...name, TemplateBody: body('after', 'New') }, stacks.call());
  const { Changes = [] } = await stacks.wire.DescribeChangeSet(name, stacks.call());
  expect(
    Changes.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.Replacement,
    ]),
  ).toEqual([
    ['Modify', 'Orders', 'True'],
    ['Add', 'New', undefined],
    ['Remove', 'Old', undefined],
  ]);
});

test('a change set without changes fails, and is gone once deleted', async () => {
  using stacks = testStacks();
  const TemplateBody = template('orders');
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  await settled(stacks);
  const name = { StackName: 'Lab', ChangeSetName: 'same' };
  await stacks.wire.CreateChangeSet({ ...name, TemplateBody }, stacks.call());
  expect(await stacks.wire.DescribeChangeSet(name, stacks.call())).toMatchObject({
    Status: 'FAILED',
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
  });
  await stacks.wire.DeleteChangeSet(name, stacks.call());
  await expect(stacks.wire.DescribeChangeSet(name, stacks.call())).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
  });
});
