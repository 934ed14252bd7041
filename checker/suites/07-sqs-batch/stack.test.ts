import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, deletionProtected, type Fixtures, keyTypes } from '../../fixtures.ts';

type Template = Fixtures['template'];

const queueOf = (template: Template) => template.named('QueueUrl', 'AWS::SQS::Queue');
const deadLetterQueueOf = (template: Template) => template.named('DeadLetterQueueUrl', 'AWS::SQS::Queue');
const functionOf = (template: Template) => template.named('FunctionName', 'AWS::Lambda::Function');
const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

function mappingOf(template: Template) {
  const [mapping, ...others] = template.mappings(queueOf(template), functionOf(template));
  assert(
    mapping,
    'Nothing delivers from the queue to the function: there is no enabled event source mapping between them.',
  );
  assert(
    others.length === 0,
    `${others.length + 1} event source mappings deliver from the queue to the function; one is enough.`,
  );
  return mapping;
}

check(
  'batch-settings',
  {
    title: 'Lambda takes batches of 10, waits up to 5 s for them, and runs at most 50 at a time',
    points: 1,
    hints: [
      'Three numbers of the event source mapping: how many, how long, how many at once.',
      'SqsEventSource takes batchSize, maxBatchingWindow and maxConcurrency.',
      'new SqsEventSource(queue, { batchSize: 10, maxBatchingWindow: Duration.seconds(5), maxConcurrency: 50, … })',
    ],
    lesson: '#how-it-works',
    starter: 'fails',
  },
  ({ template }) => {
    const mapping = mappingOf(template);
    const expected = [
      ['BatchSize', 10, 10],
      ['MaximumBatchingWindowInSeconds', 5, 0],
      ['ScalingConfig.MaximumConcurrency', 50, Number.NaN],
    ] as const;
    for (const [path, value, byDefault] of expected) {
      const actual = template.number(mapping, path, byDefault);
      assert(
        actual === value,
        `The event source mapping's ${path} is ${Number.isNaN(actual) ? 'not set' : actual}; it should be ${value}.`,
      );
    }
  },
);

check(
  'partial-failures-enabled',
  {
    title: 'the event source mapping reads the batch response',
    points: 1,
    hints: [
      'Your handler may answer what it likes: by default Lambda does not look.',
      'Without ReportBatchItemFailures the answer is ignored, and the whole batch is deleted.',
      'new SqsEventSource(queue, { reportBatchItemFailures: true, … })',
    ],
    lesson: '#batch-response',
    starter: 'fails',
  },
  ({ template }) => {
    const types = template.property(mappingOf(template), 'FunctionResponseTypes');
    assert(
      Array.isArray(types) && types.includes('ReportBatchItemFailures'),
      'The event source mapping does not list ReportBatchItemFailures in FunctionResponseTypes: Lambda ignores what the handler reports and deletes the whole batch.',
    );
  },
);

check(
  'visibility-covers-retries',
  {
    title: 'the queue hides a message for at least six function timeouts and the batching window',
    points: 1,
    hints: [
      'While a message is being worked on, SQS hides it. What if the work takes longer than that?',
      'AWS recommends six times the function timeout, plus the batching window: Lambda retries throttled batches in that time.',
      'For a timeout of 30 s and a window of 5 s that is 6 × 30 + 5 = 185 s: visibilityTimeout: Duration.seconds(185).',
    ],
    lesson: '#visibility',
    starter: 'fails',
  },
  ({ template }) => {
    // Defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html, 3 s for a function
    const visibility = template.number(queueOf(template), 'VisibilityTimeout', 30);
    const timeout = template.number(functionOf(template), 'Timeout', 3);
    assert(
      timeout > 1,
      `The function ends after ${timeout} s. An order of the sku SLOW takes a second in the ledger alone: its timeout should fit the work.`,
    );
    const needed = 6 * timeout + 5;
    assert(
      visibility >= needed,
      `The queue hides a message for ${visibility} s. The function may run ${timeout} s and the window is 5 s: it should be at least 6 × ${timeout} + 5 = ${needed} s, or a message can be delivered again while it is still being worked on.`,
    );
  },
);

check(
  'redrive-after-five',
  {
    title: 'after five receives a message moves to the dead-letter queue',
    points: 1,
    hints: [
      'What does SQS count each time it hands out a message?',
      'The redrive policy belongs to the source queue: where to, and after how many receives.',
      'new Queue(this, …, { deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 } })',
    ],
    lesson: '#redrive',
    starter: 'fails',
  },
  ({ template }) => {
    const policy = template.property(queueOf(template), 'RedrivePolicy');
    const { deadLetterTargetArn, maxReceiveCount } = (
      typeof policy === 'string' ? JSON.parse(policy) : (policy ?? {})
    ) as Record<string, unknown>;
    assert(
      deadLetterTargetArn !== undefined,
      'The queue has no redrive policy: a poison message comes back until its retention ends, and then it is gone.',
    );
    assert(
      deadLetterTargetArn === deadLetterQueueOf(template).arn,
      `The redrive policy sends messages to ${String(deadLetterTargetArn)}, which is not the queue of the output DeadLetterQueueUrl.`,
    );
    assert(
      Number(maxReceiveCount) === 5,
      `maxReceiveCount is ${String(maxReceiveCount)}; it should be 5. Fewer, and a short outage drains good orders into the dead-letter queue.`,
    );
  },
);

check(
  'dead-letters-kept-14-days',
  {
    title: 'the dead-letter queue keeps messages for 14 days, and no shorter than the source',
    points: 1,
    hints: [
      'How long do you have to notice a dead letter, find the bug and deploy the repair?',
      'A message keeps the age that it had in the source queue: the dead-letter queue must keep it longer.',
      'new Queue(this, …, { retentionPeriod: Duration.days(14) }) for the dead-letter queue: 1,209,600 s, the most that SQS allows.',
    ],
    lesson: '#redrive',
    starter: 'fails',
  },
  ({ template }) => {
    const byDefault = 345_600;
    const kept = template.number(deadLetterQueueOf(template), 'MessageRetentionPeriod', byDefault);
    const source = template.number(queueOf(template), 'MessageRetentionPeriod', byDefault);
    assert(
      kept === 1_209_600,
      `The dead-letter queue keeps messages for ${kept} s (${kept / 86_400} days); it should be 1209600 s (14 days).`,
    );
    assert(
      kept >= source,
      `The source keeps messages for ${source} s, longer than the dead-letter queue (${kept} s): a message can expire the moment it is moved.`,
    );
  },
);

check(
  'consumer-permissions',
  {
    title: 'the function may read its queue and write both tables',
    points: 0,
    hints: [
      'Lambda polls the queue with the role of your function.',
      'A consumer needs ReceiveMessage, DeleteMessage and GetQueueAttributes on its queue; the worker also writes two tables.',
      'addEventSource grants the rights on the queue; table.grantWriteData(worker) those on a table. With L1 constructs you write the statements yourself.',
    ],
    lesson: '#permissions',
    starter: 'passes',
  },
  ({ template }) => {
    const permissions = template.permissions(functionOf(template));
    const needed = [
      [queueOf(template), ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']],
      [template.named('LedgerTableName', ...tableTypes), ['dynamodb:PutItem']],
    ] as const;
    for (const [resource, actions] of needed) {
      for (const action of actions) {
        assert(
          permissions.allows(action, resource.arn),
          `The function's role does not allow ${action} on ${resource.arn}.`,
        );
      }
    }
    const orders = template.named('TableName', ...tableTypes);
    assert(
      ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'].some((action) =>
        permissions.allows(action, orders.arn),
      ),
      `The function's role allows no write on ${orders.arn}: neither dynamodb:PutItem nor dynamodb:UpdateItem.`,
    );
  },
);

check(
  'concurrency-leaves-room',
  {
    title: 'the function can run as often at a time as its queue may call it',
    points: 0,
    hints: [
      'Two limits meet here: how often the mapping may call, and how often the function may run.',
      'When the mapping calls more often than the reserved concurrency allows, the calls are throttled, and every throttled receive counts.',
      'Leave reservedConcurrentExecutions out, or set it to at least the maxConcurrency of the event source.',
    ],
    lesson: '#concurrency',
    starter: 'passes',
  },
  ({ template }) => {
    const reserved = template.property(functionOf(template), 'ReservedConcurrentExecutions');
    if (reserved === undefined) return;
    const maximum = template.number(mappingOf(template), 'ScalingConfig.MaximumConcurrency', 1000);
    assert(
      Number(reserved) >= maximum,
      `The function may run ${String(reserved)} at a time, the event source mapping calls up to ${maximum} at a time. The rest is throttled, each throttled receive counts, and after five of them a good order is in the dead-letter queue.`,
    );
  },
);

check(
  'tables-as-agreed',
  {
    title: 'orders are kept by orderId in a table that is paid by request and goes with the stack',
    points: 0,
    hints: [
      'Other labs read this table too, so its shape is agreed.',
      'Partition key orderId (a string), no sort key, on-demand billing, removal policy DESTROY.',
      "new Table(this, …, { partitionKey: { name: 'orderId', type: AttributeType.STRING }, billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY })",
    ],
    lesson: '#how-it-works',
    starter: 'passes',
  },
  ({ template }) => {
    const orders = template.named('TableName', ...tableTypes);
    assert(
      isDeepStrictEqual(template.property(orders, 'KeySchema'), [
        { AttributeName: 'orderId', KeyType: 'HASH' },
      ]),
      `The orders table has the key ${JSON.stringify(template.property(orders, 'KeySchema'))}; it should have the partition key orderId and no sort key.`,
    );
    assert(
      isDeepStrictEqual(keyTypes(orders), ['S']),
      `The partition key orderId has the type ${keyTypes(orders).join(', ') || '(none)'}; it should be S, a string.`,
    );
    assert(
      template.property(orders, 'BillingMode') === 'PAY_PER_REQUEST',
      'The orders table is not on-demand: its BillingMode should be PAY_PER_REQUEST.',
    );
    assert(
      orders.deletionPolicy === 'Delete',
      'The orders table stays behind when the stack is deleted: its removal policy should be DESTROY.',
    );
    assert(
      !deletionProtected(orders),
      'The orders table has deletion protection: DynamoDB refuses to delete it, and the stack cannot be deleted either. Leave it out here.',
    );
  },
);

check(
  'two-stacks-fit',
  {
    title: 'the stack fits twice in one account',
    points: 0,
    hints: [
      'What happens when your colleague deploys the same stack to the same account?',
      'A fixed name is taken once. CloudFormation makes up names that are free.',
      'Leave out queueName, tableName, functionName, roleName and logGroupName, and read the names from the outputs.',
    ],
    lesson: '#how-it-works',
    starter: 'passes',
  },
  ({ template }) => {
    const fixed = template.fixedNames();
    assert(
      fixed.length === 0,
      `Two stacks would want the same name: ${fixed.map(({ id, name }) => `${id} is always called ${name}`).join('; ')}.`,
    );
  },
);
