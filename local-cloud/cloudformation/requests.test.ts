import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const TemplateBody = JSON.stringify({
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } } },
});
const ENDPOINT = 'http://127.0.0.1:4566';

async function withTemplate(stacks: ReturnType<typeof testStacks>): Promise<void> {
  await stacks.services.s3.CreateBucket({ Bucket: 'templates' }, stacks.call());
  await stacks.services.s3.PutObject(
    { Bucket: 'templates', Key: 'a/b.json', Body: TemplateBody },
    stacks.call(),
  );
}

test.each([
  `${ENDPOINT}/templates/a/b.json`,
  'https://s3.us-east-1.amazonaws.com/templates/a/b.json',
  'https://templates.s3.us-east-1.amazonaws.com/a/b.json',
])("a template is read from the account's S3: %s", async (TemplateURL) => {
  using stacks = testStacks();
  await withTemplate(stacks);
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateURL }, stacks.call());
  await expect.poll(stacks.queues).toEqual(['orders']);
});

test('a template that is not in S3 is refused in S3 words', async () => {
  using stacks = testStacks();
  await withTemplate(stacks);
  await expect(
    stacks.wire.CreateStack({ StackName: 'Lab', TemplateURL: `${ENDPOINT}/templates/none` }, stacks.call()),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('S3 error: The specified key does not exist.'),
  });
});

test.each(['not a url', 'https://example.com/a/b', `${ENDPOINT}/bucket-only`, `${ENDPOINT}/a/%`])(
  '%s is no template URL',
  async (TemplateURL) => {
    using stacks = testStacks();
    await expect(stacks.wire.ValidateTemplate({ TemplateURL }, stacks.call())).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'TemplateURL must be a supported URL.',
    });
  },
);

test('a stack is worked on as the role that it was given', async () => {
  using stacks = testStacks();
  const RoleARN = 'arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1';
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody, RoleARN }, stacks.call());
  await expect.poll(stacks.queues).toEqual(['orders']);
  const create = stacks.cloud.journal
    .read()
    .find((event) => event.type === 'call' && event.operation === 'CreateQueue');
  expect(create).toMatchObject({ principal: expect.stringMatching(/cfn-exec-role.*\/AWSCloudFormation$/) });
});

test('a role that CloudFormation cannot assume is refused', async () => {
  using stacks = testStacks();
  const RoleARN = 'arn:aws:iam::123456789012:role/none';
  await expect(
    stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody, RoleARN }, stacks.call()),
  ).rejects.toMatchObject({ message: `Role ${RoleARN} is invalid or cannot be assumed` });
});

test('a change set that is not there can be deleted, while its stack is there', async () => {
  using stacks = testStacks();
  const remove = () =>
    stacks.wire.DeleteChangeSet({ StackName: 'Lab', ChangeSetName: 'none' }, stacks.call());
  await expect(remove()).rejects.toMatchObject({ message: 'Stack [Lab] does not exist' });
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  expect(await remove()).toEqual({});
});

test.each(['StackPolicyBody', 'OnFailure', 'RollbackConfiguration'])(
  '%s is refused by name',
  async (member) => {
    using stacks = testStacks();
    const value = member === 'RollbackConfiguration' ? { MonitoringTimeInMinutes: 1 } : 'DELETE';
    await expect(
      stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody, [member]: value }, stacks.call()),
    ).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: `${member} of a stack is not supported by the local cloud.`,
    });
  },
);
