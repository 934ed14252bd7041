import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const parameter = (Value: unknown, others: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value, ...others },
});
const body = (Resources: object, others: object = {}) => JSON.stringify({ Resources, ...others });
const NAME = { Parameters: { Name: { Type: 'String', Default: 'first' } } };

/** A stack of the given resources, and what a change set to others tells of the changes. */
async function changes(before: string, after: string, parameters: Record<string, string> = {}) {
  using stacks = testStacks();
  await stacks.cloudFormation.deployTemplate({ stackName: 'Lab', template: before });
  const name = { StackName: 'Lab', ChangeSetName: 'next' };
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  await stacks.wire.CreateChangeSet({ ...name, TemplateBody: after, Parameters }, stacks.call());
  const { Changes = [] } = await stacks.wire.DescribeChangeSet(name, stacks.call());
  const withValues = await stacks.wire.DescribeChangeSet(
    { ...name, IncludePropertyValues: true },
    stacks.call(),
  );
  return {
    changes: Changes.map(({ ResourceChange }) => ResourceChange),
    values: (withValues.Changes ?? []).map(({ ResourceChange }) => ResourceChange),
  };
}

/** A stack in review, with a change set that would create it. */
async function inReview(stacks: ReturnType<typeof testStacks>, template = body({ A: parameter('1') })) {
  const name = { StackName: 'Lab', ChangeSetName: 'first' };
  const made = await stacks.wire.CreateChangeSet(
    { ...name, ChangeSetType: 'CREATE', TemplateBody: template },
    stacks.call(),
  );
  return { ...made, name };
}

async function settled() {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a change set tells its stack, what was acknowledged and all parameters, secret ones masked', async () => {
  using stacks = testStacks();
  const Parameters = {
    Name: { Type: 'String', Default: 'orders' },
    Secret: { Type: 'String', NoEcho: true, Default: 's3cret' },
  };
  const { Id, name } = await inReview(stacks, body({ A: parameter('1') }, { Parameters }));
  expect(await stacks.wire.DescribeChangeSet(name, stacks.call())).toEqual({
    ChangeSetName: 'first',
    ChangeSetId: Id,
    StackId: expect.stringContaining(':stack/Lab/'),
    StackName: 'Lab',
    CreationTime: expect.any(Date),
    ExecutionStatus: 'AVAILABLE',
    Status: 'CREATE_COMPLETE',
    Parameters: [
      { ParameterKey: 'Name', ParameterValue: 'orders' },
      { ParameterKey: 'Secret', ParameterValue: '****' },
    ],
    Capabilities: [],
    NotificationARNs: [],
    RollbackConfiguration: {},
    IncludeNestedStacks: false,
    Changes: [
      {
        Type: 'Resource',
        ResourceChange: {
          Action: 'Add',
          LogicalResourceId: 'A',
          ResourceType: 'AWS::SSM::Parameter',
          Scope: [],
          Details: [],
        },
      },
    ],
  });
});

test('a value that the template itself changes is a direct modification', async () => {
  const told = await changes(body({ A: parameter('1') }), body({ A: parameter('2') }));
  expect(told.changes).toMatchObject([
    {
      Action: 'Modify',
      Replacement: 'False',
      Scope: ['Properties'],
      Details: [
        {
          Target: { Attribute: 'Properties', Name: 'Value', RequiresRecreation: 'Never' },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        },
      ],
    },
  ]);
});

test('a value that a parameter changes names the parameter, and may be a direct modification too', async () => {
  const template = body({ A: parameter({ Ref: 'Name' }) }, NAME);
  const told = await changes(template, template, { Name: 'second' });
  expect(told.changes[0]?.Details).toMatchObject([
    { Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: 'Name' },
    { Evaluation: 'Dynamic', ChangeSource: 'DirectModification' },
  ]);
});

test('what takes an attribute of a changed resource may change with it', async () => {
  const B = parameter({ 'Fn::GetAtt': ['A', 'Value'] });
  const told = await changes(body({ A: parameter('1'), B }), body({ A: parameter('2'), B }));
  expect(told.changes[1]).toMatchObject({
    LogicalResourceId: 'B',
    Replacement: 'False',
    Details: [{ Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: 'A.Value' }],
  });
});

test('what refers to a replaced resource changes for sure, and the replaced one is deleted', async () => {
  const B = parameter({ Ref: 'A' });
  const told = await changes(
    body({ A: parameter('1', { Name: 'one' }), B }),
    body({ A: parameter('1', { Name: 'two' }), B }),
  );
  expect(told.changes).toMatchObject([
    { PolicyAction: 'ReplaceAndDelete', Replacement: 'True' },
    { Details: [{ Evaluation: 'Static', ChangeSource: 'ResourceReference', CausingEntity: 'A' }] },
  ]);
});

test('what depends on a change in place by its name alone does not change', async () => {
  const B = parameter({ Ref: 'A' });
  const told = await changes(body({ A: parameter('1'), B }), body({ A: parameter('2'), B }));
  expect(told.changes.map((change) => change?.LogicalResourceId)).toEqual(['A']);
});

test('a resource that leaves the template is deleted or kept as its policy says', async () => {
  const Kept = { ...parameter('1'), DeletionPolicy: 'Retain' };
  const told = await changes(
    body({ A: parameter('1'), Gone: parameter('1'), Kept }),
    body({ A: parameter('1') }),
  );
  expect(told.changes).toMatchObject([
    { Action: 'Remove', LogicalResourceId: 'Gone', PolicyAction: 'Delete', Details: [], Scope: [] },
    { Action: 'Remove', LogicalResourceId: 'Kept', PolicyAction: 'Retain' },
  ]);
});

test('with values, a change set tells properties before and after, as far as they are known', async () => {
  const B = parameter({ 'Fn::GetAtt': ['A', 'Value'] });
  const told = await changes(body({ A: parameter('1'), B }), body({ A: parameter('2'), B }));
  expect(told.values).toMatchObject([
    {
      BeforeContext: '{"Properties":{"Type":"String","Value":"1"}}',
      AfterContext: '{"Properties":{"Type":"String","Value":"2"}}',
      Details: [
        {
          Target: {
            Path: '/Properties/Value',
            BeforeValue: '1',
            AfterValue: '2',
            AttributeChangeType: 'Modify',
          },
        },
      ],
    },
    { AfterContext: '{"Properties":{"Type":"String","Value":"{{changeSet:KNOWN_AFTER_APPLY}}"}}' },
  ]);
});

test('an executed change set is told by its id even when its stack is gone, and cannot be executed again', async () => {
  using stacks = testStacks();
  const { Id } = await inReview(stacks);
  await stacks.wire.ExecuteChangeSet({ ChangeSetName: Id }, stacks.call());
  await settled();
  await expect(stacks.wire.ExecuteChangeSet({ ChangeSetName: Id }, stacks.call())).rejects.toMatchObject({
    name: 'InvalidChangeSetStatusException',
    message: `ChangeSet [${Id}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]`,
  });
  await stacks.cloudFormation.deleteStack('Lab');
  expect(await stacks.wire.DescribeChangeSet({ ChangeSetName: Id }, stacks.call())).toMatchObject({
    ExecutionStatus: 'EXECUTE_COMPLETE',
  });
});

test('CreateStack makes the stack that is in review, and its change set is obsolete', async () => {
  using stacks = testStacks();
  const { Id, StackId } = await inReview(stacks);
  const created = await stacks.wire.CreateStack(
    { StackName: 'Lab', TemplateBody: body({ A: parameter('2') }) },
    stacks.call(),
  );
  await settled();
  expect(created.StackId).toBe(StackId);
  expect(await stacks.wire.DescribeChangeSet({ ChangeSetName: Id }, stacks.call())).toMatchObject({
    ExecutionStatus: 'OBSOLETE',
  });
});

test('a name can be used again once its change set was executed', async () => {
  using stacks = testStacks();
  const { Id, name } = await inReview(stacks);
  await stacks.wire.ExecuteChangeSet(name, stacks.call());
  await settled();
  const again = await stacks.wire.CreateChangeSet(
    { ...name, TemplateBody: body({ A: parameter('2') }) },
    stacks.call(),
  );
  expect(again.Id).not.toBe(Id);
  expect(await stacks.wire.DescribeChangeSet(name, stacks.call())).toMatchObject({ ChangeSetId: again.Id });
  const { Summaries } = await stacks.wire.ListChangeSets({ StackName: 'Lab' }, stacks.call());
  expect(Summaries).toMatchObject([{ ChangeSetId: again.Id, IncludeNestedStacks: false }]);
});

test('a change set is named by its ARN, or by its name with the stack', async () => {
  using stacks = testStacks();
  await inReview(stacks);
  const describe = (input: { ChangeSetName: string; StackName?: string }) =>
    stacks.wire.DescribeChangeSet(input, stacks.call());
  await expect(describe({ ChangeSetName: 'first' })).rejects.toThrow(
    'StackName must be specified if ChangeSetName is not specified as an ARN.',
  );
  await expect(describe({ ChangeSetName: 'first', StackName: 'None' })).rejects.toThrow(
    'Stack [None] does not exist',
  );
  await expect(describe({ ChangeSetName: 'other', StackName: 'Lab' })).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
    message: 'ChangeSet [other] does not exist',
  });
});

test('names and types of change sets are checked', async () => {
  using stacks = testStacks();
  const create = (input: { StackName?: string; ChangeSetName?: string; ChangeSetType?: 'CREATE' }) =>
    stacks.wire.CreateChangeSet(
      { StackName: 'Lab', ChangeSetName: 'first', TemplateBody: body({ A: parameter('1') }), ...input },
      stacks.call(),
    );
  await expect(create({ StackName: '*@_$' })).rejects.toThrow(
    "1 validation error detected: Value '*@_$' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
  );
  await expect(create({ ChangeSetName: '1st' })).rejects.toThrow("Value '1st' at 'changeSetName'");
  await expect(create({ ChangeSetType: 'INVALID' as 'CREATE' })).rejects.toThrow(
    'Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]',
  );
});

test('a deleted stack does not come back by its id', async () => {
  using stacks = testStacks();
  const { Id, StackId = '' } = await inReview(stacks);
  await stacks.wire.ExecuteChangeSet({ ChangeSetName: Id }, stacks.call());
  await settled();
  await stacks.cloudFormation.deleteStack('Lab');
  const input = { StackName: StackId, ChangeSetName: 'revived', ChangeSetType: 'CREATE' } as const;
  await expect(
    stacks.wire.CreateChangeSet({ ...input, TemplateBody: body({ A: parameter('1') }) }, stacks.call()),
  ).rejects.toThrow(
    `Stack [${StackId}] already exists and cannot be created again with the changeSet [revived].`,
  );
});

test('the template of a change set can be read before it is executed', async () => {
  using stacks = testStacks();
  const template = body({ A: parameter('1') });
  const { name } = await inReview(stacks, template);
  expect(await stacks.wire.GetTemplate(name, stacks.call())).toMatchObject({ TemplateBody: template });
  await expect(stacks.wire.GetTemplateSummary({ StackName: 'Lab' }, stacks.call())).rejects.toThrow(
    'GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.',
  );
});
