import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { append } from './given/ledger.ts';
import { orderIn } from './rules.ts';

// Five workers take messages from one list: 10 slow orders take two seconds. Messages of one order go one after the other.
class Pool {
  readonly failed: SQSRecord[] = [];
  readonly #groups: SQSRecord[][];
  constructor(
    records: readonly SQSRecord[],
    private readonly work: (record: SQSRecord) => Promise<void>,
  ) {
    const groups = new Map<string, SQSRecord[]>();
    for (const record of records) {
      const key = orderIn(record.body)?.orderId ?? record.messageId;
      groups.set(key, [...(groups.get(key) ?? []), record]);
    }
    this.#groups = [...groups.values()];
  }
  async run(size: number): Promise<void> {
    await Promise.all(Array.from({ length: size }, () => this.#take()));
  }
  async #take(): Promise<void> {
    for (let group = this.#groups.pop(); group; group = this.#groups.pop())
      for (const record of group)
        await this.work(record).catch((error: unknown) => {
          console.warn(record.messageId, error);
          this.failed.push(record);
        });
  }
}

const documents = DynamoDBDocument.from(new DynamoDB());

async function work(record: SQSRecord): Promise<void> {
  const order = orderIn(record.body);
  if (!order) throw new Error(`poison: ${record.body.slice(0, 100)}`);
  await append({ orderId: order.orderId, kind: 'processed' });
  const { orderId, ...rest } = { ...order, status: 'PROCESSED', messageId: record.messageId };
  const names = Object.keys(rest);
  await documents.update({
    TableName: process.env.TABLE_NAME,
    Key: { orderId },
    UpdateExpression: `SET ${names.map((n) => `#${n} = :${n}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((n) => [`#${n}`, n])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(rest).map(([n, v]) => [`:${n}`, v])),
  });
}

export const handler = middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const pool = new Pool(event.Records, work);
  await pool.run(5);
  return { batchItemFailures: pool.failed.map((r) => ({ itemIdentifier: r.messageId })) };
});
