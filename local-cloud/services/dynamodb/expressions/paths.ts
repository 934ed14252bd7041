import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { copyValue, type Item, newItem } from '../values/attribute-value.ts';
import type { Path } from './ast.ts';

/** What stands at a path of an item; `undefined` when nothing does. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [head, ...rest] = path;
  let value: AttributeValue | undefined = item[head];
  for (const part of rest) {
    if (value === undefined) return undefined;
    if (typeof part === 'number') value = value.L?.[part];
    else value = value.M && Object.hasOwn(value.M, part) ? value.M[part] : undefined;
  }
  return value;
}

/** A tree of paths: what to keep of an attribute. `true` keeps all of it. */
type Selection = true | Map<string | number, Selection>;

/**
 * The part of an item that the paths name, as a copy. Lists keep the order of their members and close up.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export function project(item: Item, paths: readonly Path[]): Item {
  const root = new Map<string | number, Selection>();
  for (const path of paths) select(root, path);
  return pickMembers(item, root);
}

function select(root: Map<string | number, Selection>, path: Path): void {
  let level = root;
  path.forEach((part, index) => {
    if (index === path.length - 1) {
      level.set(part, true);
      return;
    }
    const next = level.get(part);
    if (next instanceof Map) level = next;
    else {
      const fresh = new Map<string | number, Selection>();
      level.set(part, fresh);
      level = fresh;
    }
  });
}

function pick(value: AttributeValue, selection: Selection): AttributeValue | undefined {
  if (selection === true) return copyValue(value);
  if (value.M !== undefined) {
    const members = pickMembers(value.M, selection);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (value.L === undefined) return undefined;
  const members = value.L.flatMap((member, index) => {
    const chosen = selection.get(index);
    return (chosen && pick(member, chosen)) ?? [];
  });
  return members.length > 0 ? { L: members } : undefined;
}

function pickMembers(item: Item, selection: Map<string | number, Selection>): Item {
  const picked = newItem();
  for (const [name, chosen] of selection) {
    if (typeof name !== 'string' || !Object.hasOwn(item, name)) continue;
    const value = pick(item[name] as AttributeValue, chosen);
    if (value) picked[name] = value;
  }
  return picked;
}
