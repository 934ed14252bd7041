import { InvalidOrder } from './invalid-order.ts';

export function asObject(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new InvalidOrder('no object');
  return value as Record<string, unknown>;
}

/** A list of one to `most` values. */
export function asList(value: unknown, most: number): unknown[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most)
    throw new InvalidOrder('no list, or not of its size');
  return value;
}

/** A text of one to `most` characters. */
export function asString(value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > most)
    throw new InvalidOrder('no text, or not of its length');
  return value;
}

export function asInteger(value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new InvalidOrder('no integer');
  if (value < least || value > most) throw new InvalidOrder(`not within ${least} and ${most}`);
  return value;
}
