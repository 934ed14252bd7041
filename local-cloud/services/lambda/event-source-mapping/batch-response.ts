/** What becomes of the messages of a batch: `failed` ones stay in the queue, the others are deleted. */
export type BatchOutcome =
  | { kind: 'success' }
  | { kind: 'partial'; failed: ReadonlySet<string> }
  | { kind: 'failure' };

const FAILURE: BatchOutcome = { kind: 'failure' };

/**
 * Reads what a function with ReportBatchItemFailures has answered.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * - Success: null, an empty object, an empty or null `batchItemFailures`.
 * - Failure of the whole batch: no JSON, another member in its place, an empty or null `itemIdentifier`, or one that
 *   is not the id of a message in the batch.
 * @param payload JSON, as the function answered it
 * @param messageIds of the batch
 */
export function readBatchResponse(payload: Uint8Array, messageIds: ReadonlySet<string>): BatchOutcome {
  const response = parse(payload);
  if (response === undefined) return FAILURE;
  if (response === null || response === '') return { kind: 'success' };
  if (typeof response !== 'object') return FAILURE;
  if (Object.keys(response).length === 0) return { kind: 'success' };
  if (!('batchItemFailures' in response)) return FAILURE;
  const failures = response.batchItemFailures;
  if (failures === null) return { kind: 'success' };
  if (!Array.isArray(failures)) return FAILURE;
  if (failures.length === 0) return { kind: 'success' };
  return readFailures(failures, messageIds);
}

function readFailures(failures: readonly unknown[], messageIds: ReadonlySet<string>): BatchOutcome {
  const failed = new Set<string>();
  for (const entry of failures) {
    const id =
      entry !== null && typeof entry === 'object' && 'itemIdentifier' in entry
        ? entry.itemIdentifier
        : undefined;
    if (typeof id !== 'string' || id === '') return FAILURE;
    if (!messageIds.has(id)) return FAILURE;
    failed.add(id);
  }
  return { kind: 'partial', failed };
}

function parse(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString('utf8');
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
