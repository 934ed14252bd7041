import { describe, expect, it } from 'vitest';
import { refusal } from '../testing.ts';
import { acceptNumber } from './accept.ts';
import { addDecimals, formatDecimal, negateDecimal, parseDecimal, sortableDecimal } from './decimal.ts';

function decimal(text: string) {
  const number = parseDecimal(text);
  if (!number) throw new Error(`${text} is no number`);
  return number;
}

describe('numbers', () => {
  it.each([
    ['1', '1'],
    ['+1', '1'],
    ['-0', '0'],
    ['0.0', '0'],
    ['007', '7'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e3', '1000'],
    ['1.25E+2', '125'],
    ['-12e-3', '-0.012'],
    ['100', '100'],
    ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ])('are normalised to plain notation: %s is %s', (text, normal) => {
    expect(acceptNumber(text)).toBe(normal);
  });

  it.each(['', 'abc', '1e', '.', '1,5', '0x10', 'NaN', '--1'])('refuse what is no number: "%s"', (text) => {
    expect(refusal(() => acceptNumber(text))).toBe(
      `The parameter cannot be converted to a numeric value${text ? `: ${text}` : ''}`,
    );
  });

  it('have a largest and a smallest magnitude', () => {
    expect(acceptNumber('9.9999999999999999999999999999999999999e125')).toHaveLength(126);
    expect(refusal(() => acceptNumber('1e126'))).toBe(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
    expect(acceptNumber('1e-130')).toBe(`0.${'0'.repeat(129)}1`);
    expect(refusal(() => acceptNumber('-1e-131'))).toBe(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  });

  it('have at most 38 significant digits', () => {
    expect(acceptNumber('1'.repeat(38))).toBe('1'.repeat(38));
    expect(refusal(() => acceptNumber('1'.repeat(39)))).toBe(
      'Attempting to store more than 38 significant digits in a Number',
    );
  });

  it.each([
    ['0.1', '0.2', '0.3'],
    ['9007199254740993', '1', '9007199254740994'],
    ['99999999999999999999999999999999999998', '1', '99999999999999999999999999999999999999'],
    ['-5', '5', '0'],
    ['1e20', '-1', '99999999999999999999'],
    ['0', '-0.5', '-0.5'],
  ])('are added exactly: %s + %s = %s', (a, b, sum) => {
    expect(formatDecimal(addDecimals(decimal(a), decimal(b)))).toBe(sum);
    expect(formatDecimal(addDecimals(decimal(sum), negateDecimal(decimal(b))))).toBe(acceptNumber(a));
  });

  it('sort by size as strings', () => {
    const ordered = [
      '-1e125',
      '-100',
      '-99.5',
      '-10',
      '-9',
      '-1.5',
      '-1',
      '-0.5',
      '-0.05',
      '-1e-130',
      '0',
      '1e-130',
      '0.05',
      '0.5',
      '1',
      '1.5',
      '9',
      '10',
      '99.5',
      '100',
      '1e125',
    ];
    const sorted = [...ordered]
      .reverse()
      .sort((a, b) => (sortableDecimal(decimal(a)) < sortableDecimal(decimal(b)) ? -1 : 1));
    expect(sorted).toEqual(ordered);
  });
});
