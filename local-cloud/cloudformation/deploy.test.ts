import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const queue = (Properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties });
const role = (others: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    ...others,
  },
});
const badQueue = queue({ VisibilityTimeout: 99_999 });

test('a resource is made through its service, and outputs tell its physical name', async () => {
  using stacks = testStacks();
  const { outputs, resources } = await stacks.deploy(
    { Orders: queue() },
    { Outputs: { Url: { Value: { Ref: 'Orders' } }, Arn: { Value: { 'Fn::GetAtt': ['Orders', 'Arn'] } } } },
  );
  const [name] = await stacks.queues();
  expect(name).toMatch(/^Lab-Orders-[A-Za-z0-9]{12}$/);
  expect(outputs).toEqual({
    Url: `http://127.0.0.1:4566/123456789012/${name}`,
    Arn: `arn:aws:sqs:us-east-1:123456789012:${name}`,
  });
  expect(resources).toEqual({ Orders: { type: 'AWS::SQS::Queue', physicalId: outputs.Url } });
});

test('a resource is made after those that it refers to, whatever the order in the template', async () => {
  using stacks = testStacks();
  const redrive = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 };
  await stacks.deploy({ Orders: queue({ RedrivePolicy: redrive }), Dead: queue() });
  const events = await stacks.events();
  expect(events.indexOf('Dead CREATE_COMPLETE')).toBeLessThan(events.indexOf('Orders CREATE_IN_PROGRESS'));
});

test('events tell the story of a stack', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue() });
  expect(await stacks.events()).toEqual([
    'Lab CREATE_IN_PROGRESS',
    'Orders CREATE_IN_PROGRESS',
    'Orders CREATE_IN_PROGRESS',
    'Orders CREATE_COMPLETE',
    'Lab CREATE_COMPLETE',
  ]);
});

test('the same seed gives the same names', async () => {
  using one = testStacks();
  using two = testStacks();
  const template = { A: queue(), B: queue(), C: role() };
  expect((await one.deploy(template)).resources).toEqual((await two.deploy(template)).resources);
});

test('when a resource fails, those that were made are taken back', async () => {
  using stacks = testStacks();
  await expect(stacks.deploy({ Good: queue(), Bad: { ...badQueue, DependsOn: 'Good' } })).rejects.toThrow();
  expect(await stacks.queues()).toEqual([]);
  expect((await stacks.events()).slice(-4)).toEqual([
    'Lab ROLLBACK_IN_PROGRESS',
    'Good DELETE_IN_PROGRESS',
    'Good DELETE_COMPLETE',
    'Lab ROLLBACK_COMPLETE',
  ]);
});

test('a failure names the resource, its type and the reason of the service', async () => {
  using stacks = testStacks();
  await expect(stacks.deploy({ Bad: badQueue })).rejects.toMatchObject({
    kind: 'refused',
    logicalId: 'Bad',
    resourceType: 'AWS::SQS::Queue',
    message: expect.stringContaining('VisibilityTimeout'),
  });
});

test('a stack whose creation was rolled back can be deployed again', async () => {
  using stacks = testStacks();
  await expect(stacks.deploy({ Bad: badQueue })).rejects.toThrow();
  await stacks.deploy({ Good: queue() });
  expect(await stacks.queues()).toHaveLength(1);
});

test('a function whose settings are refused is not left behind', async () => {
  using stacks = testStacks();
  const worker = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async () => 1' },
      ReservedConcurrentExecutions: 1000,
    },
  };
  await expect(stacks.deploy({ Role: role(), Worker: worker })).rejects.toMatchObject({
    logicalId: 'Worker',
  });
  expect(stacks.functions.size).toBe(0);
});

test('an update that changes nothing does nothing', async () => {
  using stacks = testStacks();
  const first = await stacks.deploy({ Orders: queue() });
  const events = await stacks.events();
  expect(await stacks.deploy({ Orders: queue() })).toEqual(first);
  expect(await stacks.events()).toEqual(events);
});

test('a property that can change in place keeps the resource', async () => {
  using stacks = testStacks();
  const before = await stacks.deploy({ Orders: queue({ VisibilityTimeout: 30 }) });
  const after = await stacks.deploy({ Orders: queue({ VisibilityTimeout: 60 }) });
  expect(after.resources).toEqual(before.resources);
  const { Attributes } = await stacks.services.sqs.GetQueueAttributes(
    { QueueUrl: after.resources.Orders?.physicalId, AttributeNames: ['VisibilityTimeout'] },
    stacks.call(),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '60' });
});

test('a property that is taken out of the template goes back to its default', async () => {
  using stacks = testStacks();
  await stacks.deploy({
    Orders: queue({ VisibilityTimeout: 60, DelaySeconds: 5, MaximumMessageSize: 1024 }),
  });
  const { resources } = await stacks.deploy({ Orders: queue() });
  const { Attributes } = await stacks.services.sqs.GetQueueAttributes(
    {
      QueueUrl: resources.Orders?.physicalId,
      AttributeNames: ['VisibilityTimeout', 'DelaySeconds', 'MaximumMessageSize'],
    },
    stacks.call(),
  );
  // CloudFormation's default for the size is older than that of SQS.
  expect(Attributes).toEqual({ VisibilityTimeout: '30', DelaySeconds: '0', MaximumMessageSize: '262144' });
});

test('a property that cannot change replaces the resource: the new one first, then the old one goes', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue({ QueueName: 'before' }) });
  await stacks.deploy({ Orders: queue({ QueueName: 'after' }) });
  expect(await stacks.queues()).toEqual(['after']);
  expect((await stacks.events()).slice(-6)).toEqual([
    'Orders UPDATE_IN_PROGRESS',
    'Orders UPDATE_COMPLETE',
    'Lab UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Orders DELETE_IN_PROGRESS',
    'Orders DELETE_COMPLETE',
    'Lab UPDATE_COMPLETE',
  ]);
});

test('a resource that keeps its own name cannot be replaced', async () => {
  using stacks = testStacks();
  const table = (key: string) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    },
  });
  await stacks.deploy({ Orders: table('id') });
  await expect(stacks.deploy({ Orders: table('orderId') })).rejects.toThrow(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename orders and update the stack again.',
  );
});

test('what depends on a replaced resource is updated with the new value', async () => {
  using stacks = testStacks();
  const template = (QueueName: string) => ({
    Dead: queue({ QueueName }),
    Orders: queue({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    }),
  });
  await stacks.deploy(template('dead-1'));
  const { resources } = await stacks.deploy(template('dead-2'));
  const { Attributes } = await stacks.services.sqs.GetQueueAttributes(
    { QueueUrl: resources.Orders?.physicalId, AttributeNames: ['RedrivePolicy'] },
    stacks.call(),
  );
  expect(Attributes?.RedrivePolicy).toContain('dead-2');
});

test('a resource that leaves the template is deleted', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue({ QueueName: 'orders' }), Extra: queue({ QueueName: 'extra' }) });
  await stacks.deploy({ Orders: queue({ QueueName: 'orders' }) });
  expect(await stacks.queues()).toEqual(['orders']);
});

test('a failed update is taken back: changed resources are as before, new ones are gone', async () => {
  using stacks = testStacks();
  const first = await stacks.deploy({ Orders: queue({ VisibilityTimeout: 30 }) });
  await expect(
    stacks.deploy({
      Orders: queue({ VisibilityTimeout: 60 }),
      New: queue(),
      Bad: { ...badQueue, DependsOn: ['New', 'Orders'] },
    }),
  ).rejects.toMatchObject({ logicalId: 'Bad' });
  expect(await stacks.queues()).toHaveLength(1);
  const { Attributes } = await stacks.services.sqs.GetQueueAttributes(
    { QueueUrl: first.resources.Orders?.physicalId, AttributeNames: ['VisibilityTimeout'] },
    stacks.call(),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '30' });
  expect((await stacks.events()).at(-1)).toBe('Lab UPDATE_ROLLBACK_COMPLETE');
});

test('a resource cannot turn into another type', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: queue() });
  await expect(stacks.deploy({ Orders: role() })).rejects.toThrow(
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Orders]',
  );
});

test('deleting a stack deletes its resources, last made first, and keeps those with Retain', async () => {
  using stacks = testStacks();
  const kept = { ...queue({ QueueName: 'kept' }), DeletionPolicy: 'Retain' };
  await stacks.deploy({ Kept: kept, Gone: { ...queue(), DependsOn: 'Kept' } });
  const { Stacks: [stack] = [] } = await stacks.wire.DescribeStacks({ StackName: 'Lab' }, stacks.call());
  await stacks.cloudFormation.deleteStack('Lab');
  expect(await stacks.queues()).toEqual(['kept']);
  expect((await stacks.events(stack?.StackId)).slice(-4)).toEqual([
    'Gone DELETE_IN_PROGRESS',
    'Gone DELETE_COMPLETE',
    'Kept DELETE_SKIPPED',
    'Lab DELETE_COMPLETE',
  ]);
});

test('deleting a stack that is not there is not a failure', async () => {
  using stacks = testStacks();
  await expect(stacks.cloudFormation.deleteStack('Lab')).resolves.toBeUndefined();
});

test('a stack can import what another exports, and the export stays while it is used', async () => {
  using stacks = testStacks();
  const { deployTemplate, deleteStack } = stacks.cloudFormation;
  const exporting = {
    Resources: { Orders: queue({ QueueName: 'orders' }) },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Orders', 'Arn'] }, Export: { Name: 'orders-arn' } } },
  };
  await deployTemplate({ stackName: 'Queues', template: exporting });
  const { outputs } = await deployTemplate({
    stackName: 'Workers',
    template: {
      Resources: { Role: role() },
      Outputs: { Imported: { Value: { 'Fn::ImportValue': 'orders-arn' } } },
    },
  });
  expect(outputs.Imported).toBe('arn:aws:sqs:us-east-1:123456789012:orders');
  await expect(deleteStack('Queues')).rejects.toThrow(
    'Cannot delete export orders-arn as it is in use by Workers.',
  );
});

test('a role gets its inline and managed policies, and loses them with an update', async () => {
  using stacks = testStacks();
  const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  const inline = {
    PolicyName: 'send',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
    },
  };
  const { resources } = await stacks.deploy({
    Role: role({ ManagedPolicyArns: [basic], Policies: [inline] }),
  });
  const RoleName = resources.Role?.physicalId;
  const arn = `arn:aws:iam::123456789012:role/${RoleName}`;
  expect(stacks.iam.policiesOf(arn)).toHaveLength(2);
  await stacks.deploy({ Role: role() });
  expect(stacks.iam.policiesOf(arn)).toHaveLength(0);
});

test('tags of the stack are put on its resources, and follow when they change', async () => {
  using stacks = testStacks();
  const deploy = (tags: Record<string, string>) =>
    stacks.cloudFormation.deployTemplate({
      stackName: 'Lab',
      template: { Resources: { Orders: queue({ Tags: [{ Key: 'own', Value: '1' }] }) } },
      tags,
    });
  const { resources } = await deploy({ project: 'order-service', own: '2' });
  const tagsNow = async () =>
    (await stacks.services.sqs.ListQueueTags({ QueueUrl: resources.Orders?.physicalId }, stacks.call())).Tags;
  expect(await tagsNow()).toEqual({ own: '1', project: 'order-service' });
  await deploy({ team: 'checkout' });
  expect(await tagsNow()).toEqual({ own: '1', team: 'checkout' });
});

test('a malformed queue policy is refused in the words of SQS', async () => {
  using stacks = testStacks();
  const Policy = {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Orders' }],
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*' }] },
    },
  };
  await expect(stacks.deploy({ Orders: queue(), Policy })).rejects.toMatchObject({
    logicalId: 'Policy',
    message: expect.stringContaining('Invalid value for the parameter Policy.'),
  });
});

test('a queue policy that cannot be evaluated is refused by name', async () => {
  using stacks = testStacks();
  const policy = (Condition: object) => ({
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Orders' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition }],
      },
    },
  });
  await expect(
    stacks.deploy({ Orders: queue(), Policy: policy({ BinaryEquals: { 'aws:SourceArn': 'x' } }) }),
  ).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('BinaryEquals') });
});
