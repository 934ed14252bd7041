import type { JsonReader, JsonToken } from './json-reader.ts';
import { isComparable, type NumericRange } from './value-tests.ts';

/**
 * Reads what stands in `{ "numeric": [ … ] }`, behind the opening bracket: one comparison, or a range from bottom to
 * top.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching
 * @throws InvalidEventPatternException in AWS's words
 */
export function readNumericRange(reader: JsonReader): NumericRange {
  if (reader.next() !== 'string') {
    throw reader.refuse(`Invalid member in numeric match: ${reader.text()}`);
  }
  const operator = reader.text();
  const token = reader.next();
  switch (operator) {
    case '=': {
      const wanted = numberOf(reader, token, 'equals');
      end(reader);
      return { bottom: wanted, openBottom: false, top: wanted, openTop: false };
    }
    case '<':
    case '<=': {
      const top = numberOf(reader, token, operator);
      end(reader);
      return { bottom: Number.NEGATIVE_INFINITY, openBottom: true, top, openTop: operator === '<' };
    }
    case '>':
    case '>=': {
      const bottom = numberOf(reader, token, operator);
      const openBottom = operator === '>';
      const next = reader.next();
      if (next === ']') return { bottom, openBottom, top: Number.POSITIVE_INFINITY, openTop: true };
      return { bottom, openBottom, ...readTop(reader, next, bottom) };
    }
    default:
      throw reader.refuse(`Unrecognized numeric range operator: ${operator}`);
  }
}

function readTop(
  reader: JsonReader,
  token: JsonToken,
  bottom: number,
): Pick<NumericRange, 'top' | 'openTop'> {
  if (token !== 'string') throw reader.refuse(`Bad value in numeric range: ${reader.text()}`);
  const operator = reader.text();
  if (operator !== '<' && operator !== '<=') {
    throw reader.refuse(`Bad numeric range operator: ${operator}`);
  }
  const top = numberOf(reader, reader.next(), operator);
  if (reader.next() !== ']') throw reader.refuse('Too many terms in numeric range expression');
  if (bottom >= top) throw reader.refuse('Bottom must be less than top');
  return { top, openTop: operator === '<' };
}

function numberOf(reader: JsonReader, token: JsonToken, operator: string): number {
  if (token !== 'number') throw reader.refuse(`Value of ${operator} must be numeric`);
  const number = Number(reader.text());
  if (!isComparable(number)) throw reader.refuse('Value must be between -5.0E9 and 5.0E9, inclusive');
  return number;
}

function end(reader: JsonReader): void {
  if (reader.next() !== ']') throw reader.refuse('Too many elements in numeric expression');
}
