import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';

/** What fails entries of PutEvents one by one, which a fault of the whole operation cannot do. */
export interface EntryFault {
  /** Fails only entries whose `Detail` contains this text. */
  detailContains?: string;
  /** How many entries fail; without end when absent. */
  times?: number;
  /** `InternalFailure` or `ThrottlingException`, as AWS says; `InternalFailure` by default. */
  errorCode?: string;
  errorMessage?: string;
}

export interface EventBridgeFaults {
  /** Adds a fault; the returned function takes it away. */
  failEntries(fault: EntryFault): () => void;
  clear(): void;
}

/** Makes the set of faults of an account's PutEvents, empty at first. */
export function createEventBridgeFaults() {
  const active = new Set<EntryFault & { left: number }>();
  return {
    failEntries(fault: EntryFault) {
      const entry = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      active.add(entry);
      return () => {
        active.delete(entry);
      };
    },
    clear: () => active.clear(),
    /** The failure of one entry, if it is to fail. */
    take({ Detail = '' }: PutEventsRequestEntry): PutEventsResultEntry | undefined {
      for (const fault of active) {
        if (!Detail.includes(fault.detailContains ?? '')) continue;
        if (--fault.left <= 0) active.delete(fault);
        const { errorCode = 'InternalFailure', errorMessage = 'An internal failure has occurred.' } = fault;
        return { ErrorCode: errorCode, ErrorMessage: errorMessage };
      }
      return undefined;
    },
  };
}
