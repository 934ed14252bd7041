// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like this
import { expect, test } from 'vitest';
import type { Principal } from '../service.ts';
import { testCloud } from '../testing.ts';
import type { AccessRequest } from './access.ts';
import { accountPrincipal, rolePrincipal, servicePrincipal } from './credentials.ts';
import { createAccess, mayAssume } from './evaluate.ts';
import { parsePolicy } from './policy.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders';
const ROLE = 'arn:aws:iam::123456789012:role/worker';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/worker/run';

type StatementSource = Record<string, unknown>;

const allow = (others: StatementSource): StatementSource => ({ Effect: 'Allow', Resource: '*', ...others });
const deny = (others: StatementSource): StatementSource => ({ Effect: 'Deny', Resource: '*', ...others });
const document = (...Statement: StatementSource[]) => JSON.stringify({ Version: '2012-10-17', Statement });

interface Question extends Partial<AccessRequest> {
  /** The role's own policy. */
  identity?: StatementSource[];
  /** The queue's policy. */
  queuePolicy?: StatementSource[];
}

function decide({ identity = [], queuePolicy, ...request }: Question) {
  using cloud = testCloud();
  const policies = identity.length > 0 ? [parsePolicy(document(...identity), 'identity')] : [];
  const access = createAccess(cloud, { policiesOf: (arn) => (arn === ROLE ? policies : []) });
  return access.decide({
    principal: rolePrincipal(cloud, ROLE, 'run'),
    action: 'sqs:SendMessage',
    resource: QUEUE,
    resourcePolicy: queuePolicy && document(...queuePolicy),
    context: {},
    ...request,
  });
}

const isAllowed = (question: Question) => decide(question).allowed;

test('without an Allow a role may do nothing, in the words of AWS', () => {
  expect(
    decide({ action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/orders' }),
  ).toEqual({
    allowed: false,
    reason: 'implicit',
    message: `User: ${SESSION} is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/orders because no identity-based policy allows the dynamodb:PutItem action`,
  });
});

test('SQS names the action in lower case', () => {
  expect(decide({ action: 'sqs:ReceiveMessage' })).toMatchObject({
    message: `User: ${SESSION} is not authorized to perform: sqs:receivemessage on resource: ${QUEUE} because no identity-based policy allows the sqs:receivemessage action`,
  });
});

test('an explicit Deny wins over any Allow', () => {
  expect(decide({ identity: [allow({ Action: '*' }), deny({ Action: 'sqs:Send*' })] })).toEqual({
    allowed: false,
    reason: 'explicit',
    message: `User: ${SESSION} is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} with an explicit deny in an identity-based policy`,
  });
});

test('the Deny of a resource is named as such', () => {
  const queuePolicy = [deny({ Principal: '*', Action: 'sqs:*' })];
  expect(decide({ identity: [allow({ Action: '*' })], queuePolicy })).toMatchObject({
    reason: 'explicit',
    message: expect.stringContaining('with an explicit deny in a resource-based policy'),
  });
});

test.each<[string, string | string[], boolean]>([
  ['its name', 'sqs:SendMessage', true],
  ['its name in other letters', 'SQS:sendmessage', true],
  ['a wildcard', 'sqs:Send*', true],
  ['one of a list', ['sqs:DeleteMessage', 'sqs:SendMessage'], true],
  ['a question mark', 'sqs:SendMessag?', true],
  ['everything', '*', true],
  ['a prefix without a wildcard', 'sqs:Send', false],
  ['another service', 'sns:*', false],
])('an action is covered by %s', (_, Action, expected) => {
  expect(isAllowed({ identity: [allow({ Action })] })).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['its ARN', QUEUE, true],
  ['a wildcard in the name', 'arn:aws:sqs:us-east-1:123456789012:ord*', true],
  ['missing parts', 'arn:aws:sqs', true],
  ['another queue', 'arn:aws:sqs:us-east-1:123456789012:payments', false],
  ['a wildcard that would have to cross a colon', 'arn:aws:sqs:*:orders', false],
])('a resource is covered by %s', (_, Resource, expected) => {
  expect(isAllowed({ identity: [allow({ Action: '*', Resource })] })).toBe(expected);
});

test('a colon in the last part of an ARN belongs to it', () => {
  const resource = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:log-stream:s';
  const Resource = 'arn:aws:logs:*:*:log-group:/aws/lambda/*:*';
  expect(
    isAllowed({ action: 'logs:PutLogEvents', resource, identity: [allow({ Action: 'logs:*', Resource })] }),
  ).toBe(true);
});

test('NotAction and NotResource cover all the others', () => {
  const notAction = { Effect: 'Allow', NotAction: 'sqs:Delete*', Resource: '*' };
  expect(isAllowed({ identity: [notAction] })).toBe(true);
  expect(isAllowed({ identity: [notAction], action: 'sqs:DeleteQueue' })).toBe(false);
  expect(isAllowed({ identity: [{ Effect: 'Allow', Action: '*', NotResource: QUEUE }] })).toBe(false);
});

test('in one account the Allow of the resource is enough', () => {
  expect(isAllowed({ queuePolicy: [allow({ Principal: { AWS: ROLE }, Action: 'sqs:*' })] })).toBe(true);
  expect(isAllowed({ queuePolicy: [allow({ Principal: { AWS: SESSION }, Action: 'sqs:*' })] })).toBe(true);
  expect(isAllowed({ queuePolicy: [allow({ Principal: '*', Action: 'sqs:*' })] })).toBe(true);
});

test('an Allow for the account leaves the decision to the identity', () => {
  const queuePolicy = [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sqs:*' })];
  expect(isAllowed({ queuePolicy })).toBe(false);
  expect(isAllowed({ queuePolicy, identity: [allow({ Action: 'sqs:SendMessage' })] })).toBe(true);
});

test('a Deny for the account binds all in it', () => {
  const queuePolicy = [deny({ Principal: { AWS: '123456789012' }, Action: 'sqs:*' })];
  expect(isAllowed({ queuePolicy, identity: [allow({ Action: '*' })] })).toBe(false);
});

test('NotPrincipal spares those that it names', () => {
  const queuePolicy = [deny({ NotPrincipal: { AWS: ROLE }, Action: 'sqs:*' })];
  expect(isAllowed({ queuePolicy, identity: [allow({ Action: '*' })] })).toBe(true);
});

test('the account itself may do everything', () => {
  using cloud = testCloud();
  expect(isAllowed({ principal: accountPrincipal(cloud) })).toBe(true);
});

test('a service reaches a queue only through the policy of the queue', () => {
  using cloud = testCloud();
  const principal = servicePrincipal(cloud, 's3.amazonaws.com', 'arn:aws:s3:::uploads');
  const context = { 'aws:sourcearn': 'arn:aws:s3:::uploads' };
  const from = (bucket: string) => [
    allow({
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` } },
    }),
  ];
  expect(isAllowed({ principal, context, queuePolicy: from('uploads') })).toBe(true);
  expect(isAllowed({ principal, context, queuePolicy: from('other') })).toBe(false);
  expect(decide({ principal, context })).toMatchObject({
    message: `User: s3.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} because no resource-based policy allows the sqs:sendmessage action`,
  });
});

test.each<[string, object, Record<string, string>, boolean]>([
  ['StringEquals', { StringEquals: { 'aws:SourceAccount': '1' } }, { 'aws:sourceaccount': '1' }, true],
  [
    'StringEquals of a list',
    { StringEquals: { 'aws:SourceAccount': ['2', '1'] } },
    { 'aws:sourceaccount': '1' },
    true,
  ],
  ['StringEquals without the key', { StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
  [
    'StringEquals of a wildcard, which it is not',
    { StringEquals: { 'aws:UserAgent': 'a*' } },
    { 'aws:useragent': 'ab' },
    false,
  ],
  [
    'StringEqualsIgnoreCase',
    { StringEqualsIgnoreCase: { 'aws:UserAgent': 'AB' } },
    { 'aws:useragent': 'ab' },
    true,
  ],
  ['StringLike', { StringLike: { 'aws:UserAgent': 'a*' } }, { 'aws:useragent': 'ab' }, true],
  [
    'StringNotEquals',
    { StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } },
    { 'aws:sourceaccount': '2' },
    false,
  ],
  ['StringNotEquals without the key', { StringNotEquals: { 'aws:SourceAccount': '1' } }, {}, true],
  ['StringEqualsIfExists without the key', { StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, {}, true],
  [
    'StringEqualsIfExists with another value',
    { StringEqualsIfExists: { 'aws:SourceAccount': '1' } },
    { 'aws:sourceaccount': '2' },
    false,
  ],
  [
    'ArnEquals',
    { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::up*' } },
    { 'aws:sourcearn': 'arn:aws:s3:::uploads' },
    true,
  ],
  [
    'ArnNotLike',
    { ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::up*' } },
    { 'aws:sourcearn': 'arn:aws:s3:::uploads' },
    false,
  ],
  ['Bool', { Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:securetransport': 'true' }, true],
  [
    'Bool of a JSON boolean',
    { Bool: { 'aws:SecureTransport': false } },
    { 'aws:securetransport': 'true' },
    false,
  ],
  ['NumericLessThan', { NumericLessThan: { 'aws:EpochTime': '10' } }, { 'aws:epochtime': '9' }, true],
  [
    'NumericGreaterThanEquals',
    { NumericGreaterThanEquals: { 'aws:EpochTime': '10' } },
    { 'aws:epochtime': '9' },
    false,
  ],
  [
    'DateLessThan',
    { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
    { 'aws:currenttime': '2029-01-01T00:00:00Z' },
    true,
  ],
  ['IpAddress', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': '10.1.2.3' }, true],
  ['NotIpAddress', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': '10.1.2.3' }, false],
  ['Null: true', { Null: { 'aws:SourceArn': 'true' } }, {}, true],
  ['Null: false', { Null: { 'aws:SourceArn': 'false' } }, {}, false],
  ['ForAllValues without the key', { 'ForAllValues:StringEquals': { 'aws:SourceArn': 'x' } }, {}, true],
  ['ForAnyValue without the key', { 'ForAnyValue:StringEquals': { 'aws:SourceArn': 'x' } }, {}, false],
  [
    'two keys, one of which fails',
    { StringEquals: { 'aws:SourceAccount': '1', 'aws:UserAgent': 'x' } },
    { 'aws:sourceaccount': '1', 'aws:useragent': 'y' },
    false,
  ],
])('the condition %s', (_, Condition, context, expected) => {
  expect(isAllowed({ identity: [allow({ Action: '*', Condition })], context })).toBe(expected);
});

test('a policy variable stands for the value of the request, whose wildcards are plain characters', () => {
  const Resource = 'arn:aws:sqs:us-east-1:123456789012:${aws:UserAgent}';
  const ask = (userAgent?: string) =>
    isAllowed({
      identity: [allow({ Action: '*', Resource })],
      context: userAgent === undefined ? {} : { 'aws:useragent': userAgent },
    });
  expect(ask('orders')).toBe(true);
  expect(ask('*')).toBe(false);
  expect(ask()).toBe(false);
});

test.each<[string, StatementSource, object]>([
  [
    'an unknown operator',
    allow({ Action: '*', Condition: { BinaryEquals: { 'aws:SourceArn': 'x' } } }),
    { name: 'UnsupportedOperation', message: expect.stringContaining('BinaryEquals') },
  ],
  [
    'an operator that only looks like one',
    allow({ Action: '*', Condition: { constructor: { 'aws:SourceArn': 'x' } } }),
    { name: 'MalformedPolicyDocumentException', message: 'Syntax errors in policy.' },
  ],
  [
    'a key that no request carries',
    allow({ Action: '*', Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'x' } } }),
    { name: 'UnsupportedOperation', message: expect.stringContaining('dynamodb:leadingkeys') },
  ],
  ['no action', { Effect: 'Allow', Resource: '*' }, { message: 'Policy statement must contain actions.' }],
  [
    'no resource',
    { Effect: 'Allow', Action: 'sqs:*' },
    { message: 'Policy statement must contain resources.' },
  ],
  [
    'a resource that is no ARN',
    allow({ Action: 'sqs:*', Resource: 'orders' }),
    { message: 'Resource orders must be in ARN format or "*".' },
  ],
  [
    'an action without a service',
    allow({ Action: 'SendMessage' }),
    { message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.' },
  ],
  [
    'a principal',
    allow({ Action: '*', Principal: '*' }),
    { message: 'Policy document should not specify a principal.' },
  ],
  [
    'another element',
    allow({ Action: '*', Colour: 'red' }),
    { name: 'MalformedPolicyDocumentException', message: 'Syntax errors in policy.' },
  ],
  [
    'another effect',
    { Effect: 'Maybe', Action: '*', Resource: '*' },
    { message: 'Syntax errors in policy.' },
  ],
])('an identity policy with %s is refused', (_, statement, expected) => {
  expect(() => parsePolicy(document(statement), 'identity')).toThrow(expect.objectContaining(expected));
});

test('a trust policy names who may assume the role, and no resource', () => {
  const trusts = (statement: StatementSource, principal: Principal, callerIsAllowed = false) =>
    mayAssume(parsePolicy(document(statement), 'trust'), principal, {}, callerIsAllowed);
  using cloud = testCloud();
  const lambda = servicePrincipal(cloud, 'lambda.amazonaws.com');
  const worker = rolePrincipal(cloud, ROLE, 'run');
  const forLambda = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const forAccount = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' };
  expect(trusts(forLambda, lambda)).toBe(true);
  expect(trusts(forLambda, worker, true)).toBe(false);
  expect(trusts(forAccount, worker)).toBe(false);
  expect(trusts(forAccount, worker, true)).toBe(true);
  expect(() => parsePolicy(document({ ...forLambda, Resource: '*' }), 'trust')).toThrow(
    'Has prohibited field Resource',
  );
});
