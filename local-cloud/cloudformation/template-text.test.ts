import { expect, test } from 'vitest';
import { readTemplateText } from './template-text.ts';

test('JSON is read as it is', () => {
  expect(readTemplateText('{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}')).toEqual({
    Resources: { Q: { Type: 'AWS::SQS::Queue' } },
  });
});

test('short forms of functions are spelled out, nested ones too', () => {
  const text = `
Resources:
  Queue: { Type: AWS::SQS::Queue }
Outputs:
  Url: { Value: !Ref Queue }
  Arn: { Value: !GetAtt Queue.Arn }
  Text: { Value: !Join [ '-', [ !Sub '\${AWS::Region}', a ] ] }
  Maybe: { Value: !If [ Large, !Select [ 0, [ x ] ], y ], Condition: Large }
`;
  expect((readTemplateText(text) as { Outputs: unknown }).Outputs).toEqual({
    Url: { Value: { Ref: 'Queue' } },
    Arn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    Text: { Value: { 'Fn::Join': ['-', [{ 'Fn::Sub': '${AWS::Region}' }, 'a']] } },
    Maybe: { Value: { 'Fn::If': ['Large', { 'Fn::Select': [0, ['x']] }, 'y'] }, Condition: 'Large' },
  });
});

test('a version that looks like a date stays text', () => {
  expect(readTemplateText('AWSTemplateFormatVersion: 2010-09-09')).toEqual({
    AWSTemplateFormatVersion: '2010-09-09',
  });
});

test('a mistake in YAML is told with its place', () => {
  expect(() => readTemplateText('Resources:\n  Queue: [')).toThrow(
    'Template format error: YAML not well-formed. (line 2, column 11)',
  );
});

test('a mistake in JSON is told with its place', () => {
  expect(() => readTemplateText('{"this is invalid JSON"="bobbins"}')).toThrow(
    'Template format error: JSON not well-formed. (line 1, column 25)',
  );
  expect(() => readTemplateText('{\n  "cut off": 1')).toThrow(
    'Template format error: JSON not well-formed. (line 2, column 15)',
  );
});

test('what begins with a brace is JSON, and not YAML', () => {
  expect(() => readTemplateText('{ Resources: {} }')).toThrow('JSON not well-formed');
});

test('an alias is refused: it could repeat without end', () => {
  expect(() => readTemplateText('a: &a 1\nb: *a')).toThrow('YAML aliases are not allowed');
});
