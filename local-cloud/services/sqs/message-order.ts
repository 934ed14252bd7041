import { createDeque, type Deque } from './deque.ts';
import type { StoredMessage } from './message.ts';

/** The visible messages of a queue in the order in which receives get them. The kinds of queue differ in this. */
export interface MessageOrder {
  /** Takes in a message that has become visible. */
  add(message: StoredMessage): void;
  /** Takes out the next message that may be received. */
  next(): StoredMessage | undefined;
  /** Call it when a receive has taken what it wants. */
  settle(): void;
  /** Call it when a message that was taken out is no longer with a receiver. */
  released(message: StoredMessage): void;
  clear(): void;
}

/**
 * Order of a standard queue: first visible, first received. A message that comes back goes to the end, so that a
 * poison message does not hold up the others. AWS promises best effort only.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-message-order.html
 */
export function createStandardOrder(): MessageOrder {
  let messages = createDeque<StoredMessage>();
  return {
    add: (message) => messages.push(message),
    next() {
      for (let message = messages.shift(); message; message = messages.shift()) {
        // Others were deleted or expired where they stood.
        if (message.state === 'visible') return message;
      }
      return undefined;
    },
    settle: () => {},
    released: () => {},
    clear() {
      messages = createDeque();
    },
  };
}

interface Group {
  id: string;
  waiting: Deque<StoredMessage>;
  /** With receivers: while there are any, others get nothing of this group. */
  taken: Set<StoredMessage>;
  /** Stands in the line of groups that may be received from. */
  ready: boolean;
}

/**
 * Order of a FIFO queue: within a group strictly as sent, and nothing of a group while some of it is in flight. One
 * receive gets as many of a group as it can; the groups take turns.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function createFifoOrder(): MessageOrder {
  let groups = new Map<string, Group>();
  let line = createDeque<Group>();
  /** The group from which the receive under way is taking. */
  let current: Group | undefined;

  function groupOf({ content: { groupId: id = '' } }: StoredMessage): Group {
    const known = groups.get(id);
    if (known) return known;
    const group: Group = { id, waiting: createDeque(), taken: new Set(), ready: false };
    groups.set(id, group);
    return group;
  }

  function lineUp(group: Group): void {
    if (group.ready || group === current || group.taken.size > 0) return;
    if (group.waiting.length === 0) {
      groups.delete(group.id);
      return;
    }
    group.ready = true;
    line.push(group);
  }

  function takeFrom(group: Group): StoredMessage | undefined {
    for (let message = group.waiting.shift(); message; message = group.waiting.shift()) {
      if (message.state !== 'visible') continue;
      group.taken.add(message);
      return message;
    }
    return undefined;
  }

  function settle(): void {
    const group = current;
    current = undefined;
    if (group) lineUp(group);
  }

  return {
    add(message) {
      const group = groupOf(message);
      const { sequence } = message.content;
      const last = group.waiting.last();
      if (last && last.content.sequence > sequence) {
        group.waiting.insert(message, (other) => other.content.sequence > sequence);
      } else group.waiting.push(message);
      lineUp(group);
    },
    next() {
      for (;;) {
        if (!current) {
          current = line.shift();
          if (!current) return undefined;
          current.ready = false;
        }
        const message = takeFrom(current);
        if (message) return message;
        settle();
      }
    },
    settle,
    released(message) {
      const group = groups.get(message.content.groupId ?? '');
      if (group?.taken.delete(message)) lineUp(group);
    },
    clear() {
      groups = new Map();
      line = createDeque();
      current = undefined;
    },
  };
}
