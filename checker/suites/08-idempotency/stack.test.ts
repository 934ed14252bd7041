import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, type Fixtures } from '../../fixtures.ts';

type Template = Fixtures['template'];

const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
const tableOf = (template: Template) => template.named('IdempotencyTableName', ...tableTypes);
const queueOf = (template: Template) => template.named('QueueUrl', 'AWS::SQS::Queue');
const deadLetterQueueOf = (template: Template) => template.named('DeadLetterQueueUrl', 'AWS::SQS::Queue');
const functionOf = (template: Template) => template.named('FunctionName', 'AWS::Lambda::Function');

check(
  'records-have-a-time-to-live',
  {
    title: 'DynamoDB deletes records by itself once they have expired',
    points: 1,
    hints: [
      'A record for each order, for ever: who tidies up?',
      'DynamoDB deletes items by an attribute of your choice, but only if the table names it.',
      "new Table(this, …, { timeToLiveAttribute: 'expiresAt' }), with the name that your handler writes.",
    ],
    lesson: '#expiry',
    starter: 'fails',
  },
  ({ template }) => {
    const table = tableOf(template);
    const name = template.property(table, 'TimeToLiveSpecification.AttributeName');
    const enabled = template.property(table, 'TimeToLiveSpecification.Enabled');
    assert(
      typeof name === 'string' && String(enabled) === 'true',
      'The idempotency table has no time to live: every record stays, and is paid for, for ever.',
    );
  },
);

check(
  'records-table-as-agreed',
  {
    title: 'records are kept by id in a table that is paid by request and goes with the stack',
    points: 0,
    hints: [
      'The key of the table is agreed; its other attributes are yours.',
      'Partition key id (a string), no sort key, on-demand billing, removal policy DESTROY.',
      "new Table(this, …, { partitionKey: { name: 'id', type: AttributeType.STRING }, billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY })",
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  ({ template }) => {
    const table = tableOf(template);
    const keys = template.property(table, 'KeySchema');
    assert(
      isDeepStrictEqual(keys, [{ AttributeName: 'id', KeyType: 'HASH' }]),
      `The idempotency table has the key ${JSON.stringify(keys)}; it should have the partition key id and no sort key.`,
    );
    assert(
      template.property(table, 'BillingMode') === 'PAY_PER_REQUEST',
      'The idempotency table is not on-demand: its BillingMode should be PAY_PER_REQUEST.',
    );
    assert(
      table.deletionPolicy === 'Delete',
      'The idempotency table stays behind when the stack is deleted: its removal policy should be DESTROY.',
    );
  },
);

check(
  'queue-as-in-lab-07',
  {
    title:
      'batches of 10, partial failures, five receives, 14 days for dead letters, and visibility to cover the retries',
    points: 0,
    hints: [
      'The queue is the one of lab 07, and the starter has it right.',
      'Compare your stack with the one that you were given: npm run workshop -- diff 08.',
      'Batch 10, window 5 s, maximum concurrency 50, reportBatchItemFailures, visibility 6 × timeout + 5 s, maxReceiveCount 5, retention 14 days.',
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  ({ template }) => {
    const [mapping] = template.mappings(queueOf(template), functionOf(template));
    assert(mapping, 'Nothing delivers from the queue to the function.');
    const settings = [
      ['BatchSize', 10, 10],
      ['MaximumBatchingWindowInSeconds', 5, 0],
      ['ScalingConfig.MaximumConcurrency', 50, Number.NaN],
    ] as const;
    for (const [path, wanted, byDefault] of settings) {
      const actual = template.number(mapping, path, byDefault);
      assert(actual === wanted, `The event source mapping's ${path} is ${actual}; it should be ${wanted}.`);
    }
    const types = template.property(mapping, 'FunctionResponseTypes');
    assert(
      Array.isArray(types) && types.includes('ReportBatchItemFailures'),
      'The event source mapping does not list ReportBatchItemFailures: a refused order would be deleted with its batch.',
    );
    const policy = template.property(queueOf(template), 'RedrivePolicy');
    const { deadLetterTargetArn, maxReceiveCount } = (
      typeof policy === 'string' ? JSON.parse(policy) : (policy ?? {})
    ) as Record<string, unknown>;
    assert(
      deadLetterTargetArn === deadLetterQueueOf(template).arn && Number(maxReceiveCount) === 5,
      'The queue should move a message to the queue of the output DeadLetterQueueUrl after 5 receives.',
    );
    const kept = template.number(deadLetterQueueOf(template), 'MessageRetentionPeriod', 345_600);
    assert(
      kept === 1_209_600,
      `The dead-letter queue keeps messages for ${kept} s; it should be 1209600 s (14 days).`,
    );
    const timeout = template.number(functionOf(template), 'Timeout', 3);
    const visibility = template.number(queueOf(template), 'VisibilityTimeout', 30);
    assert(
      visibility >= 6 * timeout + 5,
      `The queue hides a message for ${visibility} s; with a timeout of ${timeout} s it should be at least ${6 * timeout + 5} s.`,
    );
  },
);

check(
  'function-may-do-its-work',
  {
    title: 'the function may write its records, and ledger and control table as given/ needs them',
    points: 0,
    hints: [
      'Which tables does given/ use, and how?',
      'ledger.ts puts rows; downstream.ts gets and updates one item; what your records need is up to your code.',
      "ledger.grant(handler, 'dynamodb:PutItem'); control.grant(handler, 'dynamodb:GetItem', 'dynamodb:UpdateItem'); and on the records each action that you call.",
    ],
    lesson: '#permissions',
    starter: 'passes',
  },
  ({ template }) => {
    const permissions = template.permissions(functionOf(template));
    const needed = [
      ['LedgerTableName', ['PutItem']],
      ['ControlTableName', ['GetItem', 'UpdateItem']],
    ] as const;
    for (const [output, actions] of needed) {
      const table = template.named(output, ...tableTypes);
      for (const action of actions) {
        assert(
          permissions.allows(`dynamodb:${action}`, table.arn),
          `The function's role does not allow dynamodb:${action} on ${table.arn} (${output}).`,
        );
      }
    }
    const records = tableOf(template);
    assert(
      ['PutItem', 'UpdateItem'].some((action) => permissions.allows(`dynamodb:${action}`, records.arn)),
      `The function's role allows no write on ${records.arn}: neither dynamodb:PutItem nor dynamodb:UpdateItem.`,
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
    lesson: '#contract',
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
