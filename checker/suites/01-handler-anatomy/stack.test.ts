import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, deletionProtected, type Fixtures, keyTypes } from '../../fixtures.ts';

type Template = Fixtures['template'];

const tableOf = (template: Template) =>
  template.named('TableName', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
const functionOf = (template: Template) => template.named('FunctionName', 'AWS::Lambda::Function');

check(
  'table-as-agreed',
  {
    title: 'orders are kept by orderId in a table that is paid by request and goes with the stack',
    points: 1,
    hints: [
      'What does the table cost in a week without orders, and after you have deleted the stack?',
      'Three things are agreed: partition key orderId (a string) and no sort key, on-demand billing, removal policy DESTROY.',
      "new Table(this, …, { partitionKey: { name: 'orderId', type: AttributeType.STRING }, billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY })",
    ],
    lesson: '#stack',
    starter: 'fails',
  },
  ({ template }) => {
    const table = tableOf(template);
    const keys = template.property(table, 'KeySchema');
    assert(
      isDeepStrictEqual(keys, [{ AttributeName: 'orderId', KeyType: 'HASH' }]),
      `The orders table has the key ${JSON.stringify(keys)}; it should have the partition key orderId and no sort key.`,
    );
    assert(
      isDeepStrictEqual(keyTypes(table), ['S']),
      `The partition key orderId has the type ${keyTypes(table).join(', ') || '(none)'}; it should be S, a string.`,
    );
    assert(
      template.property(table, 'BillingMode') === 'PAY_PER_REQUEST',
      'The orders table is not on-demand: you pay for reads and writes that nobody makes. Its BillingMode should be PAY_PER_REQUEST.',
    );
    assert(
      table.deletionPolicy === 'Delete',
      'The orders table stays behind when the stack is deleted: its removal policy should be DESTROY.',
    );
    assert(
      !deletionProtected(table),
      'The orders table has deletion protection: DynamoDB refuses to delete it, and the stack cannot be deleted either. Leave it out here.',
    );
  },
);

check(
  'function-knows-its-table',
  {
    title: 'the function is told the name of its table and may write to it',
    points: 0,
    hints: [
      'Follow the name of the table: from the construct to the code that uses it.',
      'TABLE_NAME is an environment variable of the function, and its role needs the right to write.',
      "environment: { TABLE_NAME: table.tableName }, and table.grant(receiver, 'dynamodb:PutItem')",
    ],
    lesson: '#stack',
    starter: 'passes',
  },
  ({ template }) => {
    const [receiver, table] = [functionOf(template), tableOf(template)];
    const name = template.property(receiver, 'Environment.Variables.TABLE_NAME');
    assert(
      name === table.name || name === table.arn,
      `The function's TABLE_NAME is ${String(name ?? 'not set')}; it should be the name of the table of the output TableName.`,
    );
    const permissions = template.permissions(receiver);
    assert(
      ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'].some((action) =>
        permissions.allows(action, table.arn),
      ),
      `The function's role allows no write on ${table.arn}: neither dynamodb:PutItem nor dynamodb:UpdateItem.`,
    );
  },
);

check(
  'runtime-is-supported',
  {
    title: 'the function runs on a Node.js that Lambda supports',
    points: 0,
    hints: [
      'A runtime that is deprecated gets no security patches, and in the end no deployments.',
      'Which runtimes of the list take promise handlers only?',
      'runtime: Runtime.NODEJS_24_X, or Runtime.NODEJS_22_X',
    ],
    lesson: '#init',
    starter: 'passes',
  },
  ({ template }) => {
    const runtime = template.property(functionOf(template), 'Runtime');
    assert(
      runtime === 'nodejs24.x' || runtime === 'nodejs22.x',
      `The function's runtime is ${String(runtime)}; it should be nodejs24.x (nodejs22.x will do).`,
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
      'Leave out tableName, functionName, roleName and logGroupName, and read the names from the outputs.',
    ],
    lesson: '#stack',
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
