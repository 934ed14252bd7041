import { expect, test } from 'vitest';
import { attempt, testSqs } from './testing.ts';

async function policyOf(sqs: ReturnType<typeof testSqs>, QueueUrl: string): Promise<unknown> {
  const { Attributes } = await sqs.operations.GetQueueAttributes(
    { QueueUrl, AttributeNames: ['Policy'] },
    sqs.call(),
  );
  return Attributes?.Policy && JSON.parse(Attributes.Policy);
}

const grant = { Label: 'label', AWSAccountIds: ['111111111111'], Actions: ['ReceiveMessage'] };

test('a permission is a statement of the queue policy, until it is taken away', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.operations.AddPermission({ QueueUrl, ...grant }, sqs.call());
  await sqs.operations.AddPermission(
    {
      QueueUrl,
      Label: 'two',
      AWSAccountIds: ['111111111111', '222222222222'],
      Actions: ['SendMessage', 'PurgeQueue'],
    },
    sqs.call(),
  );
  expect(await policyOf(sqs, QueueUrl)).toEqual({
    Version: '2008-10-17',
    Id: 'arn:aws:sqs:us-east-1:123456789012:orders/SQSDefaultPolicy',
    Statement: [
      {
        Sid: 'label',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Action: 'SQS:ReceiveMessage',
        Resource: 'arn:aws:sqs:us-east-1:123456789012:orders',
      },
      {
        Sid: 'two',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root'] },
        Action: ['SQS:SendMessage', 'SQS:PurgeQueue'],
        Resource: 'arn:aws:sqs:us-east-1:123456789012:orders',
      },
    ],
  });
  await sqs.operations.RemovePermission({ QueueUrl, Label: 'two' }, sqs.call());
  await sqs.operations.RemovePermission({ QueueUrl, Label: 'label' }, sqs.call());
  expect(await policyOf(sqs, QueueUrl)).toBeUndefined();
});

test.each([
  [
    { Actions: ['Fly'] },
    'InvalidParameterValueException',
    'Value SQS:Fly for parameter ActionName is invalid.',
  ],
  [
    { Actions: Array.from({ length: 8 }, () => 'SendMessage') },
    'OverLimit',
    '8 Actions were found, maximum allowed is 7.',
  ],
  [
    { AWSAccountIds: ['me'] },
    'InvalidParameterValueException',
    'Value [me] for parameter PrincipalId is invalid.',
  ],
  [
    { Label: 'label' },
    'InvalidParameterValueException',
    'Value label for parameter Label is invalid. Reason: Already exists.',
  ],
])('a permission with %j is refused', async (part, name, message) => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await sqs.operations.AddPermission({ QueueUrl, ...grant }, sqs.call());
  await expect(
    attempt(() => sqs.operations.AddPermission({ QueueUrl, ...grant, ...part }, sqs.call())),
  ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test('a label that is not there cannot be taken away', async () => {
  using sqs = testSqs();
  const QueueUrl = await sqs.createQueue('orders');
  await expect(
    attempt(() => sqs.operations.RemovePermission({ QueueUrl, Label: 'x' }, sqs.call())),
  ).rejects.toThrow("Value x for parameter Label is invalid. Reason: can't find label.");
});

test('IAM is told the action, the queue and its policy; a batch needs the action of the single call', async () => {
  using sqs = testSqs();
  const resource = sqs.arn('orders');
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: resource };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const QueueUrl = await sqs.createQueue('orders', { Policy });
  const { permissions } = sqs.service;
  expect(permissions.SendMessageBatch({ QueueUrl, Entries: [] }, sqs.call())).toEqual([
    { action: 'sqs:SendMessage', resource, resourcePolicy: Policy },
  ]);
  expect(permissions.CreateQueue({ QueueName: 'orders', tags: { a: 'b' } }, sqs.call())).toEqual([
    { action: 'sqs:CreateQueue', resource },
    { action: 'sqs:TagQueue', resource },
  ]);
});

test('every operation says what it needs', () => {
  using sqs = testSqs();
  expect(Object.keys(sqs.service.permissions).sort()).toEqual(Object.keys(sqs.operations).sort());
});
