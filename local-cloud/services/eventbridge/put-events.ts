import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { Call, Cloud } from '../../service.ts';
import { isTraceHeader } from '../lambda/trace-header.ts';
import { type Buses, DEFAULT_BUS } from './buses.ts';
import type { createDelivery } from './delivery.ts';
import { checkElements, constraint, validation } from './errors.ts';
import { type EventEnvelope, eventTime } from './event.ts';
import type { EventBridgeFaults } from './faults.ts';
import { refuseMembers } from './refusals.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MOST_ENTRIES = 10;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const LARGEST_REQUEST_BYTES = 1_048_576;
const BYTES_OF_A_TIME = 14;

/** Deeper ones are not read. */
const DEEPEST_DETAIL = 1000;

/** The times that ISO 8601 can write with four digits for the year. */
const YEARS = { from: Date.parse('0000-01-01T00:00:00Z'), until: Date.UTC(10_000, 0) };

interface PutEventsDependencies {
  buses: Buses;
  publish: ReturnType<typeof createPublisher>;
  faults: EventBridgeFaults & { take(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined };
}

/** An event that a service of the account publishes on the default bus. */
export interface ServiceEvent {
  /** For example `aws.s3`. */
  source: string;
  detailType: string;
  detail: object;
  /** ARNs. */
  resources?: readonly string[];
  traceHeader?: string;
}

/** Puts events on buses, where the rules see them. */
export function createPublisher(cloud: Cloud, buses: Buses, delivery: ReturnType<typeof createDelivery>) {
  /** @returns the event's id */
  function publish(
    { source, detailType, detail, resources = [], traceHeader }: ServiceEvent,
    { busName = DEFAULT_BUS, time }: { busName?: string; time?: Date } = {},
  ): string {
    const now = cloud.clock.now();
    const event: EventEnvelope = {
      version: '0',
      id: cloud.uuid(),
      'detail-type': detailType,
      source,
      account: cloud.accountId,
      time: eventTime(time ? time.getTime() : now),
      region: cloud.region,
      resources,
      detail,
    };
    // On a bus that does not exist an event is accepted all the same, and goes nowhere.
    for (const rule of buses.find(busName)?.rules.values() ?? []) {
      if (rule.state === 'DISABLED' || !rule.matches(event)) continue;
      delivery.deliver(rule, event, now, traceHeader);
    }
    return event.id;
  }
  return publish;
}

/** Entries fail one by one: the answer has one result for each, in order. */
export function createPutEvents({ buses, publish, faults }: PutEventsDependencies) {
  function put(entry: PutEventsRequestEntry, call: Call): PutEventsResultEntry {
    const read = readEntry(entry);
    if ('ErrorCode' in read) return read;
    const failure = faults.take(entry);
    if (failure) return failure;
    const { Resources: resources = [], TraceHeader = call.traceHeader, EventBusName } = entry;
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-xray-integ.html: one that is not valid is dropped.
    const traceHeader = TraceHeader && isTraceHeader(TraceHeader) ? TraceHeader : undefined;
    return {
      EventId: publish(
        { ...read, resources, traceHeader },
        { busName: buses.nameOf(EventBusName), time: entry.Time },
      ),
    };
  }

  return (input: PutEventsRequest, call: Call): PutEventsResponse => {
    refuseMembers('PutEvents', input, ['EndpointId']);
    const entries = checkEntries(input.Entries);
    // Before anything is accepted: these are refused, and not one by one.
    for (const { EventBusName } of entries) buses.nameOf(EventBusName);
    const results = entries.map((entry) => put(entry, call));
    return {
      FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: results,
    };
  };
}

function checkEntries(entries: PutEventsRequestEntry[] | undefined): PutEventsRequestEntry[] {
  if (!entries) throw constraint(undefined, 'entries', 'not be null');
  if (entries.length < 1) throw constraint('[]', 'entries', 'have length greater than or equal to 1');
  if (entries.length > MOST_ENTRIES) {
    checkElements(entries, 'entries');
    const shown = `[${entries.map(shownEntry).join(', ')}]`;
    throw constraint(shown, 'entries', `have length less than or equal to ${MOST_ENTRIES}`);
  }
  checkElements(entries, 'entries');
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > LARGEST_REQUEST_BYTES) {
    throw validation('Total size of the entries in the request is over the limit.');
  }
  return entries;
}

function sizeOf({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time ? BYTES_OF_A_TIME : 0,
  );
}

/** As AWS writes an entry in a refusal. */
function shownEntry(entry: PutEventsRequestEntry): string {
  const { Time, Source, Resources, DetailType, Detail, EventBusName, TraceHeader } = entry;
  const resources = Resources ? `[${Resources.join(', ')}]` : null;
  return `PutEventsRequestEntry(time=${Time ?? null}, source=${Source ?? null}, resources=${resources}, detailType=${DetailType ?? null}, detail=${Detail ?? null}, eventBusName=${EventBusName ?? null}, traceHeader=${TraceHeader ?? null}, kmsKeyIdentifier=null, internalMetadata=null)`;
}

type ReadEntry = { source: string; detailType: string; detail: object };

function readEntry({
  Source,
  DetailType,
  Detail,
  Time,
}: PutEventsRequestEntry): ReadEntry | Required<Failed> {
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (Time && !(Time.getTime() >= YEARS.from && Time.getTime() < YEARS.until)) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Time is not valid.' };
  }
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = objectOf(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { source: Source, detailType: DetailType, detail };
}

type Failed = Pick<PutEventsResultEntry, 'ErrorCode' | 'ErrorMessage'>;

function missing(parameter: string): Required<Failed> {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
  };
}

function objectOf(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isObject && !isTooDeep(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Level by level, so that no depth is too deep to find out. */
function isTooDeep(value: object): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_DETAIL) return true;
    level = level.flatMap((member) =>
      member !== null && typeof member === 'object' ? Object.values(member) : [],
    );
  }
  return false;
}
