import type { Clock } from '../../clock.ts';
import type { SegmentDocument } from './document.ts';

/** A trace as it can be read now. */
export interface Trace {
  readonly id: string;
  /** When the last of its documents came, in epoch milliseconds. */
  readonly updatedAt: number;
  /** The segments, each with the subsegments that came with it or later. */
  readonly segments: readonly SegmentDocument[];
}

/** https://docs.aws.amazon.com/xray/latest/devguide/aws-xray.html: traces are kept for 30 days. */
export const RETENTION_MS = 30 * 24 * 3600 * 1000;

/** Of more traces, the oldest go: memory is bounded. */
const MOST_TRACES = 20_000;

interface StoredTrace {
  readonly id: string;
  readonly receivedAt: number;
  updatedAt: number;
  /** By id; a document that is sent again takes the place of the one before. */
  readonly documents: Map<string, SegmentDocument>;
}

export type TraceStore = ReturnType<typeof createTraceStore>;

/** Makes an empty store. */
export function createTraceStore(clock: Clock) {
  const traces = new Map<string, StoredTrace>();

  function isKept({ receivedAt }: StoredTrace): boolean {
    return receivedAt + RETENTION_MS > clock.now();
  }

  return {
    put(document: SegmentDocument & { trace_id: string }): void {
      const id = document.trace_id;
      const trace = traces.get(id) ?? { id, receivedAt: clock.now(), updatedAt: 0, documents: new Map() };
      traces.set(id, trace);
      trace.updatedAt = clock.now();
      trace.documents.set(document.id, document);
      if (traces.size > MOST_TRACES) traces.delete(traces.keys().next().value as string);
    },
    get(id: string): Trace | undefined {
      const trace = traces.get(id);
      return trace && isKept(trace) ? assemble(trace) : undefined;
    },
    /** All traces, in the order in which they came. */
    all(): Trace[] {
      return [...traces.values()].filter(isKept).map(assemble);
    },
  };
}

/**
 * Puts subsegments that were sent on their own under their parents; those whose parent has not come are not shown.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
 */
function assemble({ id, updatedAt, documents }: StoredTrace): Trace {
  const copies = [...documents.values()].map((document) => structuredClone(document));
  const parts = new Map<string, SegmentDocument>();
  const note = (part: SegmentDocument): void => {
    parts.set(part.id, part);
    for (const inner of part.subsegments ?? []) note(inner);
  };
  for (const copy of copies) note(copy);
  const segments: SegmentDocument[] = [];
  for (const copy of copies) {
    if (copy.type !== 'subsegment') {
      segments.push(copy);
      continue;
    }
    const parent = parts.get(copy.parent_id ?? '');
    if (!parent || parent === copy) continue;
    const others = (parent.subsegments ?? []).filter((other) => other.id !== copy.id);
    parent.subsegments = [...others, copy];
  }
  return { id, updatedAt, segments: segments.sort((a, b) => a.start_time - b.start_time) };
}
