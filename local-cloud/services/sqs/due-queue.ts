import TinyQueue from 'tinyqueue';

/** Items in order of the time at which each is due; items that no longer count are dropped on the way. */
interface DueQueue<Item> {
  add(at: number, item: Item): void;
  /** When the next item is due, in epoch milliseconds; undefined when there is none. */
  next(): number | undefined;
  /** Takes the next item that is due by `now`. */
  take(now: number): Item | undefined;
  clear(): void;
}

interface Entry<Item> {
  at: number;
  order: number;
  item: Item;
}

/** Below this length the dead are not worth counting. */
const SMALL = 64;

/**
 * Makes an empty queue; adding and taking cost O(log n), whatever is dropped.
 * @param isLive whether an item that was added for `at` still counts
 * @param liveCount how many items count now, to know when dropping the others pays
 */
export function createDueQueue<Item>(
  isLive: (item: Item, at: number) => boolean,
  liveCount: () => number,
): DueQueue<Item> {
  let order = 0;
  let entries = new TinyQueue<Entry<Item>>([], inOrder);

  function peek(): Entry<Item> | undefined {
    let top = entries.peek();
    while (top && !isLive(top.item, top.at)) {
      entries.pop();
      top = entries.peek();
    }
    return top;
  }

  return {
    add(at, item) {
      entries.push({ at, order: order++, item });
      if (entries.length > SMALL && entries.length > 4 * liveCount()) {
        entries = new TinyQueue(
          entries.data.filter((entry) => isLive(entry.item, entry.at)),
          inOrder,
        );
      }
    },
    next: () => peek()?.at,
    take(now) {
      const top = peek();
      if (!top || top.at > now) return undefined;
      entries.pop();
      return top.item;
    },
    clear() {
      entries = new TinyQueue<Entry<Item>>([], inOrder);
    },
  };
}

function inOrder(a: Entry<unknown>, b: Entry<unknown>): number {
  return a.at - b.at || a.order - b.order;
}
