import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type AttributeType, sortable, typeOf } from '../values/attribute-value.ts';
import { type Comparator, type Operand, showPath } from './ast.ts';
import type { Reader } from './reader.ts';

/** Functions of conditions and how many operands each takes. */
const OPERAND_COUNTS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

const TYPE_NAMES = ['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'];
const ORDERED_TYPES = ['S', 'N', 'B'];

/** Notes what is wrong with a function's name or operands before any item is looked at. */
export function checkCall(reader: Reader, name: string, args: readonly Operand[]): void {
  const expected = Object.hasOwn(OPERAND_COUNTS, name) ? OPERAND_COUNTS[name] : undefined;
  if (expected === undefined) {
    reader.report('function-name', `Invalid function name; function: ${name}`);
    return;
  }
  if (expected !== args.length) {
    reader.report(
      'operand-count',
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${args.length}`,
    );
    return;
  }
  const [first, second] = args;
  if (first && second) checkDistinct(reader, name, first, second);
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      if (first?.kind !== 'path') {
        reader.report(
          'operand-type',
          `Operator or function requires a document path; operator or function: ${name}`,
        );
      }
      return;
    case 'begins_with':
      for (const arg of args) allowTypes(reader, name, arg, ['S', 'B']);
      return;
    case 'size':
      allowTypes(reader, name, first, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
      return;
    case 'attribute_type':
      checkTypeName(reader, second);
      return;
    default:
      return;
  }
}

export function checkComparison(reader: Reader, operator: Comparator, left: Operand, right: Operand): void {
  checkDistinct(reader, operator, left, right);
  if (operator === '=' || operator === '<>') return;
  for (const operand of [left, right]) allowTypes(reader, operator, operand, ORDERED_TYPES);
}

export function checkBetween(reader: Reader, low: Operand, high: Operand): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const bounds =
    `lower bound operand: AttributeValue: ${showScalar(low.value)}, ` +
    `upper bound operand: AttributeValue: ${showScalar(high.value)}`;
  if (typeOf(low.value) !== typeOf(high.value)) {
    reader.report(
      'operand-type',
      `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
    );
    return;
  }
  for (const bound of [low, high]) allowTypes(reader, 'BETWEEN', bound, ORDERED_TYPES);
  const [lowest, highest] = [sortable(low.value), sortable(high.value)];
  if (lowest !== undefined && highest !== undefined && lowest > highest) {
    reader.report(
      'operand-type',
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

/** The type that an operand has whatever the item holds; `undefined` for a path. */
function knownType(operand: Operand | undefined): AttributeType | undefined {
  if (operand?.kind === 'value') return typeOf(operand.value);
  if (operand?.kind === 'call' && operand.name === 'size') return 'N';
  return undefined;
}

function allowTypes(
  reader: Reader,
  operator: string,
  operand: Operand | undefined,
  allowed: readonly string[],
): void {
  const type = knownType(operand);
  if (type === undefined || allowed.includes(type)) return;
  reader.report(
    'operand-type',
    'Incorrect operand type for operator or function; ' +
      `operator or function: ${operator}, operand type: ${type}`,
  );
}

function checkTypeName(reader: Reader, operand: Operand | undefined): void {
  const type = knownType(operand);
  if (type !== 'S' || operand?.kind !== 'value') {
    reader.report(
      'operand-type',
      'Incorrect operand type for operator or function; ' +
        `operator or function: attribute_type, operand type: ${type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}'}`,
    );
    return;
  }
  if (!TYPE_NAMES.includes(operand.value.S ?? '')) {
    reader.report(
      'operand-type',
      `Invalid attribute type name found; type: ${operand.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
}

function checkDistinct(reader: Reader, operator: string, left: Operand, right: Operand): void {
  if (left.kind !== 'path' || right.kind !== 'path') return;
  if (showPath(left.path) !== showPath(right.path)) return;
  reader.report(
    'same-operand',
    'The first operand must be distinct from the remaining operands for this operator or function; ' +
      `operator: ${operator}, first operand: ${showPath(left.path)}`,
  );
}

function showScalar(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${String(value[type])}}`;
}
