/** Entries per block at most; a full block is split in two. */
const BLOCK_SIZE = 256;

export interface Keyed {
  readonly key: string;
}

/**
 * Entries by key, and in the order of their keys (by code unit).
 * A list of sorted blocks: every operation costs a binary search and work within one block.
 */
export interface SortedMap<Entry extends Keyed> {
  readonly size: number;
  get(key: string): Entry | undefined;
  /** Adds an entry, or replaces the one of the same key. */
  set(entry: Entry): void;
  delete(key: string): void;
  /** Entries with `from` <= key < `to`, ascending or descending. The map must not change meanwhile. */
  range(from: string, to: string, descending?: boolean): Iterable<Entry>;
}

export function createSortedMap<Entry extends Keyed>(): SortedMap<Entry> {
  const byKey = new Map<string, Entry>();
  const blocks: Entry[][] = [];

  /** The block in which a key stands or would stand. */
  function blockOf(key: string): number {
    const after = lowerBound(blocks.length, (index) => (blocks[index]?.at(-1)?.key ?? '') < key);
    return Math.min(after, Math.max(0, blocks.length - 1));
  }

  function* ascending(from: string, to: string): Iterable<Entry> {
    if (blocks.length === 0) return;
    const first = blockOf(from);
    for (let number = first; number < blocks.length; number++) {
      const block = blocks[number] as Entry[];
      for (let index = number === first ? indexIn(block, from) : 0; index < block.length; index++) {
        const entry = block[index] as Entry;
        if (entry.key >= to) return;
        yield entry;
      }
    }
  }

  function* descending(from: string, to: string): Iterable<Entry> {
    if (blocks.length === 0) return;
    const last = blockOf(to);
    for (let number = last; number >= 0; number--) {
      const block = blocks[number] as Entry[];
      for (let index = (number === last ? indexIn(block, to) : block.length) - 1; index >= 0; index--) {
        const entry = block[index] as Entry;
        if (entry.key < from) return;
        yield entry;
      }
    }
  }

  return {
    get size() {
      return byKey.size;
    },
    get: (key) => byKey.get(key),
    set(entry) {
      const isNew = !byKey.has(entry.key);
      byKey.set(entry.key, entry);
      if (blocks.length === 0) blocks.push([]);
      const number = blockOf(entry.key);
      const block = blocks[number] as Entry[];
      block.splice(indexIn(block, entry.key), isNew ? 0 : 1, entry);
      if (block.length > BLOCK_SIZE) blocks.splice(number + 1, 0, block.splice(BLOCK_SIZE / 2));
    },
    delete(key) {
      if (!byKey.delete(key)) return;
      const number = blockOf(key);
      const block = blocks[number] as Entry[];
      block.splice(indexIn(block, key), 1);
      if (block.length === 0) blocks.splice(number, 1);
    },
    range: (from, to, backward = false) => (backward ? descending(from, to) : ascending(from, to)),
  };
}

/** The position in a block of the first entry whose key is not less. */
function indexIn(block: readonly Keyed[], key: string): number {
  return lowerBound(block.length, (index) => (block[index]?.key ?? '') < key);
}

/** The first index for which `isBefore` does not hold. */
function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
