// Wrong on purpose: each handler loses something, and tests/site/traps.test.ts shows what.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

export type Process = (record: SQSRecord) => Promise<void>;

export async function throwOnFirst(event: SQSEvent, processOrder: Process): Promise<void> {
  // region throw
  for (const record of event.Records) {
    // The sixth throws, and Lambda keeps all ten.
    await processOrder(record);
  }
  // endregion
}

export async function catchAll(event: SQSEvent, processOrder: Process): Promise<void> {
  // region catch
  try {
    for (const record of event.Records) await processOrder(record);
  } catch (error) {
    // The sixth is logged. Seven to ten were never looked at.
    // Lambda deletes all ten.
    console.error(error);
  }
  // endregion
}

export async function promiseAll(event: SQSEvent, processOrder: Process): Promise<SQSBatchResponse> {
  // region promise-all
  try {
    await Promise.all(event.Records.map(processOrder));
    return { batchItemFailures: [] };
  } catch {
    // Which one was it? All are reported,
    // while some are still being worked on.
    const ids = event.Records.map(({ messageId }) => messageId);
    return { batchItemFailures: ids.map((id) => ({ itemIdentifier: id })) };
  }
  // endregion
}

export async function wrongKey(event: SQSEvent, processOrder: Process): Promise<unknown> {
  const failed: string[] = [];
  for (const record of event.Records) {
    await processOrder(record).catch(() => failed.push(record.messageId));
  }
  // region wrong-key
  // Must be itemIdentifier.
  return { batchItemFailures: failed.map((messageId) => ({ messageId })) };
  // endregion
}
