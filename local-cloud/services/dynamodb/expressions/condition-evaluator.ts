import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { bytesOf, equalValues, type Item, setMembers, sortable, typeOf } from '../values/attribute-value.ts';
import type { Comparator, Condition, Operand } from './ast.ts';
import { valueAt } from './paths.ts';

/** Whether an item meets a condition; an item that does not exist is an empty one. */
export function meets(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(item, condition.left) && meets(item, condition.right);
    case 'or':
      return meets(item, condition.left) || meets(item, condition.right);
    case 'not':
      return !meets(item, condition.condition);
    case 'comparison':
      return compare(condition.operator, resolve(item, condition.left), resolve(item, condition.right));
    case 'between': {
      const value = resolve(item, condition.operand);
      return (
        compare('>=', value, resolve(item, condition.low)) &&
        compare('<=', value, resolve(item, condition.high))
      );
    }
    case 'in': {
      const value = resolve(item, condition.operand);
      return condition.candidates.some((candidate) => compare('=', value, resolve(item, candidate)));
    }
    case 'function':
      return holds(item, condition.name, condition.args);
  }
}

function resolve(item: Item, operand: Operand | undefined): AttributeValue | undefined {
  if (operand?.kind === 'path') return valueAt(item, operand.path);
  if (operand?.kind === 'value') return operand.value;
  if (operand?.kind === 'call') {
    const size = sizeOf(resolve(item, operand.args[0]));
    return size === undefined ? undefined : { N: String(size) };
  }
  return undefined;
}

/** Values of different types are unequal and have no order; so is an attribute that does not exist. */
function compare(
  operator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  const comparable = left !== undefined && right !== undefined;
  if (operator === '=') return comparable && equalValues(left, right);
  if (operator === '<>') return !(comparable && equalValues(left, right));
  if (!comparable || typeOf(left) !== typeOf(right)) return false;
  const [first, second] = [sortable(left), sortable(right)];
  if (first === undefined || second === undefined) return false;
  switch (operator) {
    case '<':
      return first < second;
    case '<=':
      return first <= second;
    case '>':
      return first > second;
    case '>=':
      return first >= second;
  }
}

function holds(item: Item, name: string, args: readonly Operand[]): boolean {
  const [first, second] = args.map((operand) => resolve(item, operand));
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return first !== undefined && typeOf(first) === second?.S;
    case 'begins_with':
      return first !== undefined && second !== undefined && beginsWith(first, second);
    case 'contains':
      return first !== undefined && second !== undefined && contains(first, second);
    default:
      throw new Error(`The parser let an unknown function pass: ${name}`);
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B !== undefined && prefix.B !== undefined) return bytesOf(value.B).startsWith(bytesOf(prefix.B));
  return false;
}

/** Part of a string or binary, or a member of a set or list. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined) return part.B !== undefined && bytesOf(value.B).includes(bytesOf(part.B));
  if (value.L !== undefined) return value.L.some((member) => equalValues(member, part));
  if (value.SS !== undefined) return part.S !== undefined && value.SS.includes(part.S);
  if (value.NS !== undefined) return part.N !== undefined && value.NS.includes(part.N);
  if (value.BS !== undefined) return part.B !== undefined && setMembers(value).includes(bytesOf(part.B));
  return false;
}

/** Length of a string, bytes of a binary, number of members; other types have no size. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S.length;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.L ?? value.SS ?? value.NS ?? value.BS)?.length;
}
