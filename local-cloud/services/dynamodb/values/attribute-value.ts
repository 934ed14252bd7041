import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { parseDecimal, sortableDecimal } from './decimal.ts';

/** An item, or a key: attributes by name. Made without a prototype, so that any name is safe. */
export type Item = Record<string, AttributeValue>;

export type AttributeType = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'NULL' | 'BOOL';

/** An empty item. */
export function newItem(): Item {
  return Object.create(null) as Item;
}

/** The type of a value: the name of its only member. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) if (value[type as AttributeType] !== undefined) return type as AttributeType;
  throw new Error('An attribute value without a type was stored.');
}

/** A deep copy, so that callers and the table never share what they may change. */
export function copyValue(value: AttributeValue): AttributeValue {
  if (value.M !== undefined) return { M: copyItem(value.M) };
  if (value.L !== undefined) return { L: value.L.map(copyValue) };
  if (value.SS !== undefined) return { SS: [...value.SS] };
  if (value.NS !== undefined) return { NS: [...value.NS] };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => Uint8Array.from(bytes)) };
  if (value.B !== undefined) return { B: Uint8Array.from(value.B) };
  return { ...value };
}

export function copyItem(item: Item): Item {
  const copy = newItem();
  for (const name in item) copy[name] = copyValue(item[name] as AttributeValue);
  return copy;
}

/** Equality as in conditions: same type and value; sets in any order, documents deeply. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a.S !== undefined) return a.S === b.S;
  // Numbers are stored normalised, so that equal numbers are equal strings.
  if (a.N !== undefined) return a.N === b.N;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.B !== undefined) return b.B !== undefined && bytesOf(a.B) === bytesOf(b.B);
  if (a.L !== undefined) return b.L !== undefined && equalLists(a.L, b.L);
  if (a.M !== undefined) return b.M !== undefined && equalItems(a.M, b.M);
  const members = setMembers(b);
  return typeOf(a) === typeOf(b) && equalSets(setMembers(a), members);
}

export function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const other = b[name];
    return other !== undefined && equalValues(a[name] as AttributeValue, other);
  });
}

/**
 * A string that sorts (by code unit) as the scalar does: strings and binaries by their bytes, numbers by size.
 * `undefined` for types that have no order.
 */
export function sortable(value: AttributeValue): string | undefined {
  if (value.S !== undefined) return Buffer.from(value.S, 'utf8').toString('latin1');
  if (value.B !== undefined) return bytesOf(value.B);
  if (value.N !== undefined) {
    const number = parseDecimal(value.N);
    return number && sortableDecimal(number);
  }
  return undefined;
}

/** Members of a set as strings that are equal when the members are; empty for other types. */
export function setMembers(value: AttributeValue): string[] {
  return value.SS ?? value.NS ?? value.BS?.map(bytesOf) ?? [];
}

/** Bytes as a string of the same length, for comparing and searching. */
export function bytesOf(binary: Uint8Array): string {
  return Buffer.from(binary.buffer, binary.byteOffset, binary.byteLength).toString('latin1');
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, index) => equalValues(value, b[index] as AttributeValue));
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  const members = new Set(a);
  return a.length === b.length && b.every((member) => members.has(member));
}
