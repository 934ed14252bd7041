// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of Fn::Sub look like this
import { expect, test } from 'vitest';
import { testStacks } from './testing.ts';

const queue = (Properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties });

/** Deploys one queue and returns the value of one output. */
async function outputOf(Value: unknown, others: object = {}, parameters: Record<string, string> = {}) {
  using stacks = testStacks();
  const Resources = { Orders: queue({ QueueName: 'orders' }) };
  const { outputs } = await stacks.deploy(
    Resources,
    { Outputs: { Value: { Value } }, ...others },
    parameters,
  );
  return outputs.Value;
}

/** Deploys a template that must be refused before anything is made. */
async function refusal(template: object) {
  using stacks = testStacks();
  const error = await stacks.cloudFormation.deployTemplate({ stackName: 'Lab', template }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(await stacks.queues()).toEqual([]);
  return error;
}

const ARN = 'arn:aws:sqs:us-east-1:123456789012:orders';

test.each<[string, unknown, string]>([
  ['Ref of a resource', { Ref: 'Orders' }, 'http://127.0.0.1:4566/123456789012/orders'],
  ['Ref of AWS::Region', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['Ref of AWS::AccountId', { Ref: 'AWS::AccountId' }, '123456789012'],
  ['Ref of AWS::StackName', { Ref: 'AWS::StackName' }, 'Lab'],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Orders', 'Arn'] }, ARN],
  ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Orders.Arn' }, ARN],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { 'Fn::GetAtt': ['Orders', 'QueueName'] }]] }, 'a-orders'],
  ['Fn::Join without what is AWS::NoValue', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
  ['Fn::Sub', { 'Fn::Sub': '${AWS::Partition}:${Orders.QueueName}' }, 'aws:orders'],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${Name}!', { Name: { Ref: 'AWS::Region' } }] }, 'us-east-1!'],
  ['Fn::Sub with a literal', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
  [
    'Fn::Select and Fn::Split',
    { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Orders', 'Arn'] }] }] },
    'orders',
  ],
  ['Fn::Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
  ['Fn::Length', { 'Fn::Length': [1, 2, 3] }, '3'],
  [
    'Fn::ToJsonString',
    { 'Fn::ToJsonString': { name: { 'Fn::GetAtt': ['Orders', 'QueueName'] } } },
    '{"name":"orders"}',
  ],
  ['Fn::GetAZs', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
  ['Fn::Cidr', { 'Fn::Select': [1, { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }] }, '10.0.1.0/24'],
])('%s', async (_, value, expected) => {
  expect(await outputOf(value)).toBe(expected);
});

test('Fn::FindInMap', async () => {
  const Mappings = { Sizes: { 'us-east-1': { batch: 10 } } };
  expect(await outputOf({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'batch'] }, { Mappings })).toBe(
    '10',
  );
});

test.each<[string, unknown, string]>([
  ['Fn::Equals', { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, 'yes'],
  ['Fn::Not', { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }] }, 'no'],
  ['Fn::And', { 'Fn::And': [{ Condition: 'IsProd' }, { 'Fn::Equals': ['a', 'b'] }] }, 'no'],
  ['Fn::Or', { 'Fn::Or': [{ Condition: 'IsProd' }, { 'Fn::Equals': ['a', 'b'] }] }, 'yes'],
])('a condition of %s decides an Fn::If', async (_, expression, expected) => {
  const template = {
    Parameters: { Stage: { Type: 'String', Default: 'prod' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, Asked: expression },
  };
  expect(await outputOf({ 'Fn::If': ['Asked', 'yes', 'no'] }, template)).toBe(expected);
});

test('a resource whose condition does not hold is not made', async () => {
  using stacks = testStacks();
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
  await stacks.deploy(
    { Orders: queue({ QueueName: 'orders' }), Not: { ...queue(), Condition: 'Never' } },
    { Conditions },
  );
  expect(await stacks.queues()).toEqual(['orders']);
});

test('a property that is AWS::NoValue is left out', async () => {
  using stacks = testStacks();
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
  const DelaySeconds = { 'Fn::If': ['Never', 5, { Ref: 'AWS::NoValue' }] };
  await expect(stacks.deploy({ Orders: queue({ DelaySeconds }) }, { Conditions })).resolves.toBeDefined();
});

test('a parameter takes the given value, else its default', async () => {
  const Parameters = { Name: { Type: 'String', Default: 'a' } };
  expect(await outputOf({ Ref: 'Name' }, { Parameters })).toBe('a');
  expect(await outputOf({ Ref: 'Name' }, { Parameters }, { Name: 'b' })).toBe('b');
});

test.each<[string, object, string]>([
  ['has no value', { Type: 'String' }, 'Parameters: [Name] must have values'],
  [
    'is not an allowed value',
    { Type: 'String', Default: 'c', AllowedValues: ['a'] },
    "Parameter 'Name' must be one of AllowedValues",
  ],
  ['is not a number', { Type: 'Number', Default: 'c' }, "Parameter 'Name' must be a number"],
  [
    'does not match',
    { Type: 'String', Default: 'c', AllowedPattern: '[ab]+' },
    "Parameter 'Name' must match pattern [ab]+",
  ],
])('a parameter that %s is refused', async (_, parameter, message) => {
  expect(await refusal({ Parameters: { Name: parameter }, Resources: { Orders: queue() } })).toMatchObject({
    kind: 'template',
    message,
  });
});

test("CDK's bootstrap version and its rule are answered, AWS's public SSM parameters are refused by name", async () => {
  const Type = 'AWS::SSM::Parameter::Value<String>';
  const Parameters = { BootstrapVersion: { Type, Default: '/cdk-bootstrap/hnb659fds/version' } };
  expect(await outputOf('x', { Parameters, Rules: { CheckBootstrapVersion: {} } })).toBe('x');
  expect(
    await refusal({
      Parameters: { Ami: { Type, Default: '/aws/service/ami' } },
      Resources: { Orders: queue() },
    }),
  ).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('/aws/service/ami') });
});

test.each<[string, object, object]>([
  [
    'a circle',
    {
      Resources: {
        A: { ...queue(), DependsOn: 'B' },
        B: { ...queue(), DependsOn: 'A' },
        C: { ...queue(), DependsOn: 'B' },
      },
    },
    { kind: 'template', message: 'Circular dependency between resources: [A, B]' },
  ],
  [
    'a reference to nothing',
    { Resources: { A: queue({ QueueName: { Ref: 'Missing' } }) } },
    {
      kind: 'template',
      message:
        'Template format error: Unresolved resource dependencies [Missing] in the Resources block of the template',
    },
  ],
  [
    'an attribute of nothing',
    { Resources: { A: queue({ QueueName: { 'Fn::GetAtt': ['Missing', 'Arn'] } }) } },
    {
      kind: 'template',
      message: 'Template error: instance of Fn::GetAtt references undefined resource Missing',
    },
  ],
  [
    'an attribute of nothing in a text',
    { Resources: { A: queue({ QueueName: { 'Fn::Sub': 'q-${Missing.Arn}' } }) } },
    {
      kind: 'template',
      message: 'Template error: instance of Fn::Sub references undefined resource Missing',
    },
  ],
  [
    'a condition that is not there',
    { Resources: { A: { ...queue(), Condition: 'Missing' } } },
    {
      kind: 'template',
      message:
        'Template format error: Unresolved condition dependency Missing in the Resources block of the template',
    },
  ],
  [
    'a choice by a condition that is not there',
    { Resources: { A: queue({ QueueName: { 'Fn::If': ['Missing', 'a', 'b'] } }) } },
    { kind: 'template', message: 'Template error: unresolved condition dependency Missing in Fn::If' },
  ],
  [
    'a mapping that is not there',
    { Resources: { A: queue({ QueueName: { 'Fn::FindInMap': ['Missing', 'a', 'b'] } }) } },
    {
      kind: 'template',
      message:
        "Template error: Mapping named 'Missing' is not present in the 'Mappings' section of template.",
    },
  ],
  [
    'a join of one parameter',
    { Resources: { A: queue({ QueueName: { 'Fn::Join': ['-'] } }) } },
    {
      kind: 'template',
      message:
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    },
  ],
  [
    'null',
    { Resources: { A: queue({ QueueName: null }) } },
    {
      kind: 'template',
      message: "[/Resources/A/Properties/QueueName] 'null' values are not allowed in templates",
    },
  ],
  [
    'an output without a value',
    { Resources: { A: queue() }, Outputs: { O: {} } },
    { kind: 'template', message: 'Template format error: Every Outputs member must contain a Value object' },
  ],
  [
    'a parameter without a type',
    { Parameters: { P: {} }, Resources: { A: queue() } },
    {
      kind: 'template',
      message: 'Template format error: [/Parameters/P] Every Parameters object must contain a Type member.',
    },
  ],
  [
    'a resource that is no object',
    { Resources: { A: 'AWS::SQS::Queue' } },
    { kind: 'template', message: 'Template format error: Any Resources member must be an object.' },
  ],
  [
    'a member that no resource has',
    { Resources: { A: { ...queue(), Invalid: 10 } } },
    { kind: 'template', message: "Invalid template resource property 'Invalid'" },
  ],
  [
    'an output of nothing',
    { Resources: { A: queue() }, Outputs: { O: { Value: { 'Fn::GetAtt': ['Missing', 'Arn'] } } } },
    {
      kind: 'template',
      message:
        'Template format error: Unresolved resource dependencies [Missing] in the Outputs block of the template',
    },
  ],
  [
    'no resources',
    { Resources: {} },
    { kind: 'template', message: 'Template format error: At least one Resources member must be defined.' },
  ],
  [
    'an unsupported type, after a supported one',
    { Resources: { A: queue(), Topic: { Type: 'AWS::SNS::Topic' } } },
    {
      kind: 'unsupported',
      logicalId: 'Topic',
      resourceType: 'AWS::SNS::Topic',
      message: 'The resource type AWS::SNS::Topic is not supported by the local cloud.',
    },
  ],
  [
    'an unsupported property that matters',
    {
      Resources: {
        A: queue(),
        F: {
          Type: 'AWS::Lambda::Function',
          Properties: { Code: { ZipFile: 'x' }, Role: 'r', VpcConfig: {} },
        },
      },
    },
    { kind: 'unsupported', logicalId: 'F', resourceType: 'AWS::Lambda::Function', property: 'VpcConfig' },
  ],
  [
    'an unsupported part of a property',
    {
      Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { Code: { ImageUri: 'x' }, Role: 'r' } } },
    },
    {
      kind: 'unsupported',
      message: 'The property Code.ImageUri of AWS::Lambda::Function is not supported by the local cloud.',
    },
  ],
  [
    'a property that no queue has',
    { Resources: { A: queue({ Colour: 'red' }) } },
    {
      kind: 'template',
      logicalId: 'A',
      property: 'Colour',
      message: 'Encountered unsupported property Colour',
    },
  ],
  [
    'a missing required property',
    { Resources: { P: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [] } } } },
    { kind: 'template', message: expect.stringContaining('required key [PolicyDocument] not found') },
  ],
  [
    'an unsupported function',
    { Resources: { A: queue({ QueueName: { 'Fn::Transform': {} } }) } },
    { kind: 'unsupported', message: 'The function Fn::Transform is not supported by the local cloud.' },
  ],
  [
    'a transform',
    { Transform: 'AWS::Serverless-2016-10-31', Resources: { A: queue() } },
    { kind: 'unsupported', message: 'The template section Transform is not supported by the local cloud.' },
  ],
  [
    'an import of nothing',
    { Resources: { A: queue({ QueueName: { 'Fn::ImportValue': 'missing' } }) } },
    { kind: 'template', message: 'No export named missing found.' },
  ],
  [
    'a list index that is out of range',
    { Resources: { A: queue({ QueueName: { 'Fn::Select': [2, ['a', 'b']] } }) } },
    {
      kind: 'template',
      message: expect.stringContaining('Fn::Select cannot select nonexistent value at index 2'),
    },
  ],
])('%s is refused before anything is made', async (_, template, expected) => {
  expect(await refusal(template)).toMatchObject(expected);
});
