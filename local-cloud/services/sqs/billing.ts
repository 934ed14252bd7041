import type { Cloud } from '../../service.ts';

/** Journals what one call costs: every 64 KB of payload, begun or full, is one request. */
export type Billing = (resource: string, payloadBytes?: number) => void;

/** https://aws.amazon.com/sqs/pricing/ */
const CHUNK_BYTES = 65_536;

export function createBilling(cloud: Cloud): Billing {
  return (resource, payloadBytes = 0) => {
    const amount = Math.max(1, Math.ceil(payloadBytes / CHUNK_BYTES));
    cloud.journal.record({ type: 'cost', unit: 'sqs-request', resource, amount });
  };
}
