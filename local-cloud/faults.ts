import type { Clock, Work } from './clock.ts';
import { AwsError } from './errors.ts';
import type { Call } from './service.ts';

/** A part of an operation's input; a call matches when its input contains all of it: a list, when it has each element. */
export type InputPart = { readonly [member: string]: unknown };

interface CallPattern {
  service: string;
  /** One operation, or several; all of the service without it. */
  operation?: string | readonly string[];
  /** One part, or several of which it needs one: each way to write an item has members of its own. */
  match?: InputPart | readonly InputPart[];
  /** To how many calls it applies; without end when absent. */
  times?: number;
}

/**
 * What a test may do to an account and a learner may not. A fault applies to the calls of `operation` whose input
 * contains `match`.
 */
export type Fault =
  | (CallPattern & {
      kind: 'error';
      /** For example `ProvisionedThroughputExceededException`. */
      code: string;
      message?: string;
      status?: number;
      /** `true`: the operation takes effect and only the answer is lost. */
      afterEffect?: boolean;
    })
  | (CallPattern & {
      kind: 'latency';
      /** Real milliseconds: the caller is a real process. Taking the fault back lets who waits go on. */
      ms: number;
      /**
       * As soon as so many calls wait, all of them go on in the same moment: that is how a race is made. They go on
       * earlier when nobody is left who could still come: so many invocations of the function have begun since, and
       * all that are under way wait here.
       */
      together?: number;
    })
  | (CallPattern & {
      kind: 'short-page';
      service: 'dynamodb';
      operation?: PagedOperation | readonly PagedOperation[];
      /** The call reads so many items at most, and says where it ended, as it does after 1 MB. */
      items: number;
    });

const paged = ['Query', 'Scan'] as const;
type PagedOperation = (typeof paged)[number];

export interface Faults {
  /** Adds a fault; the returned function takes it away. */
  inject(fault: Fault): () => void;
  clear(): void;
  /** Applies the faults of one call around it. */
  around<T>(
    service: string,
    operation: string,
    input: object,
    run: (input: object) => Promise<T>,
    call: Caller,
  ): Promise<T>;
}

type Caller = Pick<Call, 'principal' | 'signal' | 'work'>;

/** How many invocations of a function are under way, and how many have ended so far. */
export interface Invocations {
  underWay: number;
  ended: number;
}

type ActiveFault = Fault & {
  left: number;
  /** The operations that it applies to; all of the service when absent. */
  only?: readonly string[];
  /** Lets each call go on that this fault holds up; and whose it is. */
  held: Map<() => void, Work | undefined>;
  /** By function, when the fault was injected. */
  before: ReadonlyMap<string, Invocations>;
};

/**
 * Makes an account's set of faults, empty at first.
 * @param invocations those of the account's functions, by name
 */
export function createFaults(
  clock: Clock,
  invocations: () => ReadonlyMap<string, Invocations> = () => new Map(),
): Faults {
  const active = new Set<ActiveFault>();

  function take(service: string, operation: string, input: object): ActiveFault[] {
    const taken: ActiveFault[] = [];
    for (const fault of active) {
      if (fault.service !== service) continue;
      if (!(fault.only?.includes(operation) ?? true)) continue;
      if (fault.match && ![fault.match].flat().some((part) => contains(input, part))) continue;
      if (--fault.left <= 0) active.delete(fault);
      taken.push(fault);
      if (fault.kind === 'error') break;
    }
    return taken;
  }

  return {
    inject(fault) {
      const left = fault.times ?? Number.POSITIVE_INFINITY;
      const operations = fault.operation ?? (fault.kind === 'short-page' ? paged : undefined);
      const only = operations === undefined ? undefined : [operations].flat();
      const entry: ActiveFault = { ...fault, left, only, held: new Map(), before: invocations() };
      active.add(entry);
      return () => takeBack(entry);
    },
    clear: () => active.forEach(takeBack),
    async around(service, operation, input, run, call) {
      if (active.size === 0) return run(input);
      const faults = take(service, operation, input);
      for (const fault of faults) if (fault.kind === 'latency') await hold(clock, fault, call, invocations);
      const failure = faults.find((fault) => fault.kind === 'error');
      const altered = faults.reduce(shorten, input);
      if (failure?.kind !== 'error') return run(altered);
      if (failure.afterEffect) await run(altered);
      throw new AwsError(failure.code, failure.message ?? `${operation} fails: a fault was injected.`, {
        status: failure.status ?? 400,
      });
    },
  };

  function takeBack(fault: ActiveFault): void {
    active.delete(fault);
    letGo(fault);
  }
}

type Latency = Extract<ActiveFault, { kind: 'latency' }>;

/** How often it is asked whether everybody has come, in real milliseconds. */
const ASK_AGAIN_MS = 5;

/** Latency is felt by a real process, so it is real time; the account is not idle meanwhile. */
function hold(
  clock: Clock,
  fault: Latency,
  { principal, signal, work: whose }: Caller,
  invocations: () => ReadonlyMap<string, Invocations>,
): Promise<void> {
  const work = clock.begin();
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      clearInterval(asking);
      signal.removeEventListener('abort', goOn);
      fault.held.delete(goOn);
      work.end();
      resolve();
    };
    const timer = setTimeout(goOn, fault.ms);
    // The session of a function's role bears the function's name.
    const functionName = principal.arn.split('/').at(-1) ?? '';
    const ask = () => {
      const now = invocations().get(functionName);
      if (now && everybodyCame(fault, now, fault.before.get(functionName)?.ended ?? 0)) letGo(fault);
    };
    // biome-ignore lint/style/noRestrictedGlobals: those who may come are real processes, and take real time
    const asking = fault.together === undefined ? undefined : setInterval(ask, ASK_AGAIN_MS);
    signal.addEventListener('abort', goOn, { once: true });
    fault.held.set(goOn, whose);
    if (signal.aborted) goOn();
    else if (fault.together !== undefined && fault.held.size >= fault.together) letGo(fault);
  });
}

function everybodyCame(
  { held, together = 0 }: Latency,
  { underWay, ended }: Invocations,
  endedBefore: number,
): boolean {
  const waiting = new Set(held.values());
  return ended - endedBefore + underWay >= together && waiting.size >= underWay && !waiting.has(undefined);
}

function letGo({ held }: ActiveFault): void {
  for (const goOn of [...held.keys()]) goOn();
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
function shorten(input: object, fault: Fault): object {
  if (fault.kind !== 'short-page') return input;
  const { Limit = fault.items } = input as { Limit?: number };
  return { ...input, Limit: Math.min(Limit, fault.items) };
}

/** Whether `whole` has every member of `part`, deeply, and of a list every element; others do not matter. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || typeof part !== 'object') return Object.is(whole, part);
  if (whole === null || typeof whole !== 'object') return false;
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.every((wanted) => whole.some((element) => contains(element, wanted)));
  }
  return Object.entries(part).every(([key, value]) =>
    contains((whole as Record<string, unknown>)[key], value),
  );
}
