import type {
  GetServiceGraphRequest,
  GetServiceGraphResult,
  GetTraceGraphRequest,
  GetTraceGraphResult,
} from '@aws-sdk/client-xray';
import { notSupported } from '../../errors.ts';
import { serviceGraph } from './graph.ts';
import { pageOf } from './paging.ts';
import { invalidRequest, requireTimeRange, requireTraceIds } from './requests.ts';
import type { TraceStore } from './store.ts';

/** AWS refuses a longer range; its reference does not tell the limit. */
const LONGEST_GRAPH_HOURS = 6;
/** AWS does not say how many services an answer has. */
const SERVICES_PER_PAGE = 100;

/** The operations that make graphs of the stored traces. */
export function createGraphOperations(traces: TraceStore) {
  return {
    /** https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html */
    GetServiceGraph(input: GetServiceGraphRequest): GetServiceGraphResult {
      if (input.GroupName !== undefined || input.GroupARN !== undefined) {
        throw notSupported('A group in X-Ray');
      }
      const { from, to } = requireTimeRange(input, LONGEST_GRAPH_HOURS);
      const { page, next } = pageOf(
        serviceGraph(traces.all(), { from, to }),
        input.NextToken,
        SERVICES_PER_PAGE,
      );
      return {
        StartTime: new Date(from),
        EndTime: new Date(to),
        Services: page,
        ContainsOldGroupVersions: false,
        ...next,
      };
    },

    /** Traces that nobody has sent add nothing. https://docs.aws.amazon.com/xray/latest/api/API_GetTraceGraph.html */
    GetTraceGraph({ TraceIds, NextToken }: GetTraceGraphRequest): GetTraceGraphResult {
      const ids = requireTraceIds(TraceIds);
      if (ids.length === 0) throw invalidRequest('TraceIds are required.');
      const found = [...new Set(ids)].flatMap((id) => traces.get(id) ?? []);
      const { page, next } = pageOf(serviceGraph(found), NextToken, SERVICES_PER_PAGE);
      return { Services: page, ...next };
    },
  };
}
