import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

type Stacks = ReturnType<typeof testStacks>;

const table = (others: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
    ...others,
  },
});

const byCustomer = {
  AttributeDefinitions: [
    { AttributeName: 'orderId', AttributeType: 'S' },
    { AttributeName: 'customerId', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-customer',
      KeySchema: [{ AttributeName: 'customerId', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

async function describeTable(stacks: Stacks) {
  const { Table } = await stacks.services.dynamodb.DescribeTable({ TableName: 'orders' }, stacks.call());
  return Table;
}

test('an index is added to a table and taken away in place', async () => {
  using stacks = testStacks();
  await stacks.deploy({ Orders: table() });
  const { TableId } = (await describeTable(stacks)) ?? {};
  await stacks.deploy({ Orders: table(byCustomer) });
  expect(await describeTable(stacks)).toMatchObject({
    TableId,
    GlobalSecondaryIndexes: [{ IndexName: 'by-customer' }],
  });
  await stacks.deploy({ Orders: table() });
  expect((await describeTable(stacks))?.GlobalSecondaryIndexes).toBeUndefined();
});

test('numbers that a template writes as text are numbers to the service', async () => {
  using stacks = testStacks();
  await stacks.deploy({
    Orders: table({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: '5', WriteCapacityUnits: '2' },
    }),
  });
  expect((await describeTable(stacks))?.ProvisionedThroughput).toMatchObject({
    ReadCapacityUnits: 5,
    WriteCapacityUnits: 2,
  });
});

test('a table gets its time to live', async () => {
  using stacks = testStacks();
  await stacks.deploy({
    Orders: table({ TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } }),
  });
  const { TimeToLiveDescription } = await stacks.services.dynamodb.DescribeTimeToLive(
    { TableName: 'orders' },
    stacks.call(),
  );
  expect(TimeToLiveDescription).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
});

test('a replica in another region is refused before anything is made', async () => {
  using stacks = testStacks();
  const { Properties } = table();
  const Global = {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: { ...Properties, Replicas: [{ Region: { Ref: 'AWS::Region' } }, { Region: 'eu-west-1' }] },
  };
  await expect(stacks.deploy({ Global })).rejects.toMatchObject({
    kind: 'unsupported',
    logicalId: 'Global',
    message: 'A replica outside us-east-1 is not supported by the local cloud.',
  });
});

test('an index of a table with replicas is named again in the replica, without settings of its own', async () => {
  using stacks = testStacks();
  const { Properties } = table();
  const keys = [{ AttributeName: 'customerId', KeyType: 'HASH' }];
  const Global = (settings: object = {}) => ({
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      ...Properties,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'orderId', AttributeType: 'S' },
        { AttributeName: 'customerId', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'byCustomer', KeySchema: keys, Projection: { ProjectionType: 'ALL' } },
      ],
      Replicas: [
        {
          Region: { Ref: 'AWS::Region' },
          GlobalSecondaryIndexes: [{ IndexName: 'byCustomer', ...settings }],
        },
      ],
    },
  });
  await expect(
    stacks.deploy({ Global: Global({ ContributorInsightsSpecification: { Enabled: true } }) }),
  ).rejects.toMatchObject({
    kind: 'unsupported',
    message:
      'The property Replicas.GlobalSecondaryIndexes.ContributorInsightsSpecification of AWS::DynamoDB::GlobalTable is not supported by the local cloud.',
  });
  const { resources } = await stacks.deploy({ Global: Global() });
  const { Table } = await stacks.services.dynamodb.DescribeTable(
    { TableName: resources.Global?.physicalId },
    stacks.call(),
  );
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['byCustomer']);
});

test('a queue policy is set on its queues and goes with the stack', async () => {
  using stacks = testStacks();
  const Orders = { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain', Properties: { QueueName: 'orders' } };
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      },
    ],
  };
  const Policy = {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'Orders' }], PolicyDocument },
  };
  const { resources } = await stacks.deploy({ Orders, Policy });
  const policy = async () =>
    (
      await stacks.services.sqs.GetQueueAttributes(
        { QueueUrl: resources.Orders?.physicalId, AttributeNames: ['Policy'] },
        stacks.call(),
      )
    ).Attributes?.Policy;
  expect(JSON.parse((await policy()) ?? '')).toEqual(PolicyDocument);
  await stacks.cloudFormation.deleteStack('Lab');
  expect(await policy()).toBeUndefined();
});

test('an inline policy of a queue is set, changed and taken away with its resource', async () => {
  using stacks = testStacks();
  const Orders = { Type: 'AWS::SQS::Queue' };
  const document = (...Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: '*' }],
  });
  const inline = (PolicyDocument: object) => ({
    Type: 'AWS::SQS::QueueInlinePolicy',
    Properties: { Queue: { Ref: 'Orders' }, PolicyDocument },
  });
  const policyAfter = async (resources: Record<string, object>) => {
    const { resources: made } = await stacks.deploy({ Orders, ...resources });
    const { Attributes } = await stacks.services.sqs.GetQueueAttributes(
      { QueueUrl: made.Orders?.physicalId, AttributeNames: ['Policy'] },
      stacks.call(),
    );
    return Attributes?.Policy && JSON.parse(Attributes.Policy);
  };
  expect(await policyAfter({ Policy: inline(document('sqs:SendMessage')) })).toEqual(
    document('sqs:SendMessage'),
  );
  const more = document('sqs:SendMessage', 'sqs:ReceiveMessage');
  expect(await policyAfter({ Policy: inline(more) })).toEqual(more);
  expect(await policyAfter({})).toBeUndefined();
});

test('a managed policy that changes gets a new default version, again and again', async () => {
  using stacks = testStacks();
  const deploy = (Action: string) =>
    stacks.deploy({
      Policy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
        },
      },
    });
  for (let round = 1; round <= 7; round++) await deploy(`sqs:Send${'?'.repeat(round)}`);
  const { resources } = await deploy('sqs:SendMessage');
  const PolicyArn = resources.Policy?.physicalId;
  const { Policy } = await stacks.services.iam.GetPolicy({ PolicyArn }, stacks.call());
  expect(Policy?.DefaultVersionId).toBe('v8');
  await stacks.cloudFormation.deleteStack('Lab');
  await expect(stacks.services.iam.GetPolicy({ PolicyArn }, stacks.call())).rejects.toThrow('was not found');
});

test('an alarm is defined and removed with its stack', async () => {
  using stacks = testStacks();
  const Alarm = {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: '1',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Namespace: 'AWS/SQS',
      Period: 60,
      Statistic: 'Maximum',
      Threshold: '1',
    },
  };
  const { resources } = await stacks.deploy({ Alarm });
  const alarms = async () =>
    (await stacks.services.cloudwatch.DescribeAlarms({}, stacks.call())).MetricAlarms;
  expect(await alarms()).toMatchObject([
    { AlarmName: resources.Alarm?.physicalId, Threshold: 1, EvaluationPeriods: 1 },
  ]);
  await stacks.cloudFormation.deleteStack('Lab');
  expect(await alarms()).toEqual([]);
});

test("CDK's log retention makes the group or takes the one that is there", async () => {
  using stacks = testStacks();
  const logGroupName = '/aws/lambda/worker';
  await stacks.services.logs.CreateLogGroup({ logGroupName }, stacks.call());
  const Retention = {
    Type: 'Custom::LogRetention',
    Properties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:p',
      LogGroupName: logGroupName,
      RetentionInDays: 14,
    },
  };
  await stacks.deploy({ Retention });
  const { logGroups } = await stacks.services.logs.DescribeLogGroups({}, stacks.call());
  expect(logGroups).toMatchObject([{ logGroupName, retentionInDays: 14 }]);
});

test('a function carries the tags of CloudFormation beside its own', async () => {
  using stacks = testStacks();
  const Handler = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'handler',
      Role: 'arn:aws:iam::123456789012:role/handler',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'exports.handler = async () => {};' },
      Tags: [{ Key: 'team', Value: 'orders' }],
    },
  };
  const { stackId } = await stacks.deploy({ Handler });
  expect(stacks.functions.get('handler')?.Tags).toEqual({
    team: 'orders',
    'aws:cloudformation:logical-id': 'Handler',
    'aws:cloudformation:stack-id': stackId,
    'aws:cloudformation:stack-name': 'Lab',
  });
});
