import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { av, item, refusal } from '../testing.ts';
import { acceptItem, acceptValue } from './accept.ts';
import { itemSize } from './size.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('attribute values', () => {
  it.each<[string, AttributeValue, string]>([
    [
      'no type',
      {} as AttributeValue,
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      'two types',
      { S: 'a', N: '1' } as unknown as AttributeValue,
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      'NULL false',
      { NULL: false },
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [
      'an empty string set',
      { SS: [] },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'an empty number set',
      { NS: [] },
      'One or more parameter values were invalid: An number set  may not be empty',
    ],
    [
      'an empty binary set',
      { BS: [] },
      'One or more parameter values were invalid: Binary sets should not be empty',
    ],
    [
      'a string twice in a set',
      { SS: ['a', 'b', 'a'] },
      'One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.',
    ],
    [
      'a number twice in a set, however written',
      { NS: ['1', '1.0'] },
      'Input collection contains duplicates',
    ],
    [
      'a binary twice in a set',
      { BS: [bytes(1), bytes(1)] },
      'One or more parameter values were invalid: Input collection [AQ==, AQ==]of type BS contains duplicates.',
    ],
  ])('refuse %s', (_, value, message) => {
    expect(refusal(() => acceptValue(value))).toBe(message);
  });

  it('nest 32 levels deep and no deeper', () => {
    const nested = (levels: number): AttributeValue =>
      levels === 0 ? { S: 'x' } : { L: [nested(levels - 1)] };
    expect(() => acceptValue(nested(32))).not.toThrow();
    expect(refusal(() => acceptValue(nested(33)))).toContain('Nesting Levels have exceeded supported limits');
  });

  it('are copied, so that the caller cannot change what is stored', () => {
    const given = { B: bytes(1, 2) };
    const accepted = acceptValue(given);
    given.B[0] = 9;
    expect(accepted.B).toEqual(bytes(1, 2));
  });

  it('may have names that JavaScript objects have', () => {
    const given = JSON.parse('{"__proto__":{"S":"x"},"constructor":{"S":"y"}}') as Record<
      string,
      AttributeValue
    >;
    expect(Object.keys(acceptItem(given))).toEqual(['__proto__', 'constructor']);
  });
});

describe('item size', () => {
  it.each<[string, Record<string, AttributeValue>, number]>([
    ['name and value of a string in UTF-8', { é: { S: 'aü' } }, 2 + 3],
    ['a boolean', { a: av(true) }, 1 + 1],
    ['null', { a: av(null) }, 1 + 1],
    ['zero', { a: av(0) }, 1 + 1],
    ['one digit', { a: av(1) }, 1 + 2],
    ['a negative digit', { a: av(-1) }, 1 + 3],
    ['two digits in one pair', { a: av(12) }, 1 + 2],
    ['two digits over two pairs', { a: { N: '1.2' } }, 1 + 3],
    ['binary', { a: { B: bytes(1, 2, 3) } }, 1 + 3],
    ['a string set', { a: { SS: ['a', 'bc'] } }, 1 + 3],
    ['an empty list', { a: { L: [] } }, 1 + 3],
    ['a list', { a: { L: [{ S: 'ab' }] } }, 1 + 3 + 1 + 2],
    ['a map', { a: { M: item({ bc: 'd' }) } }, 1 + 3 + 1 + 2 + 1],
  ])('counts %s', (_, given, size) => {
    expect(itemSize(given)).toBe(size);
  });
});
