import { testCloud } from '../../testing.ts';
import { createXRay } from './index.ts';

/** An account with X-Ray alone. */
export function testXRay() {
  const cloud = testCloud();
  const { operations } = createXRay(cloud);
  const at = cloud.clock.now() / 1000;
  /** An id of so many seconds from now. */
  const traceId = (suffix: number, seconds = 0) =>
    `1-${Math.floor(at + seconds).toString(16)}-${String(suffix).padStart(24, '0')}`;
  return {
    cloud,
    at,
    operations,
    traceId,
    /** A segment that lasted a second. */
    segment: (id: number, more: object = {}) => ({
      name: 'orders',
      id: String(id).padStart(16, '0'),
      trace_id: traceId(1),
      start_time: at,
      end_time: at + 1,
      ...more,
    }),
    put: (...documents: readonly object[]) =>
      operations.PutTraceSegments({
        TraceSegmentDocuments: documents.map((document) => JSON.stringify(document)),
      }).UnprocessedTraceSegments,
    read(...TraceIds: string[]) {
      const { Traces = [] } = operations.BatchGetTraces({ TraceIds });
      return Traces.map(({ Segments = [] }) =>
        Segments.map(({ Document = '' }) => JSON.parse(Document) as Record<string, unknown>),
      );
    },
    find(FilterExpression?: string) {
      const { TraceSummaries = [] } = operations.GetTraceSummaries({
        StartTime: new Date((at - 60) * 1000),
        EndTime: new Date((at + 60) * 1000),
        FilterExpression,
      });
      return TraceSummaries;
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}
