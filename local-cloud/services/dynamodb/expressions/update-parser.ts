import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type AttributeType, typeOf } from '../values/attribute-value.ts';
import type { Operand, Path, UpdateAction } from './ast.ts';
import type { Placeholders } from './placeholders.ts';
import { createReader, type Reader, reportOverlaps } from './reader.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof SECTIONS)[number];

const TYPE_WORDS: Partial<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

/**
 * Parses an update expression: sections SET, REMOVE, ADD and DELETE, each at most once, in any order.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws ValidationException as AWS words it
 */
export function parseUpdate(expression: string, placeholders: Placeholders): UpdateAction[] {
  const reader = createReader('UpdateExpression', expression, placeholders, SECTIONS);
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  do {
    const section = SECTIONS.find((keyword) => reader.takeKeyword(keyword));
    if (!section) throw reader.syntaxError();
    if (seen.has(section)) {
      reader.report('section', `The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(action(reader, section));
    while (reader.takeSymbol(','));
  } while (reader.peek().kind !== 'end');
  reportOverlaps(
    reader,
    actions.map(({ path }) => path),
  );
  reader.end([
    'reserved',
    'function-name',
    'section',
    'undefined-name',
    'undefined-value',
    'overlap',
    'conflict',
    'operand-type',
    'operand-count',
  ]);
  return actions;
}

function action(reader: Reader, section: Section): UpdateAction {
  const path = reader.path();
  switch (section) {
    case 'SET':
      reader.expectSymbol('=');
      return { kind: 'SET', path, operand: sum(reader) };
    case 'REMOVE':
      return { kind: 'REMOVE', path };
    case 'ADD':
    case 'DELETE':
      return { kind: section, path, value: changeOf(reader, section) };
  }
}

/** What ADD and DELETE take: a set, or for ADD also a number. */
function changeOf(reader: Reader, section: 'ADD' | 'DELETE'): AttributeValue {
  const value = reader.value();
  const type = typeOf(value);
  const word = TYPE_WORDS[type];
  if (word && !(section === 'ADD' && type === 'N')) {
    reader.report(
      'operand-type',
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${word}`,
    );
  }
  return value;
}

/** An operand, or two of them with `+` or `-` between; there is no third. */
function sum(reader: Reader): Operand {
  const left = reader.peek().text === '(' ? group(reader, sum) : operand(reader);
  if (left.kind === 'arithmetic') return left;
  const operator = reader.takeSymbol('+') ? '+' : reader.takeSymbol('-') ? '-' : undefined;
  if (!operator) return left;
  const right = operand(reader);
  for (const part of [left, right]) requireType(reader, operator, part, 'N');
  return { kind: 'arithmetic', operator, left, right };
}

function operand(reader: Reader): Operand {
  if (reader.peek().text === '(') return group(reader, operand);
  if (!reader.atCall()) return reader.pathOrValue();
  const call = reader.call(() => operand(reader));
  checkCall(reader, call.name, call.args);
  return call;
}

function group(reader: Reader, content: (reader: Reader) => Operand): Operand {
  reader.expectSymbol('(');
  const inner = content(reader);
  reader.expectSymbol(')');
  return inner;
}

function checkCall(reader: Reader, name: string, args: readonly Operand[]): void {
  if (name !== 'if_not_exists' && name !== 'list_append') {
    reader.report('function-name', `Invalid function name; function: ${name}`);
    return;
  }
  if (args.length !== 2) {
    reader.report(
      'operand-count',
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${args.length}`,
    );
    return;
  }
  if (name === 'list_append') {
    for (const arg of args) requireType(reader, name, arg, 'L');
  } else if (args[0]?.kind !== 'path') {
    reader.report(
      'operand-type',
      `Operator or function requires a document path; operator or function: ${name}`,
    );
  }
}

/** Notes a `:value` of the wrong type; attributes are judged when the update is applied. */
function requireType(reader: Reader, operator: string, part: Operand, type: AttributeType): void {
  if (part.kind !== 'value' || typeOf(part.value) === type) return;
  reader.report(
    'operand-type',
    'Incorrect operand type for operator or function; ' +
      `operator or function: ${operator}, operand type: ${typeOf(part.value)}`,
  );
}

/** The attributes that an update touches, by path. */
export function pathsOf(actions: readonly UpdateAction[]): Path[] {
  return actions.map(({ path }) => path);
}

/** All paths that an update reads or writes. */
export function pathsInUpdate(actions: readonly UpdateAction[]): Path[] {
  return actions.flatMap((action) =>
    action.kind === 'SET' ? [action.path, ...pathsIn(action.operand)] : [action.path],
  );
}

function pathsIn(operand: Operand): Path[] {
  switch (operand.kind) {
    case 'path':
      return [operand.path];
    case 'call':
      return operand.args.flatMap(pathsIn);
    case 'arithmetic':
      return [...pathsIn(operand.left), ...pathsIn(operand.right)];
    case 'value':
      return [];
  }
}
