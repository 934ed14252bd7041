import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const parameter = (Value: unknown, others: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value, ...others },
});
const body = (Resources: object, others: object = {}) => JSON.stringify({ Resources, ...others });

async function settled() {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function created(stacks: ReturnType<typeof testStacks>, TemplateBody: string) {
  await stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  await settled();
}

async function described(stacks: ReturnType<typeof testStacks>, StackName = 'Lab') {
  const { Stacks: [stack] = [] } = await stacks.wire.DescribeStacks({ StackName }, stacks.call());
  // A member that is undefined does not go over the wire.
  return Object.fromEntries(Object.entries(stack ?? {}).filter(([, value]) => value !== undefined));
}

test('a stack without parameters, outputs and capabilities has no such members', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1') }));
  expect(await described(stacks)).toEqual({
    StackId: expect.stringContaining(':stack/Lab/'),
    StackName: 'Lab',
    CreationTime: expect.any(Date),
    StackStatus: 'CREATE_COMPLETE',
    DisableRollback: false,
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    NotificationARNs: [],
    RollbackConfiguration: {},
    Tags: [],
  });
});

test('a deleted stack no longer tells its change set or its protection', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1') }));
  const { StackId } = await described(stacks);
  await stacks.cloudFormation.deleteStack('Lab');
  const deleted = await described(stacks, String(StackId));
  expect(deleted).toMatchObject({ StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) });
  expect(deleted).not.toHaveProperty('EnableTerminationProtection');
  expect(deleted).not.toHaveProperty('ChangeSetId');
});

test('a stack tells what was acknowledged, needed or not, until another change set says otherwise', async () => {
  using stacks = testStacks();
  const Capabilities = ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] as const;
  await stacks.wire.CreateStack(
    { StackName: 'Lab', TemplateBody: body({ A: parameter('1') }), Capabilities: [...Capabilities] },
    stacks.call(),
  );
  await settled();
  expect(await described(stacks)).toMatchObject({ Capabilities });
  const update = { StackName: 'Lab', TemplateBody: body({ A: parameter('2') }) };
  await stacks.wire.UpdateStack(update, stacks.call());
  await settled();
  expect(await described(stacks)).toMatchObject({ Capabilities });
  const name = { StackName: 'Lab', ChangeSetName: 'next' };
  await stacks.wire.CreateChangeSet({ ...name, TemplateBody: body({ A: parameter('3') }) }, stacks.call());
  await stacks.wire.ExecuteChangeSet(name, stacks.call());
  await settled();
  expect(await described(stacks)).not.toHaveProperty('Capabilities');
});

test('a stack made by a change set names it and counts as updated; UpdateStack takes the name away', async () => {
  using stacks = testStacks();
  const name = { StackName: 'Lab', ChangeSetName: 'first' };
  const input = { ...name, ChangeSetType: 'CREATE', TemplateBody: body({ A: parameter('1') }) } as const;
  const { Id } = await stacks.wire.CreateChangeSet(input, stacks.call());
  await stacks.wire.ExecuteChangeSet(name, stacks.call());
  await settled();
  expect(await described(stacks)).toMatchObject({ ChangeSetId: Id, LastUpdatedTime: expect.any(Date) });
  await stacks.wire.UpdateStack(
    { StackName: 'Lab', TemplateBody: body({ A: parameter('2') }) },
    stacks.call(),
  );
  await settled();
  expect(await described(stacks)).not.toHaveProperty('ChangeSetId');
});

/** Events oldest first, of one logical id. */
async function eventsOf(stacks: ReturnType<typeof testStacks>, logicalId: string) {
  const { StackEvents = [] } = await stacks.wire.DescribeStackEvents({ StackName: 'Lab' }, stacks.call());
  return StackEvents.toReversed().filter(({ LogicalResourceId }) => LogicalResourceId === logicalId);
}

test('a creation is told twice: when it begins, and when the resource has its physical id', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1', { Name: 'one' }) }));
  const properties = { ResourceProperties: '{"Type":"String","Value":"1","Name":"one"}' };
  expect(await eventsOf(stacks, 'A')).toMatchObject([
    { ResourceStatus: 'CREATE_IN_PROGRESS', PhysicalResourceId: '', ...properties },
    {
      ResourceStatus: 'CREATE_IN_PROGRESS',
      PhysicalResourceId: 'one',
      ResourceStatusReason: 'Resource creation Initiated',
    },
    { ResourceStatus: 'CREATE_COMPLETE', PhysicalResourceId: 'one', ...properties },
  ]);
});

test('a replacement says so, and the clean-up after it does not tell properties', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1', { Name: 'one' }) }));
  const TemplateBody = body({ A: parameter('1', { Name: 'two' }) });
  await stacks.wire.UpdateStack({ StackName: 'Lab', TemplateBody }, stacks.call());
  await settled();
  const events = (await eventsOf(stacks, 'A')).slice(3);
  expect(events).toMatchObject([
    {
      ResourceStatus: 'UPDATE_IN_PROGRESS',
      PhysicalResourceId: 'one',
      ResourceStatusReason:
        'Requested update requires the creation of a new physical resource; hence creating one.',
    },
    {
      ResourceStatus: 'UPDATE_IN_PROGRESS',
      PhysicalResourceId: 'two',
      ResourceStatusReason: 'Resource creation Initiated',
    },
    { ResourceStatus: 'UPDATE_COMPLETE', PhysicalResourceId: 'two' },
    { ResourceStatus: 'DELETE_IN_PROGRESS', PhysicalResourceId: 'one' },
    { ResourceStatus: 'DELETE_COMPLETE', PhysicalResourceId: 'one' },
  ]);
  expect(events.at(-1)).not.toHaveProperty('ResourceProperties');
});

test('the id of an event is a UUID for the stack, and tells resource, status and time for a resource', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1') }));
  const [own] = await eventsOf(stacks, 'Lab');
  const last = (await eventsOf(stacks, 'A')).at(-1);
  expect(own?.EventId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(last?.EventId).toBe(`A-CREATE_COMPLETE-${last?.Timestamp?.toISOString()}`);
});

test('each operation has its own words for a stack that is not there', async () => {
  using stacks = testStacks();
  const input = { StackName: 'None' };
  const call = stacks.call();
  await expect(stacks.wire.DescribeStacks(input, call)).rejects.toThrow(
    /^Stack with id None does not exist$/,
  );
  await expect(stacks.wire.GetTemplate(input, call)).rejects.toThrow(/^Stack with id None does not exist$/);
  await expect(stacks.wire.DescribeStackEvents(input, call)).rejects.toThrow(
    /^Stack \[None\] does not exist$/,
  );
  await expect(stacks.wire.DescribeStackResource({ ...input, LogicalResourceId: 'A' }, call)).rejects.toThrow(
    /^Stack 'None' does not exist$/,
  );
});

test('resources are listed by their logical ids, and found by a physical one', async () => {
  using stacks = testStacks();
  await created(stacks, body({ B: parameter('1', { Name: 'b' }), A: parameter({ Ref: 'B' }) }));
  const ids = async (input: object) => {
    const { StackResources = [] } = await stacks.wire.DescribeStackResources(input, stacks.call());
    return StackResources.map(({ LogicalResourceId }) => LogicalResourceId);
  };
  expect(await ids({ StackName: 'Lab' })).toEqual(['A', 'B']);
  expect(await ids({ PhysicalResourceId: 'b' })).toEqual(['A', 'B']);
  await expect(ids({ PhysicalResourceId: 'none' })).rejects.toThrow('Stack for none does not exist');
});

test('a resource tells its metadata; one that is not there is refused with the stack that was asked', async () => {
  using stacks = testStacks();
  await created(
    stacks,
    body({ A: { ...parameter('1'), Metadata: { owner: 'orders' } }, Bare: parameter('1') }),
  );
  const { StackId } = await described(stacks);
  const describe = (LogicalResourceId: string) =>
    stacks.wire.DescribeStackResource({ StackName: String(StackId), LogicalResourceId }, stacks.call());
  expect((await describe('A')).StackResourceDetail).toMatchObject({ Metadata: '{"owner":"orders"}' });
  expect((await describe('Bare')).StackResourceDetail).toMatchObject({ Metadata: '{}' });
  await expect(describe('B')).rejects.toThrow(`Resource B does not exist for stack ${StackId}`);
});

test('termination protection can be switched on and off', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1') }));
  const protect = (EnableTerminationProtection: boolean) =>
    stacks.wire.UpdateTerminationProtection({ StackName: 'Lab', EnableTerminationProtection }, stacks.call());
  await protect(true);
  await expect(stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call())).rejects.toThrow(
    'TerminationProtection is enabled',
  );
  await protect(false);
  await stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call());
});

test('ListImports tells who imports an export, and refuses one that nobody does', async () => {
  using stacks = testStacks();
  const Outputs = { Out: { Value: { Ref: 'A' }, Export: { Name: 'shared' } } };
  await created(stacks, body({ A: parameter('1') }, { Outputs }));
  const list = () => stacks.wire.ListImports({ ExportName: 'shared' }, stacks.call());
  await expect(list()).rejects.toThrow("Export 'shared' is not imported by any stack.");
  const template = body({ B: parameter({ 'Fn::ImportValue': 'shared' }) });
  await stacks.cloudFormation.deployTemplate({ stackName: 'Other', template });
  expect(await list()).toEqual({ Imports: ['Other'] });
});

test('resources can be retained only where a deletion has failed', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1') }));
  const remove = (others: object) => stacks.wire.DeleteStack({ StackName: 'Lab', ...others }, stacks.call());
  await expect(remove({ RetainResources: ['A'] })).rejects.toThrow(
    'specify which resources to retain only when the stack is in the DELETE_FAILED state.',
  );
  await expect(remove({ DeletionMode: 'FORCE_DELETE_STACK' })).rejects.toMatchObject({
    name: 'UnsupportedOperation',
  });
});

test('GetTemplateSummary groups the resources by type and tells the metadata', async () => {
  using stacks = testStacks();
  const TemplateBody = body({ A: parameter('1'), B: parameter('2') }, { Metadata: { Topic: 'orders' } });
  expect(await stacks.wire.GetTemplateSummary({ TemplateBody }, stacks.call())).toMatchObject({
    Metadata: "{'Topic': 'orders'}",
    Parameters: [],
    ResourceTypes: ['AWS::SSM::Parameter'],
    ResourceIdentifierSummaries: [
      { ResourceType: 'AWS::SSM::Parameter', LogicalResourceIds: ['A', 'B'], ResourceIdentifiers: ['Name'] },
    ],
  });
});

test('a property that is missing fails the resource, and with it the stack', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: { Type: 'AWS::SSM::Parameter', Properties: { Value: '1' } } }));
  expect(await described(stacks)).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect((await eventsOf(stacks, 'A')).at(-1)).toMatchObject({
    ResourceStatus: 'CREATE_FAILED',
    PhysicalResourceId: '',
    ResourceProperties: '{"Value":"1"}',
    ResourceStatusReason: expect.stringContaining('Type'),
  });
});

test('a stack whose creation fails says that it is rolled back, and when it was deleted', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter('1', { Name: 'aws-not-allowed' }) }));
  expect(await described(stacks)).toMatchObject({
    StackStatus: 'ROLLBACK_COMPLETE',
    DeletionTime: expect.any(Date),
  });
  const reasons = (await eventsOf(stacks, 'Lab')).map((event) => event.ResourceStatusReason);
  expect(reasons).toContain('The following resource(s) failed to create: [A]. Rollback requested by user.');
});

test('an import that nobody exports fails the stack when it is made, without a resource', async () => {
  using stacks = testStacks();
  await created(stacks, body({ A: parameter({ 'Fn::ImportValue': 'nowhere' }) }));
  const events = await eventsOf(stacks, 'Lab');
  expect(events.map((event) => [event.ResourceStatus, event.ResourceStatusReason])).toEqual([
    ['CREATE_IN_PROGRESS', 'User Initiated'],
    ['ROLLBACK_IN_PROGRESS', 'No export named nowhere found. Rollback requested by user.'],
    ['ROLLBACK_COMPLETE', undefined],
  ]);
});

test('an export that another stack has already fails the stack when it is made', async () => {
  using stacks = testStacks();
  const Outputs = { Out: { Value: '1', Export: { Name: 'shared' } } };
  const template = body({ A: parameter('1') }, { Outputs });
  await stacks.cloudFormation.deployTemplate({ stackName: 'Other', template });
  await created(stacks, template);
  expect((await eventsOf(stacks, 'Lab'))[1]?.ResourceStatusReason).toBe(
    'Export with name shared is already exported by stack Other. Rollback requested by user.',
  );
});
