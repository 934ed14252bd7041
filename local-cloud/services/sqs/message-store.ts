import type { Clock, Timer, TimerKind } from '../../clock.ts';
import type { Call } from '../../service.ts';
import { createDueQueue } from './due-queue.ts';
import type { MessageContent, StoredMessage } from './message.ts';
import type { MessageOrder } from './message-order.ts';
import type { QueueSettings } from './queue-attributes.ts';

/** Where messages go that were received too often. */
export interface DeadLetters {
  maxReceiveCount: number;
  accept(messages: readonly StoredMessage[]): void;
}

interface MessageStoreOptions {
  clock: Clock;
  order: MessageOrder;
  settings: () => QueueSettings;
  /** The dead-letter queue as it is now; undefined when there is none or it may not be used. */
  deadLetters: () => DeadLetters | undefined;
  inFlightLimit: number;
}

interface ReceiveOptions {
  max: number;
  visibilityMs: number;
}

/** The messages of one queue: which are visible, in flight, delayed, and who waits for them. */
export type MessageStore = ReturnType<typeof createMessageStore>;

interface Poller extends ReceiveOptions {
  received: readonly StoredMessage[];
  wake: AbortController;
}

/**
 * Makes an empty store. No operation's cost grows with the number of messages, but for O(log n) in the heaps.
 * One timer stands for the next message that becomes visible, one for the next that expires.
 */
export function createMessageStore(options: MessageStoreOptions) {
  const { clock, order, settings, deadLetters, inFlightLimit } = options;
  const messages = new Map<string, StoredMessage>();
  const pollers = new Set<Poller>();
  let delayed = 0;
  let inFlight = 0;
  let receipts = 0;
  let closed = false;
  const hidden = createDueQueue<StoredMessage>(
    (message, at) => message.hiddenUntil === at,
    () => delayed + inFlight,
  );
  const aging = createDueQueue<StoredMessage>(
    (message) => message.state !== 'gone',
    () => messages.size,
  );
  const visibleTimer = createAlarm(clock, 'work', arrived);
  const expiryTimer = createAlarm(clock, 'housekeeping', arrived);

  function add(content: MessageContent, delayMs: number, receiveCount = 0, firstReceivedAt = 0): void {
    const message: StoredMessage = {
      content,
      state: 'visible',
      hiddenUntil: 0,
      receiveCount,
      receivesHere: 0,
      firstReceivedAt,
      arrivedAt: clock.now(),
      receivedAt: 0,
      receipt: 0,
    };
    messages.set(content.id, message);
    aging.add(content.sentAt, message);
    if (delayMs > 0) hide(message, 'delayed', clock.now() + delayMs);
    else order.add(message);
    setExpiry();
  }

  /**
   * Brings the store up to date and serves the pollers that wait, in the order in which they came. Every look at
   * the store begins with it: it may be the first to notice that a timeout is over, before the timer rings.
   */
  function arrived(): void {
    releaseDue();
    for (const poller of pollers) {
      const received = take(poller);
      if (received.length === 0) break;
      pollers.delete(poller);
      poller.received = received;
      poller.wake.abort();
    }
  }

  function take({ max, visibilityMs }: ReceiveOptions): readonly StoredMessage[] {
    const now = clock.now();
    const redrive = deadLetters();
    const taken: StoredMessage[] = [];
    const dead: StoredMessage[] = [];
    while (taken.length < max && inFlight < inFlightLimit) {
      const message = order.next();
      if (!message) break;
      // A receive that would exceed the limit moves the message instead.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
      if (redrive && message.receivesHere >= redrive.maxReceiveCount) {
        remove(message);
        dead.push(message);
        continue;
      }
      message.receiveCount++;
      message.receivesHere++;
      message.firstReceivedAt ||= now;
      message.receivedAt = now;
      message.receipt = ++receipts;
      if (visibilityMs > 0) hide(message, 'in-flight', now + visibilityMs);
      taken.push(message);
    }
    // Received without being hidden: back in the queue, but not twice in one answer.
    if (visibilityMs === 0) for (const message of taken) show(message);
    order.settle();
    setVisible();
    if (redrive && dead.length > 0) redrive.accept(dead);
    // Copies: with a short timeout another receive may change the message before this one has answered.
    return taken.map((message) => ({ ...message }));
  }

  function receive(options: ReceiveOptions): readonly StoredMessage[] {
    arrived();
    return take(options);
  }

  async function poll(
    options: ReceiveOptions,
    waitMs: number,
    call: Call,
  ): Promise<readonly StoredMessage[]> {
    const poller: Poller = { ...options, received: [], wake: new AbortController() };
    const leave = () => {
      pollers.delete(poller);
      poller.wake.abort();
    };
    pollers.add(poller);
    call.signal.addEventListener('abort', leave, { once: true });
    try {
      await clock.wait({
        until: clock.now() + waitMs,
        wake: poller.wake.signal,
        work: call.work,
        background: call.background,
      });
    } finally {
      pollers.delete(poller);
      call.signal.removeEventListener('abort', leave);
    }
    if (poller.received.length > 0 || call.signal.aborted || closed) return poller.received;
    return receive(options);
  }

  function hide(message: StoredMessage, state: 'delayed' | 'in-flight', until: number): void {
    count(message, -1);
    message.state = state;
    message.hiddenUntil = until;
    count(message, 1);
    hidden.add(until, message);
    setVisible();
  }

  function show(message: StoredMessage): void {
    count(message, -1);
    message.state = 'visible';
    message.hiddenUntil = 0;
    order.released(message);
    order.add(message);
  }

  function remove(message: StoredMessage): void {
    count(message, -1);
    message.state = 'gone';
    message.hiddenUntil = 0;
    messages.delete(message.content.id);
    order.released(message);
    setVisible();
  }

  function count({ state }: StoredMessage, by: 1 | -1): void {
    if (state === 'delayed') delayed += by;
    else if (state === 'in-flight') inFlight += by;
  }

  /** What is due by now: expired messages go, hidden ones become visible. */
  function releaseDue(): void {
    const now = clock.now();
    const expired = now - settings().retentionMs;
    for (let old = aging.take(expired); old; old = aging.take(expired)) remove(old);
    for (let due = hidden.take(now); due; due = hidden.take(now)) show(due);
    setVisible();
    setExpiry();
  }

  function setVisible(): void {
    visibleTimer.set(hidden.next());
  }

  function setExpiry(): void {
    const oldest = aging.next();
    expiryTimer.set(oldest === undefined ? undefined : oldest + settings().retentionMs);
  }

  function purge(): void {
    for (const message of messages.values()) {
      message.state = 'gone';
      message.hiddenUntil = 0;
    }
    messages.clear();
    order.clear();
    hidden.clear();
    aging.clear();
    delayed = 0;
    inFlight = 0;
    setVisible();
    setExpiry();
  }

  return {
    add,
    arrived,
    receive,
    poll,
    purge,
    /**
     * Takes the next visible message out, for good, if `accept` agrees; it does not count as a receive.
     * @returns undefined when there is none, or when it stays
     */
    takeOut(accept: (message: StoredMessage) => boolean): StoredMessage | undefined {
      arrived();
      const message = order.next();
      if (!message) return undefined;
      const accepted = accept(message);
      if (accepted) remove(message);
      else show(message);
      order.settle();
      return accepted ? message : undefined;
    },
    find(messageId: string): StoredMessage | undefined {
      arrived();
      return messages.get(messageId);
    },
    remove(message: StoredMessage): void {
      remove(message);
      // There is room again, or a group is free: those that wait may get something.
      if (pollers.size > 0) arrived();
    },
    /** Hides a message in flight for `ms` from now; 0 makes it visible at once. */
    changeVisibility(message: StoredMessage, ms: number): void {
      if (ms > 0) hide(message, 'in-flight', clock.now() + ms);
      else show(message);
      arrived();
    },
    counts(): { visible: number; inFlight: number; delayed: number } {
      arrived();
      return { visible: messages.size - inFlight - delayed, inFlight, delayed };
    },
    /** When the message that is here longest came, in epoch milliseconds; undefined when the queue is empty. */
    oldestSince(): number | undefined {
      const [oldest] = messages.values();
      return oldest?.arrivedAt;
    },
    isFull: () => inFlight >= inFlightLimit,
    /** Ends all polls, empty-handed, and all timers. */
    close(): void {
      closed = true;
      purge();
      for (const poller of pollers) poller.wake.abort();
    },
  };
}

/**
 * A timer for one next event, which may come to lie earlier, later or nowhere. A work timer must be exact: time
 * jumps to it. Housekeeping that rings too early only looks again, so it is not set anew at every deletion.
 */
function createAlarm(clock: Clock, kind: TimerKind, ring: () => void) {
  let timer: Timer | undefined;
  let setFor: number | undefined;
  return {
    set(at: number | undefined): void {
      if (at === setFor) return;
      const isLater = setFor !== undefined && (at === undefined || at > setFor);
      if (kind === 'housekeeping' && isLater) return;
      timer?.cancel();
      setFor = at;
      timer =
        at === undefined
          ? undefined
          : clock.schedule(at, kind, () => {
              setFor = undefined;
              ring();
            });
    },
  };
}
