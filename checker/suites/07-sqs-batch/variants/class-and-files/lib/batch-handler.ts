import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** Hands each message of a batch to `work` and collects the ids of those that failed. */
export class BatchHandler {
  readonly #work: (body: string) => Promise<void>;

  constructor(work: (body: string) => Promise<void>) {
    this.#work = work;
  }

  // A property, so that `this` is right when Lambda calls it as a plain function.
  readonly handle = async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchItemFailure[] = [];
    const work = event.Records.map(({ messageId, body }) =>
      this.#work(body).catch((error: unknown) => {
        console.error({ messageId, error });
        batchItemFailures.push({ itemIdentifier: messageId });
      }),
    );
    await Promise.all(work);
    return { batchItemFailures };
  };
}
