import { expect, test } from 'vitest';
import { createCredentialStore, rolePrincipal } from '../../iam/credentials.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createIam } from '../iam/index.ts';
import { createSts } from './index.ts';

const ROLE = 'arn:aws:iam::123456789012:role/auditor';
const WORKER = 'arn:aws:iam::123456789012:role/worker';

function setUp(Principal: object = { AWS: '123456789012' }) {
  const cloud = testCloud();
  const iam = createIam(cloud);
  const credentials = createCredentialStore(cloud);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  };
  for (const RoleName of ['auditor', 'worker']) {
    iam.operations.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  }
  const sts = createSts(cloud, { iam, credentials });
  const asWorker = () => testCall(cloud, { principal: rolePrincipal(cloud, WORKER, 'run') });
  return {
    ...sts.operations,
    cloud,
    iam,
    credentials,
    asWorker,
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

const session = { RoleArn: ROLE, RoleSessionName: 'audit' };

test('the account is told that it is the account', () => {
  using sts = setUp();
  expect(sts.GetCallerIdentity({}, testCall(sts.cloud))).toEqual({
    UserId: '123456789012',
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:root',
  });
});

test('a session of a role is told its role and session', () => {
  using sts = setUp();
  const { Arn, UserId } = sts.GetCallerIdentity({}, sts.asWorker());
  expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/worker/run');
  expect(UserId).toMatch(/^AROA[A-Z0-9]{17}:run$/);
});

test('AssumeRole issues credentials that act as the role until they expire', () => {
  using sts = setUp();
  const { Credentials } = sts.AssumeRole({ ...session, DurationSeconds: 900 }, testCall(sts.cloud));
  const issued = sts.credentials.sessionOf(Credentials?.AccessKeyId ?? '');
  expect(issued?.principal.arn).toBe('arn:aws:sts::123456789012:assumed-role/auditor/audit');
  expect(issued?.expiresAt).toBe(Credentials?.Expiration?.getTime());
});

test('a role that trusts only Lambda is not assumed by the account', () => {
  using sts = setUp({ Service: 'lambda.amazonaws.com' });
  expect(() => sts.AssumeRole(session, testCall(sts.cloud))).toThrow(
    expect.objectContaining({
      name: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::123456789012:root is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    }),
  );
});

test('where the account is trusted, a role needs the permission of its own policies', () => {
  using sts = setUp();
  expect(() => sts.AssumeRole(session, sts.asWorker())).toThrow(
    'is not authorized to perform: sts:AssumeRole',
  );
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE }],
  });
  sts.iam.operations.PutRolePolicy({ RoleName: 'worker', PolicyName: 'assume', PolicyDocument });
  expect(sts.AssumeRole(session, sts.asWorker()).AssumedRoleUser?.Arn).toContain(
    'assumed-role/auditor/audit',
  );
});

test('where the role itself is trusted, it needs no more', () => {
  using sts = setUp({ AWS: WORKER });
  expect(sts.AssumeRole(session, sts.asWorker()).Credentials).toBeDefined();
});

test('a session is not longer than the role allows', () => {
  using sts = setUp();
  expect(() => sts.AssumeRole({ ...session, DurationSeconds: 7200 }, testCall(sts.cloud))).toThrow(
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
});

test('a session policy is refused by name', () => {
  using sts = setUp();
  expect(() => sts.AssumeRole({ ...session, Policy: '{}' }, testCall(sts.cloud))).toThrow(
    'Policy of AssumeRole is not supported by the local cloud.',
  );
});

test.each([
  ['nothing that is an ARN', 'nothing-valid-in-here'],
  ['no partition', 'arn::b:::something/test-role'],
  ['no service', 'arn:a::::something/test-role'],
  ['a colon less', 'arn:a:::something/test-role'],
  ['no resource', 'arn:a:a::aaaaaaaaaa:'],
])('a role ARN with %s is invalid', (_, RoleArn) => {
  using sts = setUp();
  expect(() => sts.AssumeRole({ ...session, RoleArn }, testCall(sts.cloud))).toThrow(
    expect.objectContaining({ name: 'ValidationError', message: `${RoleArn} is invalid` }),
  );
});

test.each([
  ['Session1:2', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'],
  ['s'.repeat(65), 'Member must have length less than or equal to 64'],
  ['s', 'Member must have length greater than or equal to 2'],
])('a session cannot be called %s', (RoleSessionName, rule) => {
  using sts = setUp();
  expect(() => sts.AssumeRole({ ...session, RoleSessionName }, testCall(sts.cloud))).toThrow(
    `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: ${rule}`,
  );
});
