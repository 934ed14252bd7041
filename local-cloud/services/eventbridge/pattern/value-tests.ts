import type { FieldValue } from './fields.ts';
import { type IpAddress, parseIp } from './ip-address.ts';

/** Whether one leaf of an event is what a pattern asks for. */
export type ValueTest = (value: FieldValue) => boolean;

/** Numbers beyond this are not compared as numbers.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching */
const LARGEST_NUMBER = 5e9;

export function isComparable(number: number): boolean {
  return Math.abs(number) <= LARGEST_NUMBER;
}

/** A text, number, boolean or null as it stands; an IP address however it is written. */
export function exactly(wanted: FieldValue): ValueTest {
  const address = typeof wanted === 'string' ? parseIp(wanted) : undefined;
  if (!address) return (value) => value === wanted;
  return ofText((value) => isBetween(value, address, address.number));
}

export function startsWith(prefix: string): ValueTest {
  return ofText((value) => value.startsWith(prefix));
}

export function endsWith(suffix: string): ValueTest {
  return ofText((value) => value.endsWith(suffix));
}

/** Runs a test of texts with case folded on both sides. */
export function ignoringCase(test: (text: string) => ValueTest, text: string): ValueTest {
  const folded = test(text.toLowerCase());
  return ofText((value) => folded(value.toLowerCase()));
}

/** Everything that none of the tests takes, of whatever type. */
export function anythingBut(tests: readonly ValueTest[]): ValueTest {
  return (value) => !tests.some((test) => test(value));
}

export interface NumericRange {
  readonly bottom: number;
  readonly openBottom: boolean;
  readonly top: number;
  readonly openTop: boolean;
}

export function inRange({ bottom, openBottom, top, openTop }: NumericRange): ValueTest {
  return (value) =>
    typeof value === 'number' &&
    isComparable(value) &&
    (openBottom ? value > bottom : value >= bottom) &&
    (openTop ? value < top : value <= top);
}

/** @param maskBits how many leading bits of the address count */
export function inBlock(address: IpAddress, maskBits: number): ValueTest {
  const hostBits = BigInt(address.bits - maskBits);
  // As AWS's engine has it, the block begins at the address as it is written.
  const last = address.number | ((1n << hostBits) - 1n);
  return ofText((value) => isBetween(value, address, last));
}

function isBetween(text: string, first: IpAddress, last: bigint): boolean {
  const given = parseIp(text);
  return given?.bits === first.bits && given.number >= first.number && given.number <= last;
}

export function ofText(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}
