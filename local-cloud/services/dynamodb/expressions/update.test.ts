import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { av, item, refusal } from '../testing.ts';
import { acceptItem } from '../values/accept.ts';
import { parseExpressions } from './request.ts';
import { applyUpdate } from './update-evaluator.ts';

type Values = Record<string, AttributeValue>;

function updated(before: Record<string, unknown>, expression: string, values?: Values) {
  const { update = [] } = parseExpressions({
    UpdateExpression: expression,
    ExpressionAttributeValues: values,
  });
  return applyUpdate(acceptItem(item(before)), update);
}

const refused = (expression: string, values?: Values, before: Record<string, unknown> = {}) =>
  refusal(() => updated(before, expression, values)).replace(/^Invalid UpdateExpression: /, '');

describe('an update', () => {
  it.each<[string, Record<string, unknown>, string, Values | undefined, Record<string, unknown>]>([
    ['SET adds and replaces', { a: 1 }, 'SET a = :v, b = :v', { ':v': av('x') }, { a: 'x', b: 'x' }],
    ['operands see the item as it was', { a: 1, b: 2 }, 'SET a = b, b = a', undefined, { a: 2, b: 1 }],
    ['SET adds numbers exactly', { a: 0.1 }, 'SET a = a + :v', { ':v': av(0.2) }, { a: 0.3 }],
    ['SET subtracts', { a: 5 }, 'SET a = a - :v', { ':v': av(7) }, { a: -2 }],
    [
      'if_not_exists gives a default',
      { a: 5 },
      'SET b = if_not_exists(b, :v) + :v',
      { ':v': av(1) },
      { a: 5, b: 2 },
    ],
    ['if_not_exists keeps what exists', { a: 5 }, 'SET a = if_not_exists(a, :v)', { ':v': av(1) }, { a: 5 }],
    ['list_append appends', { a: [1] }, 'SET a = list_append(a, :v)', { ':v': av([2]) }, { a: [1, 2] }],
    ['list_append prepends', { a: [1] }, 'SET a = list_append(:v, a)', { ':v': av([2]) }, { a: [2, 1] }],
    [
      'functions nest',
      {},
      'SET a = list_append(if_not_exists(a, :e), :v)',
      { ':e': av([]), ':v': av([1]) },
      { a: [1] },
    ],
    [
      'SET writes inside documents',
      { a: { b: [{ c: 1 }] } },
      'SET a.b[0].c = :v',
      { ':v': av(2) },
      { a: { b: [{ c: 2 }] } },
    ],
    [
      'SET beyond the end of a list appends',
      { a: [1] },
      'SET a[7] = :x, a[5] = :v',
      { ':v': av(2), ':x': av(3) },
      { a: [1, 2, 3] },
    ],
    ['REMOVE removes', { a: 1, b: 2 }, 'REMOVE a, absent', undefined, { b: 2 }],
    [
      'REMOVE of list members uses their old positions',
      { a: [0, 1, 2, 3] },
      'REMOVE a[1], a[2]',
      undefined,
      { a: [0, 3] },
    ],
    ['REMOVE beyond a list does nothing', { a: [0] }, 'REMOVE a[3]', undefined, { a: [0] }],
    ['ADD starts numbers at zero', {}, 'ADD a :v', { ':v': av(3) }, { a: 3 }],
    ['ADD adds numbers', { a: 4 }, 'ADD a :v', { ':v': av(-3) }, { a: 1 }],
    [
      'sections stand in any order and case',
      { a: 1, b: 2 },
      'remove b set c = :v ADD a :v',
      { ':v': av(1) },
      { a: 2, c: 1 },
    ],
  ])('%s', (_, before, expression, values, after) => {
    expect(updated(before, expression, values)).toEqual(item(after));
  });

  it('unites and reduces sets, and removes a set that becomes empty', () => {
    const set = (...members: string[]): AttributeValue => ({ SS: members });
    const run = (before: Values, expression: string, values: Values) =>
      applyUpdate(
        acceptItem(before),
        parseExpressions({ UpdateExpression: expression, ExpressionAttributeValues: values }).update ?? [],
      );
    expect(run({ a: set('x', 'y') }, 'ADD a :v', { ':v': set('y', 'z') })).toEqual({ a: set('x', 'y', 'z') });
    expect(run({ a: set('x', 'y') }, 'DELETE a :v', { ':v': set('y', 'z') })).toEqual({ a: set('x') });
    expect(run({ a: set('x') }, 'DELETE a :v', { ':v': set('x') })).toEqual({});
  });

  it('leaves the old item as it is', () => {
    const before = acceptItem(item({ a: { b: 1 }, l: [1] }));
    const { update = [] } = parseExpressions({
      UpdateExpression: 'SET a.b = :v REMOVE l[0]',
      ExpressionAttributeValues: { ':v': av(2) },
    });
    applyUpdate(before, update);
    expect(before).toEqual(item({ a: { b: 1 }, l: [1] }));
  });
});

describe('an update is refused', () => {
  const v = { ':v': av(1) };
  it.each<[string, string, Values | undefined, string]>([
    ['at a wrong token', 'SET a :v', v, 'Syntax error; token: ":v", near: "a :v"'],
    ['without a section', 'a = :v', v, 'Syntax error; token: "a", near: "a ="'],
    ['for two operators', 'SET a = a + :v + :v', v, 'Syntax error; token: "+", near: ":v + :v"'],
    [
      'for a reserved word',
      'SET status = :v',
      v,
      'Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'for a section that stands twice',
      'SET a = :v SET b = :v',
      v,
      'The "SET" section can only be used once in an update expression;',
    ],
    ['for an unknown function', 'SET a = size(b)', undefined, 'Invalid function name; function: size'],
    [
      'for an undefined value',
      'SET a = :w',
      undefined,
      'An expression attribute value used in expression is not defined; attribute value: :w',
    ],
    [
      'for an undefined name',
      'SET #a = :v',
      v,
      'An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'for overlapping paths',
      'SET a = :v, a.b = :v',
      v,
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ],
    [
      'for conflicting paths',
      'SET a[0] = :v, a.b = :v',
      v,
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [0]], path two: [a, b]',
    ],
    [
      'for ADD of a string',
      'ADD a :s',
      { ':s': av('x') },
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'for DELETE of a number',
      'DELETE a :v',
      v,
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    [
      'for + of a string',
      'SET a = a + :s',
      { ':s': av('x') },
      'Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    [
      'for list_append of a number',
      'SET a = list_append(a, :v)',
      v,
      'Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
    ],
    [
      'for if_not_exists of a value',
      'SET a = if_not_exists(:v, :v)',
      v,
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
  ])('%s', (_, expression, values, message) => {
    expect(refused(expression, values)).toBe(message);
  });

  it.each<[string, Record<string, unknown>, string, Values | undefined, string]>([
    [
      'an operand that does not exist',
      {},
      'SET a = b',
      undefined,
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'a parent that does not exist',
      {},
      'SET a.b = :v',
      v,
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'a parent of another type',
      { a: 'x' },
      'REMOVE a.b',
      undefined,
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'a string to add to',
      { a: 'x' },
      'SET a = a + :v',
      v,
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'another type for ADD',
      { a: 'x' },
      'ADD a :v',
      v,
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'no list to append to',
      { a: 'x' },
      'SET a = list_append(a, a)',
      undefined,
      'An operand in the update expression has an incorrect data type',
    ],
  ])('when the item has %s', (_, before, expression, values, message) => {
    expect(refused(expression, values, before)).toBe(message);
  });
});
