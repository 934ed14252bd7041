import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../random.ts';
import { createSortedMap, type Keyed } from './sorted-map.ts';

const keys = (entries: Iterable<Keyed>) => [...entries].map(({ key }) => key);

describe('sorted map', () => {
  it('agrees with a sorted array through thousands of random changes', () => {
    const random = createRandom(7);
    const map = createSortedMap<Keyed>();
    const model = new Set<string>();
    for (let step = 0; step < 6000; step++) {
      const key = String(Math.floor(random.next() * 3000)).padStart(4, '0');
      if (random.next() < 0.7) {
        map.set({ key });
        model.add(key);
      } else {
        map.delete(key);
        model.delete(key);
      }
    }
    const expected = [...model].sort();
    expect(map.size).toBe(expected.length);
    expect(keys(map.range('', '~'))).toEqual(expected);
    expect(keys(map.range('', '~', true))).toEqual([...expected].reverse());
    const [from, to] = ['0777', '1888'];
    const within = expected.filter((key) => key >= from && key < to);
    expect(keys(map.range(from, to))).toEqual(within);
    expect(keys(map.range(from, to, true))).toEqual([...within].reverse());
  });

  it('replaces the entry of the same key', () => {
    const map = createSortedMap<Keyed & { value: number }>();
    map.set({ key: 'a', value: 1 });
    map.set({ key: 'a', value: 2 });
    expect([...map.range('', '~')]).toEqual([{ key: 'a', value: 2 }]);
    expect(map.get('a')?.value).toBe(2);
  });

  it('is empty again when all is deleted', () => {
    const map = createSortedMap<Keyed>();
    map.set({ key: 'a' });
    map.delete('a');
    expect([keys(map.range('', '~')), keys(map.range('', '~', true)), map.size]).toEqual([[], [], 0]);
  });
});
