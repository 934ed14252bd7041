import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validationError } from '../errors.ts';
import { acceptDecimal } from '../values/accept.ts';
import { bytesOf, copyItem, copyValue, type Item, setMembers, typeOf } from '../values/attribute-value.ts';
import { addDecimals, type Decimal, negateDecimal, parseDecimal } from '../values/decimal.ts';
import type { Operand, Path, UpdateAction } from './ast.ts';
import { valueAt } from './paths.ts';

/** Where an action writes: a map, or a list whose changes wait until all actions are done. */
type Parent =
  | { readonly kind: 'map'; readonly members: Item; readonly name: string }
  | { readonly kind: 'list'; readonly list: ListChanges; readonly index: number };

/** Changes to one list: positions are those before the update, so that removals do not shift each other. */
interface ListChanges {
  readonly members: AttributeValue[];
  readonly set: Map<number, AttributeValue>;
  readonly removed: Set<number>;
}

/**
 * Applies an update to an item and returns the new item; the old one stays as it is.
 * All operands see the item as it was before the update.
 * @throws ValidationException when the item does not fit the expression
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const updated = copyItem(item);
  const lists = new Map<AttributeValue[], ListChanges>();
  for (const action of actions) {
    const parent = parentOf(updated, action.path, lists);
    const current = valueAt(item, action.path);
    const result = resultOf(item, action, current);
    if (parent.kind === 'map') {
      if (result) parent.members[parent.name] = result;
      else delete parent.members[parent.name];
    } else if (result) parent.list.set.set(parent.index, result);
    else parent.list.removed.add(parent.index);
  }
  for (const list of lists.values()) settle(list);
  return updated;
}

/** The attribute's value after an action; `undefined` removes it. */
function resultOf(
  item: Item,
  action: UpdateAction,
  current: AttributeValue | undefined,
): AttributeValue | undefined {
  switch (action.kind) {
    case 'SET':
      return copyValue(evaluate(item, action.operand));
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return add(current, action.value);
    case 'DELETE':
      return remove(current, action.value);
  }
}

function evaluate(item: Item, operand: Operand): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = valueAt(item, operand.path);
      if (value) return value;
      throw validationError('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'arithmetic': {
      const left = decimalOf(evaluate(item, operand.left));
      const right = decimalOf(evaluate(item, operand.right));
      return { N: acceptDecimal(addDecimals(left, operand.operator === '+' ? right : negateDecimal(right))) };
    }
    case 'call':
      return call(item, operand.name, operand.args as [Operand, Operand]);
  }
}

function call(item: Item, name: string, [first, second]: readonly [Operand, Operand]): AttributeValue {
  if (name === 'if_not_exists') {
    const existing = first.kind === 'path' ? valueAt(item, first.path) : undefined;
    return existing ?? evaluate(item, second);
  }
  const head = evaluate(item, first);
  const tail = evaluate(item, second);
  if (head.L === undefined || tail.L === undefined) throw wrongType();
  return { L: [...head.L, ...tail.L] };
}

/** ADD: a number is added, a set is united; what does not exist counts as 0 or the empty set. */
function add(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!current) return copyValue(value);
  if (typeOf(current) !== typeOf(value)) throw wrongType();
  if (value.N !== undefined) {
    return { N: acceptDecimal(addDecimals(decimalOf(current), decimalOf(value))) };
  }
  const existing = new Set(setMembers(current));
  if (value.SS) return { SS: [...(current.SS ?? []), ...value.SS.filter((member) => !existing.has(member))] };
  if (value.NS) return { NS: [...(current.NS ?? []), ...value.NS.filter((member) => !existing.has(member))] };
  const added = (value.BS ?? []).filter((member) => !existing.has(bytesOf(member)));
  return { BS: [...(current.BS ?? []), ...added] };
}

/** DELETE: takes members from a set; a set that becomes empty is removed. */
function remove(current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (!current) return undefined;
  if (typeOf(current) !== typeOf(value)) throw wrongType();
  const taken = new Set(setMembers(value));
  if (setMembers(current).every((member) => taken.has(member))) return undefined;
  if (current.SS) return { SS: current.SS.filter((member) => !taken.has(member)) };
  if (current.NS) return { NS: current.NS.filter((member) => !taken.has(member)) };
  return { BS: (current.BS ?? []).filter((member) => !taken.has(bytesOf(member))) };
}

function parentOf(item: Item, path: Path, lists: Map<AttributeValue[], ListChanges>): Parent {
  const last = path.at(-1);
  if (path.length === 1) return { kind: 'map', members: item, name: path[0] };
  const container = valueAt(item, path.slice(0, -1) as unknown as Path);
  if (typeof last === 'string' && container?.M) return { kind: 'map', members: container.M, name: last };
  if (typeof last === 'number' && container?.L) {
    const list = lists.get(container.L) ?? { members: container.L, set: new Map(), removed: new Set() };
    lists.set(container.L, list);
    return { kind: 'list', list, index: last };
  }
  throw validationError('The document path provided in the update expression is invalid for update');
}

/** Writes a list's changes: positions beyond its end append in order, removed positions close up. */
function settle({ members, set, removed }: ListChanges): void {
  const length = members.length;
  for (const [index, value] of [...set].sort(([a], [b]) => a - b)) {
    if (index < length) members[index] = value;
    else members.push(value);
  }
  const kept = members.filter((_, index) => index >= length || !removed.has(index));
  members.splice(0, members.length, ...kept);
}

function decimalOf(value: AttributeValue): Decimal {
  const number = value.N === undefined ? undefined : parseDecimal(value.N);
  if (!number) throw wrongType();
  return number;
}

function wrongType(): Error {
  return validationError('An operand in the update expression has an incorrect data type');
}
