import { expect, test } from 'vitest';
import { readTemplate } from './template.ts';
import { testStacks } from './testing.ts';

const A = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: '1' } };
const read = (others: object, Resources: unknown = { A }) => readTemplate({ Resources, ...others });

test('a null is refused with its path', () => {
  expect(() => read({ Outputs: { Out: { Value: null, Other: null } } })).toThrow(
    "[/Outputs/Out/Value] 'null' values are not allowed in templates",
  );
  expect(() => read({}, { A: { ...A, Properties: null } })).toThrow('[/Resources/A/Properties]');
});

test('an output has a value', () => {
  expect(() => read({ Outputs: { Out: {} } })).toThrow(
    /^Template format error: Every Outputs member must contain a Value object$/,
  );
});

test('a section is an object', () => {
  expect(() => read({}, '')).toThrow('Template format error: Any Resources member must be an object.');
});

test('a mapping has two levels of names above its texts and lists', () => {
  const mapping = (Suffixes: unknown) => () => read({ Mappings: { Suffixes } });
  expect(mapping({ A: 'text' })).toThrow('Template format error: Every Mappings member A must be a map');
  for (const value of [{ deeper: 'text' }, { Ref: 'Name' }]) {
    expect(mapping({ A: { Suffix: value } })).toThrow(
      'Template format error: Every Mappings attribute must be a String or a List.',
    );
  }
  expect(mapping({ A: { Suffix: 'text', List: ['a'] } })).not.toThrow();
});

test('an output that refers to a resource that a condition leaves out is refused', async () => {
  using stacks = testStacks();
  const others = (Ref: string) => ({ Conditions: { Never: false }, Outputs: { Out: { Value: { Ref } } } });
  const resources = { A, Left: { ...A, Condition: 'Never' } };
  await expect(stacks.deploy(resources, others('Left'))).rejects.toThrow(
    /^Unresolved resource dependencies \[Left\] in the Outputs block of the template$/,
  );
  await expect(stacks.deploy(resources, others('None'))).rejects.toThrow(
    /^Template format error: Unresolved resource dependencies \[None\] in the Outputs block of the template$/,
  );
});

test('a request may limit the types of resources', async () => {
  using stacks = testStacks();
  const create = (ResourceTypes: string[]) =>
    stacks.wire.CreateStack(
      { StackName: 'Lab', TemplateBody: JSON.stringify({ Resources: { A } }), ResourceTypes },
      stacks.call(),
    );
  await expect(create(['AWS::SQS::*', 'AWS::SSM:*'])).rejects.toThrow(
    'Resource type AWS::SSM::Parameter is not allowed by parameter ResourceTypes [AWS::SQS::*, AWS::SSM:*]',
  );
  await create(['AWS::SSM::*']);
});

test('a template in the request has at most 51,200 characters', async () => {
  using stacks = testStacks();
  const TemplateBody = JSON.stringify({ Resources: { A }, Description: 'x'.repeat(51_200) });
  await expect(stacks.wire.CreateStack({ StackName: 'Lab', TemplateBody }, stacks.call())).rejects.toThrow(
    "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
  );
});

test('a parameter that takes a stored value has to be given a name', async () => {
  using stacks = testStacks();
  const Parameters = { Stored: { Type: 'AWS::SSM::Parameter::Value<String>' } };
  await expect(stacks.deploy({ A }, { Parameters })).rejects.toThrow(
    'Parameter Stored should either have input value or default value',
  );
});
