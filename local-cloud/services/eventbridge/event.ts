/** An event as targets get it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface EventEnvelope {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601, to the second. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: object;
}

/** @param at epoch milliseconds */
export function eventTime(at: number): string {
  return `${new Date(Math.floor(at)).toISOString().slice(0, 19)}Z`;
}
