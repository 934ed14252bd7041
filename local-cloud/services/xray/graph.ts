import type { Edge, Service } from '@aws-sdk/client-xray';
import { partsOf, type SegmentDocument } from './document.ts';
import { histogramOf, measure } from './graph-statistics.ts';
import { accountOf, type Identity, identityOf, withInferred } from './inferred.ts';
import type { TimeRange } from './requests.ts';
import type { Trace } from './store.ts';

interface Node {
  readonly id: number;
  readonly identity: Identity;
  readonly segments: SegmentDocument[];
  readonly edges: Map<Node, Connection>;
  root: boolean;
}

interface Connection {
  /** The calls as the caller saw them. */
  readonly calls: SegmentDocument[];
  /** How old events were when they came, in seconds; undefined for a call that waits for its answer. */
  readonly ages: number[] | undefined;
}

/** Where a part of a trace stands. */
interface Place {
  readonly part: SegmentDocument;
  readonly segment: SegmentDocument;
}

/** A link to the trace that an event comes from, as Lambda writes it. */
interface Link {
  readonly trace_id?: string;
  readonly id?: string;
}

/**
 * Makes the service graph of traces: a node for each service and each resource that it calls, one for the clients of
 * each service that is called from outside, and edges from callers to the called.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-servicegraph
 * @param range segments that ran in it are counted; without it all are
 */
export function serviceGraph(traces: readonly Trace[], range?: TimeRange): Service[] {
  const nodes = new Map<string, Node>();
  const whole = traces.map((trace) => ({ id: trace.id, segments: withInferred(trace) }));
  const places = new Map(whole.map(({ id, segments }) => [id, placesOf(segments)]));

  function nodeOf(identity: Identity): Node {
    const key = JSON.stringify([identity.name, identity.type]);
    const node = nodes.get(key) ?? { id: nodes.size, identity, segments: [], edges: new Map(), root: false };
    nodes.set(key, node);
    return node;
  }

  function connect(from: Node, to: Node, call: SegmentDocument, age?: number): void {
    const isLink = age !== undefined;
    const known = from.edges.get(to) ?? { calls: [], ages: isLink ? [] : undefined };
    from.edges.set(to, known);
    known.calls.push(call);
    if (isLink) known.ages?.push(age);
  }

  for (const { id, segments } of whole) {
    for (const segment of segments) {
      if (!ranIn(segment, range)) continue;
      const caller = places.get(id)?.get(segment.parent_id ?? '');
      const events = caller ? [] : sourcesOf(segment, places).filter((at) => ranIn(at.segment, range));
      const isRoot = !caller && events.length === 0;
      const client = isRoot ? nodeOf({ name: segment.name, type: 'client' }) : undefined;
      const node = nodeOf(identityOf(segment));
      node.segments.push(segment);
      if (client) {
        node.root = true;
        connect(client, node, segment);
      } else if (caller && ranIn(caller.segment, range)) {
        connect(nodeOf(identityOf(caller.segment)), node, caller.part);
      }
      for (const { segment: source, part } of events) {
        const age = Math.max(0, segment.start_time - (part.end_time ?? part.start_time));
        connect(nodeOf(identityOf(source)), node, segment, age);
      }
    }
  }
  return [...nodes.values()].map(describe);
}

function placesOf(segments: readonly SegmentDocument[]): Map<string, Place> {
  return new Map(
    segments.flatMap((segment) => partsOf([segment]).map((part) => [part.id, { part, segment }] as const)),
  );
}

/**
 * Where the events of a segment come from: the queue that a message was sent to, or else who sent it.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
 */
function sourcesOf(
  { links = [] }: SegmentDocument & { links?: readonly Link[] },
  places: ReadonlyMap<string, ReadonlyMap<string, Place>>,
): Place[] {
  return links.flatMap(({ trace_id: traceId = '', id = '' }) => {
    const trace = places.get(traceId);
    const sender = trace?.get(id);
    if (!trace || !sender) return [];
    return [[...trace.values()].find(({ part }) => part.inferred && part.parent_id === id) ?? sender];
  });
}

function ranIn(segment: SegmentDocument, range: TimeRange | undefined): boolean {
  if (!range) return true;
  const { start_time: start, end_time: end = start } = segment;
  return start * 1000 < range.to && end * 1000 >= range.from;
}

function describe({ id, identity: { name, type }, segments, edges, root }: Node): Service {
  const isClient = type === 'client';
  const { SummaryStatistics, histogram } = measure(segments);
  const account = segments.map(accountOf).find((found) => found !== undefined);
  const calls = isClient ? [...edges.values()].flatMap((edge) => edge.calls) : segments;
  return {
    ReferenceId: id,
    Name: name,
    Names: [name],
    ...(root && { Root: true }),
    ...(account !== undefined && { AccountId: account }),
    ...(type !== undefined && { Type: type }),
    State: segments.some(({ inferred }) => !inferred) ? 'active' : 'unknown',
    ...spanOf(calls),
    Edges: [...edges].map(([to, connection]) => describeEdge(to, connection)),
    // Clients send no segments: nothing is known but their edges.
    ...(!isClient && { SummaryStatistics, DurationHistogram: histogram, ResponseTimeHistogram: histogram }),
  };
}

/** https://docs.aws.amazon.com/xray/latest/api/API_Edge.html */
function describeEdge(to: Node, { calls, ages }: Connection): Edge {
  const { SummaryStatistics, histogram } = measure(calls);
  return {
    ReferenceId: to.id,
    ...spanOf(calls),
    SummaryStatistics,
    ResponseTimeHistogram: ages ? [] : histogram,
    Aliases: [],
    ...(ages && { EdgeType: 'link', ReceivedEventAgeHistogram: histogramOf(ages) }),
  };
}

/** The graph tells times in whole seconds. */
function spanOf(parts: readonly SegmentDocument[]): { StartTime: Date; EndTime: Date } {
  const start = Math.min(...parts.map(({ start_time }) => start_time));
  const end = Math.max(...parts.map((part) => part.end_time ?? part.start_time));
  return { StartTime: new Date(Math.floor(start) * 1000), EndTime: new Date(Math.floor(end) * 1000) };
}
