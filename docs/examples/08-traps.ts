// Wrong on purpose: tests/site/traps-08.test.ts shows what each of them does to an order.
import { createHash } from 'node:crypto';

export interface Records {
  get(id: string): Promise<{ result: unknown } | undefined>;
  put(id: string, record: { result: unknown; ttl: number }): Promise<void>;
}

export function keyOfEvent(event: unknown): string {
  // region event-hash
  // The event of a message has a receipt handle, new with each delivery.
  return createHash('sha256').update(JSON.stringify(event)).digest('hex');
  // endregion
}

export async function getThenPut(records: Records, id: string, charge: () => Promise<unknown>) {
  // region get-then-put
  const record = await records.get(id);
  // Whoever asks now gets the same answer: there is none.
  if (record) return record.result;
  const result = await charge();
  // If the process dies here, the money is gone and nobody knows.
  await records.put(id, { result, ttl: Date.now() + 86_400_000 });
  return result;
  // endregion
}

export async function carryOn(records: Records, id: string, charge: () => Promise<unknown>) {
  // region carry-on
  try {
    const record = await records.get(id);
    if (record) return record.result;
  } catch {
    // No answer is not the answer "no record".
  }
  return charge();
  // endregion
}

export function timeToLive(): number {
  // region milliseconds
  // DynamoDB reads seconds: this is some fifty thousand years ahead.
  return Date.now() + 24 * 60 * 60 * 1000;
  // endregion
}
