import type { Clock } from './clock.ts';
import { AwsError } from './errors.ts';

/** A part of an operation's input; a call matches when its input contains all of it. */
export type InputPart = { readonly [member: string]: unknown };

interface CallPattern {
  service: string;
  /** One operation, or several; all of the service without it. */
  operation?: string | readonly string[];
  match?: InputPart;
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
      /** As soon as so many calls wait, all of them go on in the same moment: that is how a race is made. */
      together?: number;
    });

export interface Faults {
  /** Adds a fault; the returned function takes it away. */
  inject(fault: Fault): () => void;
  clear(): void;
  /** Applies the faults of one call around it. @param gone aborted when nobody waits for the answer any more */
  around<T>(
    service: string,
    operation: string,
    input: object,
    run: () => Promise<T>,
    gone?: AbortSignal,
  ): Promise<T>;
}

type ActiveFault = Fault & {
  left: number;
  /** Lets each call go on that this fault holds up. */
  held: Set<() => void>;
};

/** Makes an account's set of faults, empty at first. */
export function createFaults(clock: Clock): Faults {
  const active = new Set<ActiveFault>();

  function take(service: string, operation: string, input: object): ActiveFault[] {
    const taken: ActiveFault[] = [];
    for (const fault of active) {
      if (fault.service !== service) continue;
      if (fault.operation && ![fault.operation].flat().includes(operation)) continue;
      if (fault.match && !contains(input, fault.match)) continue;
      if (--fault.left <= 0) active.delete(fault);
      taken.push(fault);
      if (fault.kind === 'error') break;
    }
    return taken;
  }

  return {
    inject(fault) {
      const entry = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY, held: new Set<() => void>() };
      active.add(entry);
      return () => takeBack(entry);
    },
    clear: () => active.forEach(takeBack),
    async around(service, operation, input, run, gone) {
      if (active.size === 0) return run();
      const faults = take(service, operation, input);
      for (const fault of faults) if (fault.kind === 'latency') await hold(clock, fault, gone);
      const failure = faults.find((fault) => fault.kind === 'error');
      if (failure?.kind !== 'error') return run();
      if (failure.afterEffect) await run();
      throw new AwsError(failure.code, failure.message ?? `${operation} fails: a fault was injected.`, {
        status: failure.status ?? 400,
      });
    },
  };

  function takeBack(fault: ActiveFault): void {
    active.delete(fault);
    for (const goOn of [...fault.held]) goOn();
  }
}

/** Latency is felt by a real process, so it is real time; the account is not idle meanwhile. */
function hold(
  clock: Clock,
  { ms, together, held }: Extract<ActiveFault, { kind: 'latency' }>,
  gone: AbortSignal | undefined,
): Promise<void> {
  const work = clock.begin();
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      gone?.removeEventListener('abort', goOn);
      held.delete(goOn);
      work.end();
      resolve();
    };
    const timer = setTimeout(goOn, ms);
    gone?.addEventListener('abort', goOn, { once: true });
    held.add(goOn);
    if (gone?.aborted) goOn();
    else if (together !== undefined && held.size >= together) for (const each of [...held]) each();
  });
}

/** Whether `whole` has every member of `part`, deeply; other members do not matter. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || typeof part !== 'object') return Object.is(whole, part);
  if (whole === null || typeof whole !== 'object') return false;
  return Object.entries(part).every(([key, value]) =>
    contains((whole as Record<string, unknown>)[key], value),
  );
}
