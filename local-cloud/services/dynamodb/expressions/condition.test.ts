import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { av, item, refusal } from '../testing.ts';
import { acceptItem } from '../values/accept.ts';
import { meets } from './condition-evaluator.ts';
import { parseExpressions } from './request.ts';

const ORDER = acceptItem({
  ...item({ id: 'o1', cents: 250, note: 'gift wrap', paid: true, blank: '', nothing: null }),
  goods: av([
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ]),
  address: av({ city: 'Bern', 'zip.code': '3000' }),
  tags: { SS: ['new', 'vip'] },
  scores: { NS: ['1', '2.5'] },
  photo: { B: Uint8Array.from([1, 2, 3]) },
});

function holds(
  expression: string,
  values?: Record<string, AttributeValue>,
  names?: Record<string, string>,
): boolean {
  const { condition } = parseExpressions({
    ConditionExpression: expression,
    ExpressionAttributeValues: values,
    ExpressionAttributeNames: names,
  });
  if (!condition) throw new Error('The condition was not parsed.');
  return meets(ORDER, condition);
}

const refused = (
  expression: string,
  values?: Record<string, AttributeValue>,
  names?: Record<string, string>,
) => refusal(() => holds(expression, values, names)).replace(/^Invalid ConditionExpression: /, '');

const v = av(250);

describe('a condition', () => {
  it.each<[string, Record<string, AttributeValue> | undefined, boolean]>([
    ['attribute_exists(id)', undefined, true],
    ['attribute_not_exists(absent)', undefined, true],
    ['attribute_exists(address.city)', undefined, true],
    ['attribute_exists(goods[1].sku)', undefined, true],
    ['attribute_exists(goods[2])', undefined, false],
    ['attribute_exists(id.city)', undefined, false],
    ['cents = :v', { ':v': { N: '250.0' } }, true],
    ['cents = :v', { ':v': av('250') }, false],
    ['cents <> :v', { ':v': av('250') }, true],
    ['absent <> :v', { ':v': v }, true],
    ['absent = :v', { ':v': v }, false],
    ['absent < :v', { ':v': v }, false],
    ['cents > :v', { ':v': av(30) }, true],
    ['cents >= :v', { ':v': v }, true],
    [':v < cents', { ':v': av(249) }, true],
    ['cents < :v', { ':v': av('a') }, false],
    ['cents BETWEEN :a AND :b', { ':a': av(250), ':b': av(300) }, true],
    ['cents between :a and :b', { ':a': av(251), ':b': av(300) }, false],
    ['id IN (:a, :b)', { ':a': av('o2'), ':b': av('o1') }, true],
    ['begins_with(note, :v)', { ':v': av('gift') }, true],
    ['begins_with(cents, :v)', { ':v': av('2') }, false],
    ['contains(note, :v)', { ':v': av('wrap') }, true],
    ['contains(tags, :v)', { ':v': av('vip') }, true],
    ['contains(scores, :v)', { ':v': { N: '2.50' } }, true],
    ['contains(goods, :v)', { ':v': av({ quantity: 1, sku: 'B' }) }, true],
    ['contains(photo, :v)', { ':v': { B: Uint8Array.from([2, 3]) } }, true],
    ['attribute_type(goods, :v)', { ':v': av('L') }, true],
    ['attribute_type(nothing, :v)', { ':v': av('NULL') }, true],
    ['size(note) = :v', { ':v': av(9) }, true],
    ['size(blank) = :v', { ':v': av(0) }, true],
    ['size(goods) > :v', { ':v': av(1) }, true],
    ['size(address) = :v', { ':v': av(2) }, true],
    ['size(cents) = :v', { ':v': av(3) }, false],
    ['tags = :v', { ':v': { SS: ['vip', 'new'] } }, true],
    ['NOT paid = :v', { ':v': av(false) }, true],
    ['not attribute_exists(absent)', undefined, true],
    ['NOT (attribute_exists(id) AND attribute_exists(absent))', undefined, true],
    ['attribute_exists(id) OR attribute_exists(a) AND attribute_exists(b)', undefined, true],
    ['(attribute_exists(id) OR attribute_exists(a)) AND attribute_exists(b)', undefined, false],
    ['(cents) = :v', { ':v': v }, true],
  ])('%s', (expression, values, expected) => {
    expect(holds(expression, values)).toBe(expected);
  });

  it('reads a name with a dot through a placeholder', () => {
    expect(holds('address.#zip = :v', { ':v': av('3000') }, { '#zip': 'zip.code' })).toBe(true);
  });

  it('compares strings by their UTF-8 bytes', () => {
    expect(holds(':a < :b', { ':a': av('\uffff'), ':b': av('\u{10000}') })).toBe(true);
  });
});

describe('a condition is refused', () => {
  it.each<[string, string, Record<string, AttributeValue> | undefined, string]>([
    ['when empty', ' ', undefined, 'The expression can not be empty;'],
    [
      'at a wrong token, shown with its neighbours',
      'cents = = :v',
      { ':v': v },
      'Syntax error; token: "=", near: "= = :v"',
    ],
    ['at its end', 'cents =', undefined, 'Syntax error; token: "<EOF>", near: "="'],
    [
      'for a word that starts with a digit',
      '2fast = :v',
      { ':v': v },
      'Syntax error; token: "2fast", near: "2fast ="',
    ],
    [
      'for a reserved word',
      'status = :v',
      { ':v': v },
      'Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'for a reserved word inside a path',
      'address.Name = :v',
      { ':v': v },
      'Attribute name is a reserved keyword; reserved keyword: Name',
    ],
    [
      'for an unknown function',
      'starts_with(id, :v)',
      { ':v': v },
      'Invalid function name; function: starts_with',
    ],
    [
      'for a function with too few operands',
      'contains(id)',
      undefined,
      'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
    ],
    [
      'for size as a condition',
      'size(id)',
      undefined,
      'The function is not allowed to be used this way in an expression; function: size',
    ],
    [
      'for a condition as an operand',
      'attribute_exists(id) = :v',
      { ':v': v },
      'The function is not allowed to be used this way in an expression; function: attribute_exists',
    ],
    ['for redundant parentheses', '((id = :v))', { ':v': v }, 'The expression has redundant parentheses;'],
    [
      'for an undefined name',
      '#n = :v',
      { ':v': v },
      'An expression attribute name used in the document path is not defined; attribute name: #n',
    ],
    [
      'for an undefined value',
      'id = :w',
      undefined,
      'An expression attribute value used in expression is not defined; attribute value: :w',
    ],
    [
      'when both operands are the same path',
      'id = id',
      undefined,
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [id]',
    ],
    [
      'for begins_with on a number',
      'begins_with(id, :v)',
      { ':v': v },
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'for an order of booleans',
      'id < :v',
      { ':v': av(true) },
      'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL',
    ],
    [
      'for an unknown type name',
      'attribute_type(id, :v)',
      { ':v': av('X') },
      'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'for attribute_exists of a value',
      'attribute_exists(:v)',
      { ':v': v },
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      'for BETWEEN with bounds in the wrong order',
      'id BETWEEN :a AND :b',
      { ':a': av(2), ':b': av(1) },
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
    ],
  ])('%s', (_, expression, values, message) => {
    expect(refused(expression, values)).toBe(message);
  });

  it('when longer than 4 KB', () => {
    expect(refused(`attribute_exists(${'a'.repeat(4100)})`)).toBe(
      'Expression size has exceeded the maximum allowed size; expression size: 4118',
    );
  });

  it('when a name or value is not used', () => {
    expect(refusal(() => holds('attribute_exists(id)', { ':v': v }))).toBe(
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}',
    );
    expect(refusal(() => holds('attribute_exists(id)', undefined, { '#a': 'a', '#b': 'b' }))).toBe(
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    );
  });

  it('when a placeholder is malformed, empty or holds an invalid value', () => {
    expect(refusal(() => holds('id = :v', {}))).toBe('ExpressionAttributeValues must not be empty');
    expect(refusal(() => holds('id = :v', { v }))).toBe(
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
    );
    expect(refusal(() => holds('id = :v', { ':v': { N: 'x' } }))).toBe(
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v',
    );
    expect(refusal(() => holds('id = :v', { ':v': v }, { n: 'x' }))).toBe(
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"',
    );
  });
});
