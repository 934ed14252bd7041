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

test.each([
  ['DescribeStacks', 'Stack with id Lab does not exist'],
  ['DescribeStackResources', 'Stack with id Lab does not exist'],
  ['GetTemplate', 'Stack with id Lab does not exist'],
  ['UpdateStack', 'Stack [Lab] does not exist'],
  ['UpdateTerminationProtection', 'Stack [Lab] does not exist'],
  ['DescribeStackEvents', 'Stack [Lab] does not exist'],
  ['DescribeStackResource', "Stack 'Lab' does not exist"],
] as const)('%s has words of its own for a stack that is not there', async (operation, message) => {
  using stacks = testStacks();
  const input = { StackName: 'Lab', LogicalResourceId: 'Queue', EnableTerminationProtection: true };
  const ask = stacks.wire[operation](input, stacks.call());
  await expect(ask).rejects.toMatchObject({ name: 'ValidationError', message });
});

test('DescribeStacks leaves out what a stack has none of', async () => {
  using stacks = testStacks();
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody: template('orders') }, stacks.call());
  expect(await settled(stacks)).toEqual({
    StackId: expect.stringContaining(':stack/Lab/'),
    StackName: 'Lab',
    CreationTime: expect.any(Date),
    StackStatus: 'CREATE_COMPLETE',
    DisableRollback: false,
    NotificationARNs: [],
    RollbackConfiguration: {},
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Tags: [],
    EnableTerminationProtection: false,
  });
});

test('a template of more than 51,200 bytes comes from a bucket', async () => {
  using stacks = testStacks();
  const TemplateBody = JSON.stringify({ Metadata: 'x'.repeat(51_200) });
  const create = stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  await expect(create).rejects.toMatchObject({
    message: `1 validation error detected: Value '${TemplateBody}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200`,
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

test('a template may be YAML, and a mistake in it is told', async () => {
  using stacks = testStacks();
  await stacks.wire.ValidateTemplate(
    { TemplateBody: 'Resources:\n  Queue:\n    Type: AWS::SQS::Queue' },
    stacks.call(),
  );
  const input = { StackName: 'Lab', TemplateBody: 'Resources:\n  Queue: [' };
  await expect(stacks.wire.CreateStack(input, stacks.call())).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('Template format error'),
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
    Capabilities: [],
    NotificationARNs: [],
    RollbackConfiguration: {},
    IncludeNestedStacks: false,
    Changes: [
      {
        ResourceChange: {
          Action: 'Add',
          LogicalResourceId: 'orders',
          ResourceType: 'AWS::SQS::Queue',
          Scope: [],
          Details: [],
        },
      },
    ],
  });
  await stacks.wire.ExecuteChangeSet(name, stacks.call());
  expect(await settled(stacks)).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    LastUpdatedTime: expect.any(Date),
  });
});

test('a stack in review may be created by other means, which leaves its change set obsolete', async () => {
  using stacks = testStacks();
  const name = { StackName: 'Lab', ChangeSetName: 'first' };
  const { StackId, Id } = await stacks.wire.CreateChangeSet(
    { ...name, ChangeSetType: 'CREATE', TemplateBody: template('orders') },
    stacks.call(),
  );
  const created = { StackName: 'Lab', TemplateBody: template('others') };
  expect(await stacks.wire.CreateStack(created, stacks.call())).toEqual({ StackId });
  expect(await settled(stacks)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  expect(await stacks.wire.DescribeChangeSet(name, stacks.call())).toMatchObject({
    ExecutionStatus: 'OBSOLETE',
  });
  await expect(stacks.wire.ExecuteChangeSet(name, stacks.call())).rejects.toMatchObject({
    name: 'InvalidChangeSetStatusException',
    message: `ChangeSet [${Id}] cannot be executed in its current execution status of [OBSOLETE]`,
  });
});

test('a change set is named by its ARN, or with its stack', async () => {
  using stacks = testStacks();
  for (const operation of ['DescribeChangeSet', 'DeleteChangeSet', 'ExecuteChangeSet'] as const) {
    const ask = (StackName?: string) =>
      stacks.wire[operation]({ ChangeSetName: 'first', StackName }, stacks.call());
    await expect(ask()).rejects.toThrow(
      'StackName must be specified if ChangeSetName is not specified as an ARN.',
    );
    await expect(ask('Lab')).rejects.toThrow('Stack [Lab] does not exist');
  }
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

test('DeleteStack of a stack whose export is in use is cancelled, and the events say so', async () => {
  using stacks = testStacks();
  const { deployTemplate } = stacks.cloudFormation;
  const Orders = { Type: 'AWS::SQS::Queue', Properties: {} };
  const Arn = { Value: { 'Fn::GetAtt': ['Orders', 'Arn'] }, Export: { Name: 'orders' } };
  await deployTemplate({ stackName: 'Lab', template: { Resources: { Orders }, Outputs: { Arn } } });
  const Imported = { Value: { 'Fn::ImportValue': 'orders' } };
  await deployTemplate({ stackName: 'Other', template: { Resources: { Orders }, Outputs: { Imported } } });
  await stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call());
  expect(await settled(stacks)).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    StackStatusReason: 'Delete canceled. Cannot delete export orders as it is in use by Other.',
  });
  expect(await stacks.queues()).toHaveLength(2);
});

test('a stack with termination protection is not deleted', async () => {
  using stacks = testStacks();
  const input = { StackName: 'Lab', TemplateBody: template('orders'), EnableTerminationProtection: true };
  await stacks.wire.CreateStack(input, stacks.call());
  await settled(stacks);
  await expect(stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call())).rejects.toThrow(
    'Stack [Lab] cannot be deleted while TerminationProtection is enabled',
  );
});

test('UpdateTerminationProtection takes the protection away', async () => {
  using stacks = testStacks();
  const input = { StackName: 'Lab', TemplateBody: template('orders'), EnableTerminationProtection: true };
  const { StackId } = await stacks.wire.CreateStack(input, stacks.call());
  await settled(stacks);
  const unprotected = { StackName: 'Lab', EnableTerminationProtection: false };
  expect(await stacks.wire.UpdateTerminationProtection(unprotected, stacks.call())).toEqual({ StackId });
  await stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call());
  await expect.poll(stacks.queues).toEqual([]);
});

test('a stack that failed in the background says why', async () => {
  using stacks = testStacks();
  const Bad = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 99_999 } };
  const TemplateBody = JSON.stringify({ Resources: { Bad } });
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  expect(await settled(stacks)).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  const { StackEvents = [] } = await stacks.wire.DescribeStackEvents({ StackName: 'Lab' }, stacks.call());
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  expect(failed).toMatchObject({
    LogicalResourceId: 'Bad',
    ResourceStatusReason: expect.stringMatching(/^Resource handler returned message: ".*VisibilityTimeout/),
  });
});
