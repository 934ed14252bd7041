import { describe, expect, test } from 'vitest';
import { type PolicyKind, parsePolicy } from './policy.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::orders' };

function refusal(document: unknown, kind: PolicyKind = 'identity'): string | undefined {
  try {
    parsePolicy(typeof document === 'string' ? document : JSON.stringify(document), kind);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is said of a policy with one statement: `ALLOW` with these elements changed. */
function refusalOf(change: object): string | undefined {
  return refusal({ Version: '2012-10-17', Statement: { ...ALLOW, ...change } });
}

describe('the grammar', () => {
  const SYNTAX = 'Syntax errors in policy.';

  test.each([
    ['an unknown element', { Extra: 'x' }],
    ['an effect that is none', { Effect: 'Maybe' }],
    ['no effect', { Effect: undefined }],
    ['an id that is no text', { Sid: [] }],
    ['actions twice', { NotAction: 's3:GetObject' }],
    ['resources twice, the second empty', { NotResource: [] }],
    ['an action that is no text', { Action: {} }],
    ['a resource among texts that is no text', { Resource: ['*', {}] }],
    ['a condition that is a list', { Condition: [] }],
    ['a condition operator without keys', { Condition: { DateGreaterThan: 'x' } }],
    ['a condition value that is an object', { Condition: { DateGreaterThan: { 'aws:CurrentTime': {} } } }],
    ['a condition operator that is none', { Condition: { Resembles: { 'aws:SourceArn': 'x' } } }],
    [
      'a set operator with two colons',
      { Condition: { 'ForAnyValue::StringEquals': { 'aws:SourceArn': 'x' } } },
    ],
  ])('refuses %s', (_, change) => {
    expect(refusalOf(change)).toBe(SYNTAX);
  });

  test.each([
    ['text that is not JSON', 'allow everything'],
    ['a version that is none', { Version: '2013-10-17', Statement: ALLOW }],
    ['no statement', { Version: '2012-10-17' }],
    ['an empty list of statements', { Version: '2012-10-17', Statement: [] }],
    ['a document id that is no text', { Version: '2012-10-17', Id: ['x'], Statement: ALLOW }],
  ])('refuses %s', (_, document) => {
    expect(refusal(document)).toBe(SYNTAX);
  });

  test.each([
    ['an operator that asks for nothing', { Condition: { Resembles: {} } }],
    ['spaces in an action', { Action: 's3: List Bucket ' }],
    ['a vendor with a dot', { Action: 's3.x:ListBucket' }],
    ['a resource with three parts', { Resource: 'arn:aws:orders' }],
    ['a service that is not known', { Resource: 'arn:aws:orders:us-east-1::table' }],
    ['a user of any account', { Resource: 'arn:aws:iam::*:user/anna' }],
    ['an access point, whose ARN has a region', { Resource: 'arn:aws:s3:us-east-1:1:accesspoint/a' }],
  ])('allows %s', (_, change) => {
    expect(refusalOf(change)).toBeUndefined();
  });
});

describe('what the statements of an identity say', () => {
  const LEGACY = 'The policy failed legacy parsing';
  const dated = (date: string) => ({ Condition: { DateLessThan: { 'aws:CurrentTime': date } } });

  test.each<[string, object, string]>([
    ['no action', { Action: undefined }, 'Policy statement must contain actions.'],
    ['an empty list of actions', { Action: [] }, 'Policy statement must contain actions.'],
    ['no resource', { Resource: undefined }, 'Policy statement must contain resources.'],
    [
      'an action without a vendor',
      { Action: 'ListBucket' },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'an action with two colons',
      { Action: 's3:List:Bucket' },
      'Actions/Condition can contain only one colon.',
    ],
    ['a vendor with a space', { Action: 's 3:ListBucket' }, 'Vendor s 3 is not valid'],
    ['a resource without a colon', { Resource: 'orders' }, 'Resource orders must be in ARN format or "*".'],
    ['an empty resource', { Resource: [''] }, 'Resource  must be in ARN format or "*".'],
    [
      'a resource of no partition',
      { Resource: 'aws:s3:::orders' },
      'Partition "s3" is not valid for resource "arn:s3:::orders:*".',
    ],
    [
      'a resource without a vendor',
      { Resource: 'arn:aws' },
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    [
      'a bucket with a region',
      { Resource: 'arn:aws:s3:us-east-1::orders' },
      'Resource arn:aws:s3:us-east-1::orders can not contain region information.',
    ],
    [
      'a role with a region',
      { Resource: 'arn:aws:iam:us-east-1::role/a' },
      'IAM resource arn:aws:iam:us-east-1::role/a cannot contain region information.',
    ],
    [
      'something of IAM that it has not',
      { Resource: 'arn:aws:iam:::orders' },
      'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, ' +
        'instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, ' +
        'report/, access-report/.',
    ],
    ['an effect in small letters', { Effect: 'allow' }, LEGACY],
    ['an ARN that lacks a colon', { Resource: 'arn:aws:s3::orders' }, LEGACY],
    ['an ARN without a service', { Resource: 'arn:aws::::orders' }, LEGACY],
    ['a date that is none', dated('soon'), LEGACY],
    ['a thirteenth month', dated('2026-13'), LEGACY],
    ['an epoch of more than 64 bits', dated('9223372036854775808'), LEGACY],
  ])('is refused with %s', (_, change, message) => {
    expect(refusalOf(change)).toBe(message);
  });

  test.each(['2026-07-01T00:00:00Z', '2026-12-13t2:00:00.593194+23', '-292275054', '01T'])(
    'may hold the date %s',
    (date) => {
      expect(refusalOf(dated(date))).toBeUndefined();
    },
  );

  test('is refused in this order: old parser, ids, actions, resources, form of resources, form of actions', () => {
    const wrong = [
      { Effect: 'allow' },
      { Sid: 'a', Effect: 'Allow' },
      { Sid: 'b', Effect: 'Allow', Resource: 'orders' },
      { Sid: 'c', Effect: 'Allow', Action: 'List' },
      { Sid: 'd', Effect: 'Allow', Action: 'List', Resource: 'orders' },
      { Sid: 'e', Effect: 'Allow', Action: 'List', Resource: '*' },
    ];
    const said = wrong.map((first, index) => {
      const others = wrong.slice(index + 1);
      const twin = index === 1 ? [{ ...ALLOW, Sid: 'a' }] : [];
      return refusal({ Version: '2012-10-17', Statement: [first, ...others, ...twin] });
    });
    expect(said).toEqual([
      'The policy failed legacy parsing',
      'Statement IDs (SID) in a single policy must be unique.',
      'Policy statement must contain actions.',
      'Policy statement must contain resources.',
      'Resource orders must be in ARN format or "*".',
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ]);
  });

  test('may have the empty id more than once', () => {
    const statement = { ...ALLOW, Sid: '' };
    expect(refusal({ Version: '2012-10-17', Statement: [statement, statement] })).toBeUndefined();
  });
});

test('a managed policy is of version 2012-10-17, whatever else is wrong', () => {
  const old = 'Policy document must be version 2012-10-17 or greater.';
  expect(refusal({ Statement: ALLOW }, 'managed')).toBe(old);
  expect(refusal({ Version: '2008-10-17', Statement: { ...ALLOW, Effect: 'allow' } }, 'managed')).toBe(old);
  expect(refusal({ Statement: ALLOW }, 'identity')).toBeUndefined();
});

describe('a trust policy', () => {
  const trust = (change: object) =>
    refusal(
      {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, ...change },
      },
      'trust',
    );

  test('that is not JSON is called so', () => {
    expect(refusal('{', 'trust')).toBe('This policy contains invalid Json');
  });

  test('is about the actions with which a role is assumed, and about no resource', () => {
    expect(trust({ Action: ['sts:AssumeRole', 'sts:TagSession'] })).toBeUndefined();
    expect(trust({ Action: 'sts:*' })).toBeUndefined();
    expect(trust({ Action: 'sts:GetCallerIdentity' })).toBe(
      'AssumeRole policy may only specify STS AssumeRole actions.',
    );
    expect(trust({ Action: 'sts:AssumeRole', Resource: '*' })).toBe('Has prohibited field Resource');
  });
});
