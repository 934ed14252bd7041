import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './attribute-value.ts';
import { parseDecimal } from './decimal.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * The size of an item in bytes: names and values.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue);
  return size;
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return total(value.SS, (member) => Buffer.byteLength(member));
  if (value.NS !== undefined) return total(value.NS, numberSize);
  if (value.BS !== undefined) return total(value.BS, (member) => member.byteLength);
  // A list or map takes 3 bytes, and each of its members one more.
  if (value.L !== undefined) return 3 + total(value.L, (member) => 1 + valueSize(member));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

/** One byte for every two digits (pairs stand at even powers of ten), one more, and one for a minus. */
function numberSize(text: string): number {
  const number = parseDecimal(text);
  if (!number || number.digits === '') return 1;
  const { digits, exponent, negative } = number;
  const straddles = digits.length % 2 === 0 && exponent % 2 === 0;
  return 1 + Math.ceil(digits.length / 2) + (straddles ? 1 : 0) + (negative ? 1 : 0);
}

function total<T>(members: readonly T[], sizeOf: (member: T) => number): number {
  return members.reduce((sum, member) => sum + sizeOf(member), 0);
}
