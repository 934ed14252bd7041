import type { Clock } from './clock.ts';
import { AwsError } from './errors.ts';

/** A part of an operation's input; a call matches when its input contains all of it. */
export type InputPart = { readonly [member: string]: unknown };

/**
 * What a test may do to an account and a learner may not. A fault applies to the calls of `operation`
 * (all operations without it) whose input contains `match`, `times` times (without end when absent).
 */
export type Fault =
  | {
      kind: 'error';
      service: string;
      operation?: string;
      match?: InputPart;
      times?: number;
      /** For example `ProvisionedThroughputExceededException`. */
      code: string;
      message?: string;
      status?: number;
      /** `true`: the operation takes effect and only the answer is lost. */
      afterEffect?: boolean;
    }
  | {
      kind: 'latency';
      service: string;
      operation?: string;
      match?: InputPart;
      times?: number;
      /** Real milliseconds: the caller is a real process. */
      ms: number;
    };

export interface Faults {
  /** Adds a fault; the returned function takes it away. */
  inject(fault: Fault): () => void;
  clear(): void;
  /** Applies the faults of one call around it. */
  around<T>(service: string, operation: string, input: object, run: () => Promise<T>): Promise<T>;
}

/** Makes an account's set of faults, empty at first. */
export function createFaults(clock: Clock): Faults {
  const active = new Set<Fault & { left: number }>();

  function take(service: string, operation: string, input: object): Fault[] {
    const taken: Fault[] = [];
    for (const fault of active) {
      if (fault.service !== service) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (fault.match && !contains(input, fault.match)) continue;
      if (--fault.left <= 0) active.delete(fault);
      taken.push(fault);
      if (fault.kind === 'error') break;
    }
    return taken;
  }

  return {
    inject(fault) {
      const entry = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      active.add(entry);
      return () => active.delete(entry);
    },
    clear: () => active.clear(),
    async around(service, operation, input, run) {
      if (active.size === 0) return run();
      const faults = take(service, operation, input);
      for (const fault of faults) if (fault.kind === 'latency') await realPause(clock, fault.ms);
      const failure = faults.find((fault) => fault.kind === 'error');
      if (failure?.kind !== 'error') return run();
      if (failure.afterEffect) await run();
      throw new AwsError(failure.code, failure.message ?? `${operation} fails: a fault was injected.`, {
        status: failure.status ?? 400,
      });
    },
  };
}

/** Latency is felt by a real process, so it is real time; the account is not idle meanwhile. */
function realPause(clock: Clock, ms: number): Promise<void> {
  const work = clock.begin();
  return new Promise((resolve) =>
    setTimeout(() => {
      work.end();
      resolve();
    }, ms),
  );
}

/** Whether `whole` has every member of `part`, deeply; other members do not matter. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || typeof part !== 'object') return Object.is(whole, part);
  if (whole === null || typeof whole !== 'object') return false;
  return Object.entries(part).every(([key, value]) =>
    contains((whole as Record<string, unknown>)[key], value),
  );
}
