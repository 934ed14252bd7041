import { invalidEventPattern } from '../errors.ts';
import { parseIp } from './ip-address.ts';
import type { JsonReader, JsonToken } from './json-reader.ts';
import { readNumericRange } from './numeric-range.ts';
import {
  anythingBut,
  endsWith,
  exactly,
  ignoringCase,
  inBlock,
  inRange,
  isComparable,
  ofText,
  startsWith,
  type ValueTest,
} from './value-tests.ts';
import { compileWildcard } from './wildcard.ts';

/** One thing that a pattern asks of a field. */
export type FieldTest =
  | { kind: 'value'; test: ValueTest }
  | { kind: 'exists' }
  /** No event field has the path. */
  | { kind: 'absent' };

const ONE_KEY = 'Only one key allowed in match expression';

/**
 * Reads one match expression, `{ "prefix": "pref-" }` for example, behind its opening brace.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws InvalidEventPatternException in AWS's words
 */
export function readMatchExpression(reader: JsonReader): FieldTest {
  if (reader.next() !== 'field') throw reader.refuse('Match expression name not found');
  const name = reader.text();
  switch (name) {
    case 'exactly':
      return value(one(reader, exactly(textValue(reader, 'exact match pattern must be a string'))));
    case 'prefix':
      return value(prefixOrSuffix(reader, 'prefix', startsWith));
    case 'suffix':
      return value(prefixOrSuffix(reader, 'suffix', endsWith));
    case 'equals-ignore-case':
      return value(one(reader, equalsIgnoringCase(reader)));
    case 'wildcard':
      return value(
        one(reader, wildcard(reader, textValue(reader, 'wildcard match pattern must be a string'))),
      );
    case 'cidr':
      // AWS's own words, though it is no prefix.
      return value(one(reader, cidr(textValue(reader, 'prefix match pattern must be a string'))));
    case 'numeric': {
      if (reader.next() !== '[') throw reader.refuse('Value of numeric must be an array.');
      const range = readNumericRange(reader);
      if (reader.next() !== '}') throw reader.refuse('Too many elements in numeric expression');
      return value(inRange(range));
    }
    case 'exists': {
      const token = reader.next();
      if (token !== 'true' && token !== 'false') {
        throw reader.refuse('exists match pattern must be either true or false.');
      }
      if (reader.next() !== '}') throw reader.refuse(ONE_KEY);
      return { kind: token === 'true' ? 'exists' : 'absent' };
    }
    case 'anything-but':
      return value(readAnythingBut(reader));
    default:
      throw reader.refuse(`Unrecognized match type ${name}`);
  }
}

function value(test: ValueTest): FieldTest {
  return { kind: 'value', test };
}

/** A test whose expression must end here. */
function one(reader: JsonReader, test: ValueTest): ValueTest {
  if (reader.next() !== '}') throw reader.refuse(ONE_KEY);
  return test;
}

function textValue(reader: JsonReader, otherwise: string): string {
  if (reader.next() !== 'string') throw reader.refuse(otherwise);
  return reader.text();
}

function equalsIgnoringCase(reader: JsonReader): ValueTest {
  const text = textValue(reader, 'equals-ignore-case match pattern must be a string');
  return ignoringCase((folded) => ofText((given) => given === folded), text);
}

function prefixOrSuffix(
  reader: JsonReader,
  kind: 'prefix' | 'suffix',
  test: (text: string) => ValueTest,
): ValueTest {
  const token = reader.next();
  if (token !== '{') {
    if (token !== 'string') throw reader.refuse(`${kind} match pattern must be a string`);
    return one(reader, test(reader.text()));
  }
  const title = kind === 'prefix' ? 'Prefix' : 'Suffix';
  if (reader.next() !== 'field') throw reader.refuse(`${title} expression name not found`);
  if (reader.text() !== 'equals-ignore-case') {
    throw reader.refuse(`Unsupported ${kind} pattern: ${reader.text()}`);
  }
  const text = textValue(reader, 'equals-ignore-case match pattern must be a string');
  return one(reader, one(reader, ignoringCase(test, text)));
}

function wildcard(reader: JsonReader, text: string): ValueTest {
  const compiled = compileWildcard(text);
  if ('invalid' in compiled) throw reader.refuse(compiled.invalid);
  // Found when the whole rule is weighed: there is no place to name.
  if ('tooComplex' in compiled) throw invalidEventPattern(compiled.tooComplex);
  return ofText(compiled.matches);
}

/** These refusals of AWS name no place. */
function cidr(text: string): ValueTest {
  const [ip, mask, ...more] = text.split('/');
  if (!ip || !mask || more.length > 0) throw invalidEventPattern("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d{1,9}$/.test(mask)) {
    throw invalidEventPattern('Malformed CIDR, mask bits must be an integer');
  }
  const maskBits = Number(mask);
  if (maskBits < 0) throw invalidEventPattern('Malformed CIDR, mask bits must not be negative');
  const address = parseIp(ip);
  if (!address) throw invalidEventPattern(`Nonstandard IP address: ${ip}`);
  if (maskBits >= address.bits) {
    throw invalidEventPattern(`IPv${address.bits === 32 ? 4 : 6} mask bits must be < ${address.bits}`);
  }
  return inBlock(address, maskBits);
}

/** What stands in an `anything-but`, besides plain values. */
const NEGATED = {
  prefix: { test: () => startsWith, wrongType: 'prefix/suffix match pattern must be a string', empty: false },
  suffix: { test: () => endsWith, wrongType: 'prefix/suffix match pattern must be a string', empty: false },
  'equals-ignore-case': {
    test: () => (text: string) => ignoringCase((folded) => ofText((given) => given === folded), text),
    wrongType: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    empty: true,
  },
  wildcard: {
    test: (reader: JsonReader) => (text: string) => wildcard(reader, text),
    wrongType: 'wildcard match pattern must be a string',
    empty: true,
  },
} as const;

const isNegated = (name: string): name is keyof typeof NEGATED => Object.hasOwn(NEGATED, name);

function readAnythingBut(reader: JsonReader): ValueTest {
  let token = reader.next();
  if (token !== '{') {
    refuseOtherValues(reader, token);
    const test = token === '[' ? anyOfValues(reader) : [plainValue(reader, token)];
    if (reader.next() !== '}') throw reader.refuse('Too many elements in numeric expression');
    return anythingBut(test);
  }
  if (reader.next() !== 'field') throw reader.refuse('Anything-But expression name not found');
  const name = reader.text();
  if (!isNegated(name)) throw reader.refuse(`Unsupported anything-but pattern: ${name}`);
  token = reader.next();
  refuseOtherValues(reader, token);
  const tests = readNegated(reader, token, name);
  for (let closing = 0; closing < 2; closing++) {
    if (reader.next() !== '}') throw reader.refuse('Too many elements in numeric expression');
  }
  return anythingBut(tests);
}

function refuseOtherValues(reader: JsonReader, token: JsonToken): void {
  if (token === '[' || token === 'string' || token === 'number') return;
  throw reader.refuse('Value of anything-but must be an array or single string/number value.');
}

function readNegated(reader: JsonReader, first: JsonToken, name: keyof typeof NEGATED): ValueTest[] {
  const { test, wrongType, empty } = NEGATED[name];
  const read = (token: JsonToken): ValueTest => {
    if (token !== 'string') throw reader.refuse(wrongType);
    const text = reader.text();
    if (text === '' && !empty) throw reader.refuse('Null prefix/suffix not allowed');
    return test(reader)(text);
  };
  if (first !== '[') return [read(first)];
  return readList(reader, read);
}

function anyOfValues(reader: JsonReader): ValueTest[] {
  const types = new Set<JsonToken>();
  const tests = readList(reader, (token) => {
    if (token !== 'string' && token !== 'number') {
      throw reader.refuse('Inside anything but list, start|null|boolean is not supported.');
    }
    types.add(token);
    return plainValue(reader, token);
  });
  if (types.size !== 1) {
    throw reader.refuse(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return tests;
}

/** A mistake inside a list is reported from the list again: AWS names the place twice. */
function readList(reader: JsonReader, read: (token: JsonToken) => ValueTest): ValueTest[] {
  const tests: ValueTest[] = [];
  try {
    for (let token = reader.next(); token !== ']'; token = reader.next()) tests.push(read(token));
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Event pattern is not valid\. Reason: /, '') : '';
    throw reader.refuse(reason);
  }
  return tests;
}

function plainValue(reader: JsonReader, token: JsonToken): ValueTest {
  if (token === 'string') {
    const text = reader.text();
    return (given) => given === text;
  }
  const number = Number(reader.text());
  if (!isComparable(number)) throw reader.refuse('Value must be between -5.0E9 and 5.0E9, inclusive');
  return exactly(number);
}
