import type { Message } from '@aws-sdk/client-sqs';
import { toSqsRecord } from './sqs-record.ts';

/** Messages and the event that carries them to a function. */
export interface SqsEventPart {
  messages: Message[];
  event: Uint8Array;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for a synchronous invocation. */
export const LARGEST_EVENT_BYTES = 6_291_456;

const ENVELOPE_BYTES = Buffer.byteLength('{"Records":[]}');

/**
 * Writes messages as events of at most 6 MB each, in their order. One message always fits: it has 1 MiB at most.
 * @param source ARN of the queue
 * @param isGathered whether the mapping has a batching window
 */
export function toSqsEvents(
  messages: readonly Message[],
  source: string,
  isGathered: boolean,
): SqsEventPart[] {
  const parts: { messages: Message[]; records: string[] }[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const record = JSON.stringify(toSqsRecord(message, source, isGathered));
    const bytes = Buffer.byteLength(record) + 1;
    if (size + bytes > LARGEST_EVENT_BYTES) {
      parts.push({ messages: [], records: [] });
      size = ENVELOPE_BYTES;
    }
    const part = parts.at(-1);
    part?.messages.push(message);
    part?.records.push(record);
    size += bytes;
  }
  return parts.map(({ messages: carried, records }) => ({
    messages: carried,
    event: Buffer.from(`{"Records":[${records.join(',')}]}`),
  }));
}
