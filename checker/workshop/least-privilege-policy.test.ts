import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../local-cloud/journal.ts';
import { deniedOf, excessOf, type Grant, smallestPolicy, usesOf } from './least-privilege-policy.ts';

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders';
const other = 'arn:aws:dynamodb:us-east-1:123456789012:table/Ledger';
const session = (role: string) => `arn:aws:sts::123456789012:assumed-role/${role}/worker`;

function call(role: string, operation: string, action: string, resource = table): JournalEntry {
  const seq = 1;
  return {
    type: 'call',
    seq,
    at: 0,
    service: 'dynamodb',
    operation,
    principal: session(role),
    requestId: 'r',
    resources: [resource],
    actions: [action],
    durationMs: 1,
  };
}

describe('what a role used', () => {
  it('is the actions that IAM was asked for, not the operations: a batch that deletes needs sqs:DeleteMessage', () => {
    const entries = [call('Worker', 'DeleteMessageBatch', 'sqs:DeleteMessage', 'arn:aws:sqs:us-east-1:1:q')];
    expect(usesOf(entries, 'Worker')).toEqual([
      { action: 'sqs:DeleteMessage', resource: 'arn:aws:sqs:us-east-1:1:q' },
    ]);
  });

  it('leaves out other roles, also one whose name begins the same', () => {
    const entries = [
      call('Worker2', 'PutItem', 'dynamodb:PutItem'),
      call('Work', 'GetItem', 'dynamodb:GetItem'),
    ];
    expect(usesOf(entries, 'Worker')).toEqual([]);
  });

  it('leaves out what was denied, which is told apart', () => {
    const denial: JournalEntry = {
      type: 'denial',
      seq: 2,
      at: 0,
      principal: session('Worker'),
      action: 'dynamodb:PutItem',
      resource: table,
      message: 'User is not authorized',
    };
    const entries = [denial, call('Worker', 'PutItem', 'dynamodb:PutItem')];
    expect(usesOf(entries, 'Worker')).toEqual([]);
    expect(deniedOf(entries, 'Worker')).toEqual([{ action: 'dynamodb:PutItem', resource: table }]);
  });
});

describe('the smallest policy', () => {
  it('has one statement for resources with the same actions', () => {
    const uses = [table, other].map((resource) => ({ action: 'dynamodb:PutItem', resource }));
    expect(smallestPolicy([...uses, { action: 'dynamodb:GetItem', resource: 'arn:x' }])).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: [other, table] },
        { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: ['arn:x'] },
      ],
    });
  });

  it('opens log streams and objects to all of their group and bucket: the next run has other names', () => {
    const resources = [
      'arn:aws:logs:us-east-1:1:log-group:worker:log-stream:2026/01/01/[$LATEST]a',
      'arn:aws:logs:us-east-1:1:log-group:worker:log-stream:2026/01/01/[$LATEST]b',
      'arn:aws:s3:::receipts/order-1.json',
      'arn:aws:s3:::receipts',
    ];
    const { Statement } = smallestPolicy(resources.map((resource) => ({ action: 'a:B', resource })));
    expect(Statement.flatMap(({ Resource }) => Resource)).toEqual([
      'arn:aws:logs:us-east-1:1:log-group:worker:*',
      'arn:aws:s3:::receipts',
      'arn:aws:s3:::receipts/*',
    ]);
  });
});

describe('what is granted beyond', () => {
  const grant = (action: string, ...resources: string[]): Grant => ({
    policy: 'Default',
    actions: [action],
    resources,
    conditional: false,
  });
  const uses = [{ action: 'dynamodb:PutItem', resource: table }];

  it('is nothing when action and resource are the used ones', () => {
    expect(excessOf([grant('dynamodb:PutItem', table)], uses)).toEqual([]);
  });

  it('an action that nobody used', () => {
    expect(excessOf([grant('dynamodb:Scan', table)], uses)).toMatchObject([
      { kind: 'never-used', action: 'dynamodb:Scan', resource: table },
    ]);
  });

  it('a resource on which the action was not used', () => {
    expect(excessOf([grant('dynamodb:PutItem', table, other)], uses)).toMatchObject([
      { kind: 'never-used', action: 'dynamodb:PutItem', resource: other },
    ]);
  });

  it('a wildcard action, with the actions that would do; case does not matter in actions', () => {
    expect(excessOf([grant('DynamoDB:Put*', table)], uses)).toMatchObject([
      { kind: 'wildcard-action', used: ['dynamodb:PutItem'] },
    ]);
  });

  it('a wildcard resource, with the resources that would do', () => {
    expect(excessOf([grant('dynamodb:PutItem', '*')], uses)).toMatchObject([
      { kind: 'wildcard-resource', resource: '*', used: [table] },
    ]);
  });

  it('not a * for an action that names no resource, nor a wildcard that the smallest policy has too', () => {
    const object = { action: 's3:PutObject', resource: 'arn:aws:s3:::receipts/order-1.json' };
    const unnamed = { action: 'xray:PutTraceSegments', resource: '*' };
    const grants = [grant('s3:PutObject', 'arn:aws:s3:::receipts/*'), grant('xray:PutTraceSegments', '*')];
    expect(excessOf(grants, [object, unnamed])).toEqual([]);
  });
});
