/** A line of items: taking from the front costs nothing extra, however long it is. */
export interface Deque<Item> {
  push(item: Item): void;
  /** Puts an item before the first one that `isAfter`; at the end when there is none. */
  insert(item: Item, isAfter: (other: Item) => boolean): void;
  shift(): Item | undefined;
  last(): Item | undefined;
  readonly length: number;
}

/** Taken places at the front that are worth giving back. */
const MANY_TAKEN = 1024;

export function createDeque<Item>(): Deque<Item> {
  let items: (Item | undefined)[] = [];
  let head = 0;
  return {
    push(item) {
      items.push(item);
    },
    insert(item, isAfter) {
      let at = head;
      while (at < items.length && !isAfter(items[at] as Item)) at++;
      if (at === head && head > 0) items[--head] = item;
      else items.splice(at, 0, item);
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined;
      if (head > MANY_TAKEN && 2 * head > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    last: () => (head === items.length ? undefined : items.at(-1)),
    get length() {
      return items.length - head;
    },
  };
}
