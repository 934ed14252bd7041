import { createDeque } from './deque.ts';

/** What a FIFO queue answered to the first message with a deduplication id. */
interface Sent {
  messageId: string;
  sequenceNumber: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const INTERVAL_MS = 5 * 60_000;

/** Makes the memory of a FIFO queue: which ids it accepted in the last five minutes, also of deleted messages. */
export function createDeduplication(now: () => number) {
  const sent = new Map<string, Sent>();
  const line = createDeque<{ key: string; until: number }>();
  let oldest: { key: string; until: number } | undefined;

  function forget(): void {
    oldest ??= line.shift();
    while (oldest && oldest.until <= now()) {
      sent.delete(oldest.key);
      oldest = line.shift();
    }
  }

  return {
    find(key: string): Sent | undefined {
      forget();
      return sent.get(key);
    },
    remember(key: string, result: Sent): void {
      sent.set(key, result);
      line.push({ key, until: now() + INTERVAL_MS });
    },
    clear(): void {
      sent.clear();
      oldest = undefined;
      while (line.shift());
    },
  };
}
