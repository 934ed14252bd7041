import { describe, expect, test } from 'vitest';
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

describe('what is said of a role', () => {
  const Tags = [{ Key: 'team', Value: 'orders' }];

  function withDescribedRole() {
    const iam = setUp();
    const input = { RoleName: 'described', AssumeRolePolicyDocument: trust, Description: 'd', Tags };
    return { ...iam, created: iam.CreateRole(input).Role };
  }

  test('when it is made: its tags, but neither description nor session', () => {
    const { created } = withDescribedRole();
    expect(created).toMatchObject({ RoleName: 'described', Tags });
    expect(created).not.toHaveProperty('Description');
    expect(created).not.toHaveProperty('MaxSessionDuration');
  });

  test('when it is asked for: everything', () => {
    const { Role } = withDescribedRole().GetRole({ RoleName: 'described' });
    expect(Role).toMatchObject({ Description: 'd', MaxSessionDuration: 3600, RoleLastUsed: {}, Tags });
  });

  test('in a list: no tags', () => {
    const role = withDescribedRole()
      .ListRoles({})
      .Roles?.find(({ RoleName }) => RoleName === 'described');
    expect(role).toMatchObject({ Description: 'd', MaxSessionDuration: 3600 });
    expect(role).not.toHaveProperty('Tags');
    expect(role).not.toHaveProperty('RoleLastUsed');
  });

  test('when only its description changes: the new one', () => {
    const { Role } = withDescribedRole().UpdateRoleDescription({ RoleName: 'described', Description: 'new' });
    expect(Role).toMatchObject({ Description: 'new' });
    expect(Role).not.toHaveProperty('MaxSessionDuration');
  });
});

describe('tags', () => {
  const tagRole = (...Tags: { Key: string; Value: string }[]) => {
    const iam = setUp();
    return () => iam.TagRole({ RoleName: 'worker', Tags });
  };
  const tag = (Key: string, Value = '') => ({ Key, Value });

  test('of a role do not differ by case only, those of a policy may', () => {
    expect(tagRole(tag('a'), tag('A'))).toThrow(
      expect.objectContaining({
        name: 'InvalidInputException',
        message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      }),
    );
    using iam = setUp();
    const create = (...Tags: { Key: string; Value: string }[]) =>
      iam.CreatePolicy({ PolicyName: 'p', PolicyDocument: policy, Tags });
    expect(() => create(tag('a'), tag('a'))).toThrow('Duplicate tag keys found.');
    const PolicyArn = create(tag('a'), tag('A')).Policy?.Arn;
    // Lists are in the order of the keys.
    expect(iam.ListPolicyTags({ PolicyArn }).Tags).toEqual([tag('A'), tag('a')]);
  });

  test.each<[string, { Key: string; Value: string }[], string]>([
    [
      '51 of them',
      Array.from({ length: 51 }, (_, n) => tag(`k${n}`)),
      "'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ],
    [
      'a long key',
      [tag('k'.repeat(129))],
      "'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128",
    ],
    [
      'a long value',
      [tag('k', 'v'.repeat(257))],
      "'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256",
    ],
    [
      'a key with a star',
      [tag('*')],
      "'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
    ],
  ])('are refused: %s', (_, tags, message) => {
    expect(tagRole(...tags)).toThrow(`1 validation error detected: Value at ${message}`);
  });

  test('are removed by keys that a tag may have', () => {
    using iam = setUp();
    expect(() => iam.UntagRole({ RoleName: 'worker', TagKeys: ['*'] })).toThrow(
      "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
        '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, ' +
        'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]',
    );
  });
});

describe('a managed policy that is not there', () => {
  const PolicyArn = 'arn:aws:iam::123456789012:policy/nothing';

  test('is not found, or not attachable, or not in that version', () => {
    using iam = setUp();
    expect(() => iam.GetPolicy({ PolicyArn })).toThrow(`Policy ${PolicyArn} was not found.`);
    expect(() => iam.AttachRolePolicy({ RoleName: 'worker', PolicyArn })).toThrow(
      `Policy ${PolicyArn} does not exist or is not attachable.`,
    );
    expect(() => iam.GetPolicyVersion({ PolicyArn, VersionId: 'v1' })).toThrow(
      `Policy ${PolicyArn} version v1 does not exist or is not attachable.`,
    );
  });

  test('has no ARN that is a name, and no version that is a number', () => {
    using iam = setUp();
    const name = 'a-name-that-is-long-enough';
    expect(() => iam.GetPolicy({ PolicyArn: name })).toThrow(`ARN ${name} is not valid.`);
    expect(() => iam.GetPolicyVersion({ PolicyArn, VersionId: '1' })).toThrow(
      "1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular " +
        'expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?',
    );
  });
});
