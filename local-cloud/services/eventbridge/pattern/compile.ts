import { createJsonReader, type JsonReader } from './json-reader.ts';
import { type FieldTest, readMatchExpression } from './match-expression.ts';
import { exactly } from './value-tests.ts';

/** What a pattern asks for: one of these alternatives, and of an alternative every path. */
export type Alternatives = readonly ReadonlyMap<string, readonly FieldTest[]>[];

type Alternative = Map<string, readonly FieldTest[]>;

/** Names that stand for operators, so an alternative of `$or` cannot have them as fields. */
const RESERVED_IN_OR: readonly string[] = [
  'exactly',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'numeric',
  'cidr',
  'equals-ignore-case',
  'wildcard',
  'regular-expression',
];

/** Alternatives multiply with each `$or`; AWS refuses a rule that has more of them.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or */
const MOST_ALTERNATIVES = 1_000;

/**
 * Compiles an event pattern, field by field as AWS's own engine (https://github.com/aws/event-ruler) does.
 * @param source the pattern as JSON text
 * @throws InvalidEventPatternException in AWS's words, with the place of the mistake
 */
export function compileAlternatives(source: string): Alternatives {
  const reader = createJsonReader(source);
  if (reader.next() !== '{') throw reader.refuse('Filter is not an object');
  return readObject(reader, '', [new Map()], false);
}

function readObject(
  reader: JsonReader,
  path: string,
  alternatives: Alternative[],
  insideOr: boolean,
): Alternative[] {
  let all = alternatives;
  let empty = true;
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    empty = false;
    const name = reader.text();
    if (name === '$or') {
      all = readOr(reader, path, all);
      continue;
    }
    if (insideOr && RESERVED_IN_OR.includes(name)) {
      throw reader.refuse(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const step = path === '' ? name : `${path}.${name}`;
    const value = reader.next();
    if (value === '{') all = readObject(reader, step, all, insideOr);
    else if (value === '[') {
      const tests = readTests(reader);
      for (const alternative of all) alternative.set(step, tests);
    } else throw reader.refuse(`"${name}" must be an object or an array`);
  }
  if (empty) throw reader.refuse('Empty objects are not allowed');
  return all;
}

function readOr(reader: JsonReader, path: string, before: readonly Alternative[]): Alternative[] {
  if (reader.next() !== '[') throw reader.refuse('It must be an Array followed with $or.');
  const all: Alternative[] = [];
  let choices = 0;
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    choices++;
    if (token !== '{') throw reader.refuse('Only JSON object is allowed in array of $or relationship.');
    const copies = before.map((alternative) => new Map(alternative));
    all.push(...readObject(reader, path, copies, true));
    if (all.length > MOST_ALTERNATIVES) {
      throw reader.refuse(`The number of combinations of $or conditions is more than ${MOST_ALTERNATIVES}.`);
    }
  }
  if (choices < 2) throw reader.refuse('There must have at least 2 Objects in $or relationship.');
  return all;
}

function readTests(reader: JsonReader): FieldTest[] {
  const tests: FieldTest[] = [];
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    switch (token) {
      case '{':
        tests.push(readMatchExpression(reader));
        break;
      case 'string':
        tests.push({ kind: 'value', test: exactly(reader.text()) });
        break;
      case 'number':
        tests.push({ kind: 'value', test: exactly(Number(reader.text())) });
        break;
      case 'true':
      case 'false':
        tests.push({ kind: 'value', test: exactly(token === 'true') });
        break;
      case 'null':
        tests.push({ kind: 'value', test: exactly(null) });
        break;
      default:
        throw reader.refuse('Match value must be String, number, true, false, or null');
    }
  }
  if (tests.length === 0) throw reader.refuse('Empty arrays are not allowed');
  return tests;
}
