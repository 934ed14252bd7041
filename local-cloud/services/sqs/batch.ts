import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError } from '../../errors.ts';
import { missingParameter, queryErrorCode } from './errors.ts';

const MOST_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

interface Entry {
  Id: string | undefined;
}

/**
 * Checks what all batch requests have in common.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 * @param shape the entries' name in error messages, for example `SendMessageBatchRequestEntry`
 * @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct, MissingParameter
 */
export function checkBatch<E extends Entry>(entries: readonly E[] | undefined, shape: string): readonly E[] {
  if (!entries) throw missingParameter('Entries');
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${shape} in the request.`);
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const [index, { Id }] of entries.entries()) {
    if (Id === undefined) throw missingParameter(`${shape}.${index + 1}.Id`);
    if (!ENTRY_ID.test(Id)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
  return entries;
}

/**
 * Runs each entry by itself: one that fails does not fail the others.
 * @returns what succeeded and what failed; undefined, as AWS leaves it out, where there is none
 */
export function runBatch<E extends Entry, R>(
  entries: readonly E[],
  run: (entry: E, index: number) => R,
): { Successful: (R & { Id: string })[] | undefined; Failed: BatchResultErrorEntry[] | undefined } {
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const Id = entry.Id ?? '';
    try {
      Successful.push({ Id, ...run(entry, index) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id,
        SenderFault: error.fault === 'client',
        Code: queryErrorCode(error.name),
        Message: error.message,
      });
    }
  }
  return {
    Successful: Successful.length > 0 ? Successful : undefined,
    Failed: Failed.length > 0 ? Failed : undefined,
  };
}
