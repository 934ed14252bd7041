import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('the same seed gives the same sequence, another seed another one', () => {
  const take = (seed: number) => {
    const random = createRandom(seed);
    return [random.uuid(), random.next(), random.uuid()];
  };
  expect(take(42)).toEqual(take(42));
  expect(take(42)).not.toEqual(take(43));
});

test('UUIDs are of version 4 and do not repeat', () => {
  const { uuid } = createRandom(1);
  const all = Array.from({ length: 10_000 }, uuid);
  expect(new Set(all).size).toBe(all.length);
  for (const id of all.slice(0, 100)) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
