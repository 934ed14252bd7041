import { expect, test } from 'vitest';
import { testCloud } from '../../testing.ts';
import { createIam } from './index.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
});
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const ROLE = 'arn:aws:iam::123456789012:role/worker';

function setUp() {
  const cloud = testCloud();
  const iam = createIam(cloud);
  iam.operations.CreateRole({ RoleName: 'worker', AssumeRolePolicyDocument: trust });
  return { ...iam.operations, iam, [Symbol.dispose]: () => cloud[Symbol.dispose]() };
}

test('a role has an ARN, an id, and its trust policy comes back URL-encoded', () => {
  using iam = setUp();
  const { Role } = iam.GetRole({ RoleName: 'worker' });
  expect(Role).toMatchObject({ Arn: ROLE, Path: '/', MaxSessionDuration: 3600 });
  expect(Role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
});

test('a role name is taken once', () => {
  using iam = setUp();
  expect(() => iam.CreateRole({ RoleName: 'worker', AssumeRolePolicyDocument: trust })).toThrow(
    expect.objectContaining({
      name: 'EntityAlreadyExistsException',
      status: 409,
      message: 'Role with name worker already exists.',
    }),
  );
});

test('a role that is not there', () => {
  using iam = setUp();
  expect(() => iam.GetRole({ RoleName: 'nobody' })).toThrow(
    expect.objectContaining({
      name: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name nobody cannot be found.',
    }),
  );
});

test('a role with policies cannot be deleted', () => {
  using iam = setUp();
  iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn: BASIC });
  iam.PutRolePolicy({ RoleName: 'worker', PolicyName: 'send', PolicyDocument: policy });
  const remove = () => iam.DeleteRole({ RoleName: 'worker' });
  expect(remove).toThrow('Cannot delete entity, must detach all policies first.');
  iam.DetachRolePolicy({ RoleName: 'worker', PolicyArn: BASIC });
  expect(remove).toThrow('Cannot delete entity, must delete policies first.');
  iam.DeleteRolePolicy({ RoleName: 'worker', PolicyName: 'send' });
  remove();
  expect(iam.ListRoles({}).Roles).toEqual([]);
});

test('what a role may do is its inline policies and the managed ones attached to it', () => {
  using iam = setUp();
  iam.PutRolePolicy({ RoleName: 'worker', PolicyName: 'send', PolicyDocument: policy });
  iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn: BASIC });
  const { Policy } = iam.CreatePolicy({ PolicyName: 'own', PolicyDocument: policy });
  iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn: Policy?.Arn });
  expect(iam.iam.policiesOf(ROLE)).toHaveLength(3);
  expect(iam.iam.policiesOf('arn:aws:iam::123456789012:role/nobody')).toEqual([]);
});

test('a policy of AWS that is not known here is refused by name', () => {
  using iam = setUp();
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEC2FullAccess';
  expect(() => iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn })).toThrow(
    expect.objectContaining({ name: 'UnsupportedOperation', message: expect.stringContaining(PolicyArn) }),
  );
});

test('a managed policy that is attached cannot be deleted', () => {
  using iam = setUp();
  const { Policy } = iam.CreatePolicy({ PolicyName: 'own', PolicyDocument: policy });
  iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn: Policy?.Arn });
  expect(() => iam.DeletePolicy({ PolicyArn: Policy?.Arn })).toThrow(
    'Cannot delete a policy attached to entities.',
  );
});

test('the default version of a managed policy is the one that counts', () => {
  using iam = setUp();
  const { Policy } = iam.CreatePolicy({ PolicyName: 'own', PolicyDocument: policy });
  const PolicyArn = Policy?.Arn;
  const second = policy.replace('sqs:SendMessage', 'sqs:*');
  const { PolicyVersion } = iam.CreatePolicyVersion({
    PolicyArn,
    PolicyDocument: second,
    SetAsDefault: true,
  });
  expect(PolicyVersion?.VersionId).toBe('v2');
  expect(iam.GetPolicy({ PolicyArn }).Policy?.DefaultVersionId).toBe('v2');
  expect(() => iam.DeletePolicyVersion({ PolicyArn, VersionId: 'v2' })).toThrow(
    'Cannot delete the default version of a policy.',
  );
});

test('a malformed policy is refused when it is put', () => {
  using iam = setUp();
  expect(() => iam.PutRolePolicy({ RoleName: 'worker', PolicyName: 'bad', PolicyDocument: '{' })).toThrow(
    expect.objectContaining({
      name: 'MalformedPolicyDocumentException',
      message: 'Syntax errors in policy.',
    }),
  );
});

test('a list comes in pages', () => {
  using iam = setUp();
  iam.CreateRole({ RoleName: 'other', AssumeRolePolicyDocument: trust });
  const first = iam.ListRoles({ MaxItems: 1 });
  expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'other' }] });
  const second = iam.ListRoles({ MaxItems: 1, Marker: first.Marker });
  expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'worker' }] });
});
