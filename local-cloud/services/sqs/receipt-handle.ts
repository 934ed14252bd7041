import { receiptHandleIsInvalid } from './errors.ts';

/** What a receipt handle stands for: one receive of one message from one queue. */
interface Receipt {
  messageId: string;
  /** Counts the receives of the queue. */
  receipt: number;
}

/** Handles of AWS begin with these bytes, `AQEB` in base64. */
const PREFIX = '\u0001\u0001\u0001';

export function encodeReceiptHandle(queueId: string, { messageId, receipt }: Receipt): string {
  return Buffer.from(`${PREFIX}${queueId} ${messageId} ${receipt}`, 'latin1').toString('base64');
}

/**
 * Reads a receipt handle of the queue with this id.
 * @throws ReceiptHandleIsInvalid for anything else, another queue's handle included
 */
export function decodeReceiptHandle(queueId: string, handle: string): Receipt {
  const text = Buffer.from(handle, 'base64').toString('latin1');
  const [id, messageId, receipt, ...rest] = text.split(' ');
  if (id !== PREFIX + queueId || !messageId || !receipt || rest.length > 0 || !/^\d+$/.test(receipt)) {
    throw receiptHandleIsInvalid(handle);
  }
  return { messageId, receipt: Number(receipt) };
}
