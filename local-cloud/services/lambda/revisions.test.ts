import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

const ONE = 'export const handler = async () => process.pid';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

/** A function with a version and an alias, and what tells their revisions. */
async function withOrders() {
  const test = testLambda();
  const { lambda, call } = test;
  await test.create(ONE, { FunctionName: 'orders', Publish: true });
  await lambda.CreateAlias({ FunctionName: 'orders', Name: 'live', FunctionVersion: '1' }, call());
  const revision = async (Qualifier?: string) =>
    (await lambda.GetFunctionConfiguration({ FunctionName: 'orders', Qualifier }, call())).RevisionId;
  const allow = (StatementId: string, more: { Qualifier?: string; RevisionId?: string } = {}) =>
    lambda.AddPermission(
      {
        FunctionName: 'orders',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        ...more,
      },
      call(),
    );
  const policyRevision = async (Qualifier?: string) =>
    (await lambda.GetPolicy({ FunctionName: 'orders', Qualifier }, call())).RevisionId;
  const aliasRevision = async () =>
    (await lambda.GetAlias({ FunctionName: 'orders', Name: 'live' }, call())).RevisionId;
  return { ...test, revision, allow, policyRevision, aliasRevision };
}

// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
describe('a resource policy', () => {
  it('has the revision of its function, which changes with it', async () => {
    await using test = await withOrders();
    const before = await test.revision();
    await test.allow('one');
    const after = await test.revision();
    expect(after).not.toBe(before);
    expect(await test.policyRevision()).toBe(after);
    const removal = { FunctionName: 'orders', StatementId: 'one' };
    await test.lambda.RemovePermission(removal, test.call());
    expect(await test.revision()).not.toBe(after);
  });

  it('of a version or an alias has the revision of that', async () => {
    await using test = await withOrders();
    const latest = await test.revision();
    const version = await test.revision('1');
    const alias = await test.aliasRevision();
    await test.allow('one', { Qualifier: '1' });
    await test.allow('one', { Qualifier: 'live' });
    expect(await test.revision()).toBe(latest);
    expect(await test.policyRevision('1')).toBe(await test.revision('1'));
    expect(await test.revision('1')).not.toBe(version);
    expect(await test.policyRevision('live')).toBe(await test.aliasRevision());
    expect(await test.aliasRevision()).not.toBe(alias);
  });

  it('is changed at the revision that is expected only', async () => {
    await using test = await withOrders();
    const stale = await test.revision();
    await test.allow('one', { RevisionId: stale });
    await expect(test.allow('two', { RevisionId: stale })).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      status: 412,
    });
    const removal = { FunctionName: 'orders', StatementId: 'one', RevisionId: stale };
    await expect(test.lambda.RemovePermission(removal, test.call())).rejects.toMatchObject({
      name: 'PreconditionFailedException',
    });
  });

  it('gets another revision when the function is published, and when its tags change', async () => {
    await using test = await withOrders();
    const { lambda, call } = test;
    await test.allow('one');
    const seen = new Set([await test.policyRevision()]);
    await lambda.UpdateFunctionConfiguration({ FunctionName: 'orders', Description: 'new' }, call());
    seen.add(await test.policyRevision());
    await lambda.PublishVersion({ FunctionName: 'orders' }, call());
    seen.add(await test.policyRevision());
    await lambda.TagResource({ Resource: ARN, Tags: { team: 'orders' } }, call());
    seen.add(await test.policyRevision());
    await lambda.UntagResource({ Resource: ARN, TagKeys: ['team'] }, call());
    seen.add(await test.policyRevision());
    expect(seen.size).toBe(5);
  });
});

it('provisioned concurrency changes the revision of its version', async () => {
  await using test = await withOrders();
  const before = await test.revision('1');
  const provisioned = { FunctionName: 'orders', Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
  await test.lambda.PutProvisionedConcurrencyConfig(provisioned, test.call());
  expect(await test.revision('1')).not.toBe(before);
});

it('environments stay when only the revision has changed', async () => {
  await using test = await withOrders();
  const first = await test.invoke('orders');
  await test.allow('one');
  await test.lambda.TagResource({ Resource: ARN, Tags: { team: 'orders' } }, test.call());
  await test.lambda.PublishVersion({ FunctionName: 'orders' }, test.call());
  expect((await test.invoke('orders')).value).toBe(first.value);
});
